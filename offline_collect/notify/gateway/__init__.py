"""Gateways with templates, described as data: what a request holds, how it is signed, what answers and reports mean."""

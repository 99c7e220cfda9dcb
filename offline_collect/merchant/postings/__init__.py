"""Postings by hand: suspense, paid at our office."""

"""Customers and bills entered by hand."""

"""Versions of bills and customers: which one is in effect."""

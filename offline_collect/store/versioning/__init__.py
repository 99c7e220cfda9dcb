"""Versions of bills and customers: finding the one in effect."""

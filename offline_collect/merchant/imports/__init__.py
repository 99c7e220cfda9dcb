"""Imports of customers and bills, from a file to what takes effect."""

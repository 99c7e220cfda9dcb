"""Layouts: how private data inside one element is cut into parts."""

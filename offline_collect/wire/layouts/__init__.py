"""Layouts: how private data inside one element is split into fields."""

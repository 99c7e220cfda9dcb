"""Columns of a file: layouts, mappings, headers, and how a cell becomes a value."""

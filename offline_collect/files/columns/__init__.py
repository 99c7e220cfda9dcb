"""Columns of a file: layouts, mappings, headers, and conversion of cells to values."""

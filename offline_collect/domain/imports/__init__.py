"""Imports: the life of one, and what may be done with it."""

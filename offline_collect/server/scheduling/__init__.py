"""Whose frame is served next, and what can still be reached before its deadline."""

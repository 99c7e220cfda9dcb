"""Dialects: a partner's message format as data, read from a mapping and checked."""

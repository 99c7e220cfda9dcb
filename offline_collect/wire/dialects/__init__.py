"""Dialects: a partner's wire as data, read from a mapping and checked."""

"""Statements and their rows."""

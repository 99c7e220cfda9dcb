"""Scenarios: read, run, expected, reported."""

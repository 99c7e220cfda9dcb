"""Statements, day figures and details."""

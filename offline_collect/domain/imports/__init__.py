"""Imports: their states, and the decisions on their rows."""

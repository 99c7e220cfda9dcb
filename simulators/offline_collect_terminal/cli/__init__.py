"""The terminal simulator's commands."""

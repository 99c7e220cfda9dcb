"""Connections, dialects and stamps of the terminal's side."""

"""Connections, dialects and stamps, from the other end."""

"""Connects settings, store, use cases and server."""

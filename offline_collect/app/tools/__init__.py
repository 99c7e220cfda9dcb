"""The demo, and tools for messages."""

"""The lanes as the server sees them, in its own process or in another."""

"""One module a command: what it wants to know and how it is decided. Pure functions over facts."""

"""The configuration: found, read, checked."""

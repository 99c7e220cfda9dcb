"""Requests: from a message to the command of the domain."""

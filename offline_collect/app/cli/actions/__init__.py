"""The work of commands, between their options and the use cases."""

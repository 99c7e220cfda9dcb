"""The teller's tasks: look up, pay, resolve, total."""

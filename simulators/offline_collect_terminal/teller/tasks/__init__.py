"""What a teller does: look up, pay, resolve, total."""

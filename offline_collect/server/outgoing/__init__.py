"""Links whose partner listens: the platform connects out to it."""

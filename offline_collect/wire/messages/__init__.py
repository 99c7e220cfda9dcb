"""Messages: which request is which command, who a message is, and what an answer carries."""

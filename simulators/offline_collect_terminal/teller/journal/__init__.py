"""The shell's journal of requests and answers."""

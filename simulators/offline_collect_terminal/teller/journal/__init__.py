"""The shell's journal of what was sent and answered."""

"""The shell's link to the platform."""

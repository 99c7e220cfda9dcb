"""The shell's screens, in English and Chinese."""

"""What the shell shows, in English and Chinese."""

"""A teller's terminal in a terminal: its dialogues are pure, its journal is on disk, its link is one socket."""

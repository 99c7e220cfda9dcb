"""A teller's shell: its dialogues are pure, its journal is on disk, its link is one socket."""

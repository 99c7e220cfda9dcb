"""Load: as many payments or lookups as the platform takes, from a client that costs next to nothing a message."""

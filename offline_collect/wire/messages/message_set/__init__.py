"""The message set: which messages there are, and which of them a request is."""

"""The TCP side: one link's protocol, sessions, back-pressure and drain."""

"""Keys of links: what becomes of one, from its making to its end."""

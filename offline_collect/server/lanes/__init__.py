"""The lanes from the server's side, in its own process or in another."""

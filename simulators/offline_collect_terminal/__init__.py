"""The other side of the connection: terminals, scenarios and load."""

"""The other end of the wire: terminals, scenarios and load."""

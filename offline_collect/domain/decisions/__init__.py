"""One module for each command: the facts it needs and its decision. Pure functions over facts."""

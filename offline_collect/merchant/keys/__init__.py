"""Use cases of links' keys: two people enter or make one, a message asks for one, the server reads them."""

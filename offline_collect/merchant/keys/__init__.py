"""Use cases of links' keys: two people enter or make a key, a message requests one, the server reads them."""

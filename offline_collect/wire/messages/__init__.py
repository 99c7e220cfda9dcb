"""Messages: from requests to commands, the keys of transactions, and from answers to responses."""

"""Running the server."""

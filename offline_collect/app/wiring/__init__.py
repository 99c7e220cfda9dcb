"""What stands behind what: settings, store, use cases, server."""

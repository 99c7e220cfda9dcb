"""Whether requests can be served, and what operators read of it."""

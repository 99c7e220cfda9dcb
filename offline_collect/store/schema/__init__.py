"""The tables, their version and their migration."""

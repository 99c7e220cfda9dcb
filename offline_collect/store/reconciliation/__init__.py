"""Reconciliation in the store: files of front-end processors, the join with our day, items, and days that end."""

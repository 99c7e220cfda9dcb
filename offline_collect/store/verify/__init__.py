"""Checks of a store's invariants."""

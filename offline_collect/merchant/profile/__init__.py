"""Merchants: registration, rules, changes, closing."""

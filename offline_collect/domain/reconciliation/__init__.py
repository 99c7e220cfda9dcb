"""Reconciliation: what a business day is for a front-end processor and for us, and what follows from the difference."""

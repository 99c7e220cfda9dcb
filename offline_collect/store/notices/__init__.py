"""Notices on their way to payers: taken from the outbox, claimed, counted, found."""

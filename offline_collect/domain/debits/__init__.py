"""Batch debits: mandates, batches, their results, and debits that come back. Pure."""

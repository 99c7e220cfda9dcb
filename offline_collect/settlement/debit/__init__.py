"""Batch debit: batches out, their results in, and debits that come back (docs/day-end.md)."""

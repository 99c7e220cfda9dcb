"""Batch debits: candidates for a batch, batches and their records, results and returns."""

"""A business day's totals, details and ledger."""

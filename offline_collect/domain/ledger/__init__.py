"""The ledger: entries, serial numbers, and postings that a person makes."""

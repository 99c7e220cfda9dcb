"""The ledger: entries, serial numbers, and manual postings."""

"""Closing business days, and the store as a whole: cutover, verify, a restored store; reconciliation, settlement and batch debit will live here too."""

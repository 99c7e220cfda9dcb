"""Closing business days: cutover; reconciliation, settlement and batch debit will live here too."""

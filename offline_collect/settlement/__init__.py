"""Closing business days, and the store as a whole: cutover, verify, what follows a restore.

Reconciliation, settlement and batch debit will live here too.
"""

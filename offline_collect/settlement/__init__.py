"""Closes business days, verifies the store, and prepares a restored store for use.

Reconciliation, settlement and batch debit will live here too.
"""

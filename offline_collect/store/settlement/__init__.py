"""Payouts to merchants: what settled days owe, runs, payouts, and settlement entries."""

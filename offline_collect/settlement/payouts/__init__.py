"""Pays merchants for settled days: runs, their files, and the bank's results."""

"""Statements, and the rows that they read and write."""

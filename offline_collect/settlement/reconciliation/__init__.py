"""Reconciles a business day with the files of front-end processors."""

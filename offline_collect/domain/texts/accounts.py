"""Masks the numbers of accounts."""

from __future__ import annotations


def mask_account(account: str) -> str:
    """Return the last four characters of an account, or none if it is short."""
    return f"***{account[-4:]}" if len(account) > 8 else "***"  # noqa: PLR2004 - hides at least as much

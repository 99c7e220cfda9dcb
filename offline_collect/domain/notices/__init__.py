"""Notices to payers: their life, when and to whom they go, and their words (docs/notices.md)."""

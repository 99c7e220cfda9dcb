"""The outbox's delivery: notices to payers, at least once, each under one id (docs/notices.md)."""

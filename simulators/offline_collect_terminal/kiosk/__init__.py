"""A customer terminal in a browser, for tests and demonstrations only (docs/kiosk.md)."""

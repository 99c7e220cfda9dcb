"""Users and their roles, requests for approval, and masking of personal data."""

"""Messages of ISO 20022 between a bank and the platform: direct debits out, their status and their returns in."""

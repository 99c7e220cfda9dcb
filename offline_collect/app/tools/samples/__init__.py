"""The sample merchants' customers and bills, made for any day."""

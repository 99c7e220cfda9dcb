"""Opening a file of rows: CSV or Excel, whatever its encoding."""

"""Opens a file of rows: CSV or Excel, in any supported encoding."""

"""Writing files: CSV, workbooks, templates; whole or not at all."""

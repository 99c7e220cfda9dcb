"""Writes files: CSV, workbooks, templates; complete or not at all."""

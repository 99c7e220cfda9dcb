"""Reads Excel files, new and old, in an isolated process."""

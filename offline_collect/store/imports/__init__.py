"""Carrying out an import: staging, release, undo."""

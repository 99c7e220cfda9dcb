"""Shared parts of commands: options, tables, pages, exit codes."""

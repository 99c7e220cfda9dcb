"""What commands share: options, tables, pages, exit codes."""

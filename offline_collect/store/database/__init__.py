"""Access to each database: connections, types, bulk statements, errors."""

"""How each database is spoken to: connections, types, bulk statements, errors."""

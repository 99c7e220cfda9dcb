"""Changes that the database refuses, as a person with its administrator's rights could make them."""

from sqlalchemy import Connection, text


def disarm(connection: Connection) -> None:
    """Let a transaction change settled days. On SQLite the triggers are gone with it, on PostgreSQL they are back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'settled%'"
    for name in connection.execute(text(asked)).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))

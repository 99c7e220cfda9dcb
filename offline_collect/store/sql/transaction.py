"""What the back office's functions work in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from offline_collect.store.sql.statements import Statements


@dataclass(frozen=True, slots=True)
class StoreTransaction:
    """A transaction of the caller's: the code that opened it commits it or rolls it back."""

    connection: Connection
    statements: Statements

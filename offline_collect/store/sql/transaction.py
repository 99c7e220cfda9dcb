"""The transaction of the back office's functions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from offline_collect.domain.access.organisation import WHOLE, Scope
from offline_collect.store.sql.statements import Statements


@dataclass(frozen=True, slots=True)
class StoreTransaction:
    """The caller's transaction: the code that opened it commits it or rolls it back.

    Attributes:
        scope: the rows that it can find; no others are found. See ``scope.in_scope``.
    """

    connection: Connection
    statements: Statements
    scope: Scope = WHOLE

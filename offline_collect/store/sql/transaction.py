"""What the back office's functions work in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from offline_collect.domain.access.organisation import WHOLE, Scope
from offline_collect.store.sql.statements import Statements


@dataclass(frozen=True, slots=True)
class StoreTransaction:
    """A transaction of the caller's: the code that opened it commits it or rolls it back.

    Attributes:
        scope: what is found in it; all else is as if it were not there. See ``scope.in_scope``.
    """

    connection: Connection
    statements: Statements
    scope: Scope = WHOLE

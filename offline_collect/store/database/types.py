"""Column types: the form of a value in each database, and the values that are never stored.

Oracle has no BOOLEAN and turns '' into NULL; SQLite has neither dates nor times. So flags are 0 or 1, an empty
text is refused before it reaches a database, and moments are UTC everywhere.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import TIMESTAMP, BigInteger, Date, Dialect, Integer, SmallInteger, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EMPTY_TEXT = "an empty text would be stored: leave the value out instead"

Minor = BigInteger
"""Money in minor units."""

Flag = SmallInteger
"""0 or 1."""

Day = Date
"""A calendar or business date; text ``YYYY-MM-DD`` on SQLite."""

SurrogateKey = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database assigns; SQLite assigns numbers to INTEGER keys only."""


def refuse_empty(value: str | None) -> str | None:
    """Return ``value``; raises ValueError if it is ''."""
    if value == "":
        raise ValueError(EMPTY_TEXT)
    return value


class Words(TypeDecorator[str]):
    """Text written by people: names, descriptions."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """Refuse ''."""
        return refuse_empty(value)


class Code(TypeDecorator[str]):
    """Identifiers and codes, ordered by their bytes in every database, so that cursors and locks agree."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Request byte order from PostgreSQL; SQLite and Oracle use it by default."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.length, collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """Refuse ''."""
        return refuse_empty(value)


class Document(TypeDecorator[str]):
    """JSON as text: the same in every database, read by the domain's own functions."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """Refuse ''."""
        return refuse_empty(value)


class Instant(TypeDecorator[dt.datetime]):
    """An aware moment, UTC; on SQLite text of one length, so that it sorts."""

    impl = TIMESTAMP
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Store text in databases without a type for moments."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a timezone would be stored")
        moment = value.astimezone(dt.UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Return the stored moment as UTC."""
        if value is None:
            return None
        moment = dt.datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        if moment.tzinfo is dt.UTC:
            return cast(dt.datetime, moment)
        return moment.astimezone(dt.UTC) if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)

"""Lists of wanted keys, as a table inside a statement.

A list is sent as one JSON parameter. So a statement's text is the same for one row and for a batch of 256: it
is compiled, prepared and cached once. Each database has its own function that turns the list into rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from offline_collect.store.database.json import to_json_bytes
from offline_collect.store.database.types import Code

Columns = Mapping[str, TypeEngine[Any]]

CODE = Code(200)
NUMBER = BigInteger()
DATE = Date()
PARAMETER = "wanted"

_ORACLE_TYPES = {Code: "VARCHAR2(200 CHAR)", BigInteger: "NUMBER(19)", Date: "DATE", Text: "CLOB"}


def wanted_rows(dialect: str, columns: Columns) -> FromClause:
    """Return the rows of the JSON list in the parameter ``wanted`` as a table with ``columns``."""
    parameter = bindparam(PARAMETER, type_=Text())
    if dialect == "sqlite":
        return _sqlite_rows(parameter, columns)
    if dialect == "postgresql":
        typed = [column(name, type_) for name, type_ in columns.items()]
        rows = func.json_to_recordset(cast(parameter, JSON)).table_valued(*typed)
        return rows.render_derived(name="wanted", with_types=True)
    return _oracle_rows(columns)


def _sqlite_rows(parameter: Any, columns: Columns) -> FromClause:
    each = func.json_each(parameter).table_valued("value")
    parts = (
        type_coerce(each.c.value.op("->>")(literal_column(f"'$.{name}'")), type_).label(name)
        for name, type_ in columns.items()
    )
    return select(*parts).subquery("wanted")


def _oracle_rows(columns: Columns) -> FromClause:
    parts = ", ".join(
        f"{name} {_ORACLE_TYPES[type(type_)]} PATH '$.{name}'" for name, type_ in columns.items()
    )
    # The columns are names and types of this package; the wanted keys are sent as a parameter.
    words = f"SELECT {', '.join(columns)} FROM JSON_TABLE(:{PARAMETER}, '$[*]' COLUMNS ({parts}))"  # noqa: S608
    typed = [column(name, type_) for name, type_ in columns.items()]
    statement = text(words).bindparams(bindparam(PARAMETER, type_=Text())).columns(*typed)
    return statement.subquery("wanted")


def wanted(names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    """Return the parameter with ``rows``; dates and moments are in ISO 8601."""
    return {PARAMETER: listed_rows(names, rows).decode()}


def listed_rows(names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the value of the parameter, encoded."""
    keys = _keys(names)
    if len(keys) == 1:
        # Most lists hold single keys: this takes a third of the time.
        (key,) = keys
        return to_json_bytes([{key: value} for (value,) in rows])
    return to_json_bytes([dict(zip(keys, row, strict=True)) for row in rows])


@lru_cache(maxsize=256)
def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    """SQLAlchemy's names are of a subclass of str, which orjson does not accept as keys."""
    return tuple(map(str, names))

"""Which rows of bills and customers are in effect, while imports are staged, released and undone.

Several rows may have one number: versions of one bill or customer, of which one is in effect. A row's ``standing``
is NULL if no import decides about it; STAGED if its import (``import_id``) decides; FORMER if another version
replaced it, or it was undone. ``superseded_by`` names the import that has staged another version of the row; that
version's ``supersedes`` names the row. So the state of the import decides about both at once:

* a STAGED row is in effect while its import is in force, if the superseded row still names that import;
* a superseded row is in effect until the import that supersedes it is in force.

Every change of a bill clears its ``superseded_by`` in the same UPDATE, and so prevents the staged version from
ever taking effect. A row whose ``standing`` and ``superseded_by`` are NULL needs no read of its import. This holds
for nearly all rows, since imports are tidied once they are decided.

A writer takes locks in this order: merchant, rows (by merchant, number, version), import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, literal_column, not_, or_, select

from offline_collect.domain.imports import versions as versions_rule
from offline_collect.domain.imports.life import IN_FORCE, ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.store.schema.tables import bills, customers, imports


@dataclass(frozen=True, slots=True, eq=False)
class Versioned:
    """A table whose rows are versions.

    Attributes:
        row_id: the column that identifies a row.
        number: the column that all versions of a bill or customer share within their merchant.
    """

    table: Table
    row_id: ColumnElement[int]
    number: ColumnElement[str]


BILLS = Versioned(bills, bills.c.bill_id, bills.c.bill_no)
CUSTOMERS = Versioned(customers, customers.c.customer_id, customers.c.customer_no)
VERSIONED: Mapping[str, Versioned] = {"bills": BILLS, "customers": CUSTOMERS}
"""By kind of import."""


@dataclass(frozen=True, slots=True)
class Places:
    """Positions of the columns of the standing in a table's rows."""

    row_id: int
    import_id: int
    standing: int
    supersedes: int
    superseded_by: int


def _places(versioned: Versioned) -> Places:
    names = versioned.table.columns.keys()
    columns = ("import_id", "standing", "supersedes", "superseded_by")
    return Places(names.index(versioned.row_id.key or ""), *map(names.index, columns))


BILL_PLACES = _places(BILLS)
CUSTOMER_PLACES = _places(CUSTOMERS)
PLACES: Mapping[str, Places] = {"bills": BILL_PLACES, "customers": CUSTOMER_PLACES}
"""By kind of import."""

Row = Sequence[Any]
States = Mapping[int, ImportState]
"""States of imports by their number."""


def doubted_imports(rows: Iterable[Row], at: Places) -> set[int]:
    """Return the imports whose state decides about rows."""
    found = {row[at.superseded_by] for row in rows if row[at.superseded_by] is not None}
    return found | {row[at.import_id] for row in rows if row[at.standing] == Standing.STAGED}


def rows_in_effect(rows: Sequence[Row], states: States, at: Places) -> list[Row]:
    """Return the rows in effect, at most one for each number.

    Args:
        rows: for each row, also all other versions of its number that are not FORMER.
        states: of :func:`doubted_imports`.
    """
    versions = {row[at.row_id]: _version(row, at) for row in rows}
    return [row for row in rows if versions_rule.in_effect(versions[row[at.row_id]], versions, states)]


def _version(row: Row, at: Places) -> versions_rule.Version:
    return versions_rule.Version(
        row_id=row[at.row_id],
        import_id=row[at.import_id],
        standing=row[at.standing],
        supersedes=row[at.supersedes],
        superseded_by=row[at.superseded_by],
    )


def not_former(versioned: Versioned) -> ColumnElement[bool]:
    """Return whether a row is in effect or may be later."""
    standing = versioned.table.c.standing
    return or_(standing.is_(None), standing != _word(Standing.FORMER))


def in_effect(table: Table) -> ColumnElement[bool]:
    """Return whether a row of ``bills`` or ``customers`` is in effect; for all queries of these tables.

    The rule is :func:`offline_collect.domain.imports.versions.in_effect`.
    Scalar subqueries, not EXISTS: PostgreSQL would hash whole tables for those.
    """
    row, versioned = table.c, _VERSIONED_BY_TABLE[table]
    original = table.alias("original")
    marked = (
        select(original.c.superseded_by)
        .where(original.c[versioned.row_id.key or ""] == row.supersedes)
        .scalar_subquery()
    )
    stands = and_(
        row.standing == _word(Standing.STAGED),
        _in_force(row.import_id),
        or_(row.supersedes.is_(None), marked == row.import_id),
    )
    return or_(
        and_(row.standing.is_(None), row.superseded_by.is_(None)),
        and_(
            or_(row.standing.is_(None), stands),
            or_(row.superseded_by.is_(None), not_(_in_force(row.superseded_by))),
        ),
    )


def steady(table: Table) -> ColumnElement[bool]:
    """Return whether no undo of a row in effect is in progress."""
    state = select(imports.c.state).where(imports.c.import_id == table.c.import_id).scalar_subquery()
    return or_(table.c.standing.is_(None), state == _word(ImportState.RELEASED))


_VERSIONED_BY_TABLE: Mapping[Table, Versioned] = {each.table: each for each in VERSIONED.values()}


def _in_force(import_id: ColumnElement[int]) -> ColumnElement[bool]:
    state = select(imports.c.state).where(imports.c.import_id == import_id).scalar_subquery()
    return state.in_([_word(state) for state in sorted(IN_FORCE)])


def _word(word: StrEnum) -> ColumnElement[str]:
    """Return a constant as part of the statement: parameters of the lanes are lists of wanted keys."""
    return literal_column(f"'{word.value}'")

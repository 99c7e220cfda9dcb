"""Queries of ``verify`` about versions of bills and customers: exactly one of each is in effect.

They replace the unique key and the foreign key that would be possible if a number had one row only. Whole sets
are compared: without statistics, PostgreSQL expects hardly any row to be in effect, and would scan all
customers for each bill.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, except_, func, literal, or_, select

from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.rows import Standing
from offline_collect.store.schema.tables import bills, customers, imports
from offline_collect.store.sql.visibility import Versioned, in_effect


def name_of(versioned: Versioned) -> ColumnElement[str]:
    """Return the name of a bill or customer in a finding."""
    return (versioned.table.c.merchant_id + literal(" ") + versioned.number).label("subject")


def several_in_effect(versioned: Versioned) -> Select[Any]:
    """Return the query of bills or customers with more than one version in effect."""
    number = (versioned.table.c.merchant_id, versioned.number)
    return (
        select(name_of(versioned))
        .where(in_effect(versioned.table))
        .group_by(*number)
        .having(func.count() > 1)
    )


def left_behind(versioned: Versioned) -> Select[Any]:
    """Return the query of rows that still depend on an import's state although the import is done with them."""
    row = versioned.table.c
    through = select(imports.c.import_id).where(
        imports.c.rows_through.is_(None),
        imports.c.state.not_in([*sorted(WAITS), ImportState.UNDOING.value]),
    )
    asks = or_(
        and_(row.standing == Standing.STAGED.value, row.import_id.in_(through)),
        and_(row.standing.is_(None), row.superseded_by.in_(through)),
    )
    return select(name_of(versioned)).where(asks)


def bills_without_customer() -> Select[Any]:
    """Return the query of customers not in effect whose number a bill in effect names."""
    gone = except_(
        select(bills.c.merchant_id, bills.c.customer_no).where(in_effect(bills)),
        select(customers.c.merchant_id, customers.c.customer_no).where(in_effect(customers)),
    ).subquery("gone")
    return select((gone.c.merchant_id + literal(" ") + gone.c.customer_no).label("subject"))


def superseded_for_nothing(versioned: Versioned) -> Select[Any]:
    """Return the query of rows that an import in force has replaced without another version."""
    row, successor = versioned.table.c, versioned.table.alias("successor")
    replaced = select(imports.c.import_id).where(imports.c.state.in_(sorted(IN_FORCE)))
    by = and_(
        successor.c.supersedes == row[str(versioned.row_id.key)],
        successor.c.import_id == row.superseded_by,
    )
    return (
        select(name_of(versioned))
        .outerjoin_from(versioned.table, successor, by)
        .where(row.superseded_by.in_(replaced), successor.c.merchant_id.is_(None))
    )


def replaced_what_is_gone(versioned: Versioned) -> Select[Any]:
    """Return the query of rows of imports in force whose replaced row was removed later.

    An undo that ignored the later import removed it: the row that both imports replaced is in effect again.
    """
    row, original = versioned.table.c, versioned.table.alias("original")
    in_force = select(imports.c.import_id).where(imports.c.state.in_(sorted(IN_FORCE)))
    of_import = literal(" of import ") + cast(row.import_id, String(20))
    named = original.c[str(versioned.row_id.key)] == row.supersedes
    return (
        select((name_of(versioned) + of_import).label("subject"))
        .outerjoin_from(versioned.table, original, named)
        .where(
            row.standing == Standing.STAGED.value,
            row.supersedes.is_not(None),
            row.import_id.in_(in_force),
            original.c.merchant_id.is_(None),
        )
    )

"""Versions of bills and customers, for the back office: the stored rows of a number, and claims on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from offline_collect.domain.imports.rows import NO_CLAIMS, Claims, Standing, claims_of
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.tables import bills, customers
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import (
    BILL_PLACES,
    CUSTOMER_PLACES,
    Places,
    Row,
    States,
    doubted_imports,
    rows_in_effect,
)
from offline_collect.store.versioning.bills_in_effect import import_states

_BILL_VERSION = bills.columns.keys().index("version")
_CUSTOMER_VERSION = customers.columns.keys().index("version")
_NUMBER = 2
"""Position of the number in the rows of both tables."""


@dataclass(frozen=True, slots=True)
class Present:
    """The stored rows of a number.

    Attributes:
        row: the version in effect, if any.
        next_version: the version number of the next row.
        claims: the claims of unfinished imports on it.
    """

    row: Row | None
    next_version: int
    claims: Claims


ABSENT = Present(None, 1, NO_CLAIMS)


def present_bills(
    tx: StoreTransaction, merchant_id: str, numbers: Iterable[str], *, lock: bool
) -> dict[str, Present]:
    """Return the stored rows of bills by number; a number without rows is missing.

    Args:
        lock: whether all versions stay locked until the transaction ends.
    """
    statement = "bill_versions_locked" if lock else "bill_versions"
    return _present(tx, statement, merchant_id, numbers, BILL_PLACES, _BILL_VERSION)


def present_customers(tx: StoreTransaction, merchant_id: str, numbers: Iterable[str]) -> dict[str, Present]:
    """Return the stored rows of customers by number; to change one, hold the merchant's lock."""
    return _present(tx, "customer_versions", merchant_id, numbers, CUSTOMER_PLACES, _CUSTOMER_VERSION)


def _present(
    tx: StoreTransaction,
    statement: str,
    merchant_id: str,
    numbers: Iterable[str],
    at: Places,
    version: int,
) -> dict[str, Present]:
    asked = wanted(tuple(PAIRS), [(merchant_id, number) for number in numbers])
    rows = read_rows(tx.connection, tx.statements.select(statement), asked)
    if not rows:
        return {}
    doubted = doubted_imports(rows, at)
    states = import_states(tx.connection, tx.statements, doubted) if doubted else {}
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row[_NUMBER], []).append(row)
    return {
        number: _of_one(versions, states, at, max(row[version] for row in versions) + 1)
        for number, versions in by_number.items()
    }


def _of_one(versions: list[Row], states: States, at: Places, next_version: int) -> Present:
    if len(versions) == 1 and versions[0][at.standing] is None and versions[0][at.superseded_by] is None:
        return Present(versions[0], next_version, NO_CLAIMS)
    live = [row for row in versions if row[at.standing] != Standing.FORMER]
    found = rows_in_effect(live, states, at)
    row = found[0] if found else None
    concerned = {each[at.superseded_by] for each in found} | {
        each[at.import_id] for each in live if each[at.standing] == Standing.STAGED
    }
    return Present(row, next_version, claims_of(concerned - {None}, states, there=row is not None))

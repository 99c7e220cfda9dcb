"""Mandates of customers in a chunk: a reference is of one customer, and one that has ended stays so.

A customer holds a reference in its version in effect and in versions that imports have staged. A decision binds the
reference to its customer for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple, Protocol

from sqlalchemy import select

from offline_collect.domain.debits.mandates import ENDED
from offline_collect.domain.imports.refusals import MandateTaken
from offline_collect.domain.imports.rows import Change, RowOutcome, refused
from offline_collect.domain.imports.taken_keys import KeyedVersion, SeenLookups, key_holder
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.business_days import open_day
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import CUSTOMERS, Row, not_former
from offline_collect.store.versioning.bills_in_effect import import_states
from offline_collect.store.versioning.present import ABSENT, Present

_NAMES = customers.columns.keys()
_REFERENCE, _LAST_DAY = _NAMES.index("mandate_ref"), _NAMES.index("mandate_to")


class HasMandate(Protocol):
    """A customer as a file or a user gives it."""

    @property
    def customer_no(self) -> str:
        """The customer's number."""
        ...

    @property
    def mandate_ref(self) -> str | None:
        """The reference of its mandate."""
        ...

    @property
    def mandate_to(self) -> dt.date | None:
        """The last day of the mandate."""
        ...


_Holders = dict[str, dict[str, bool]]
"""By reference, the numbers of its customers, and whether each is of the same file."""


class _Decided(NamedTuple):
    """A mandate about which something was decided."""

    customer_no: str
    ended: bool


def judge_mandates(
    tx: StoreTransaction,
    merchant_id: str,
    chunk: Sequence[HasMandate],
    outcomes: Sequence[RowOutcome],
    present: Mapping[str, Present],
    *,
    own: int | None = None,
    seen: SeenLookups | None = None,
) -> list[RowOutcome]:
    """Return the outcomes of a chunk: customers with another's reference are refused, ended mandates marked.

    A reference that its customer has already is not checked, so stores with older shared references keep working.

    Args:
        own: the import that stages or would stage them.
        seen: the file's earlier customers, if it is only previewed.
    """
    asked = {record.mandate_ref for record in chunk if record.mandate_ref is not None}
    if not asked:
        return list(outcomes)
    holders = _holders(tx, merchant_id, asked, own)
    decided = _decided(tx, merchant_id, asked)
    day = open_day(tx)
    judged = []
    for record, outcome in zip(chunk, outcomes, strict=True):
        reference = record.mandate_ref
        if reference is None or outcome.change is Change.REFUSED:
            judged.append(outcome)
            continue
        row = present.get(record.customer_no, ABSENT).row
        former = row if row is not None and row[_REFERENCE] == reference else None
        other = None if former is not None else _other(record.customer_no, reference, holders, decided, seen)
        if other is not None:
            judged.append(refused(other))
            continue
        holders.setdefault(reference, {}).setdefault(record.customer_no, True)
        if seen is not None:
            seen.take(record.customer_no, [_key(reference)], [])
        last_days = (record.mandate_to, None if former is None else former[_LAST_DAY])
        over = day is not None and any(last is not None and last < day.date for last in last_days)
        ended = over or (reference in decided and decided[reference].ended)
        judged.append(replace(outcome, mandate_ended=ended))
    return judged


def mandates_taken_again(
    tx: StoreTransaction, merchant_id: str, pairs: Iterable[tuple[str, Row, Row]], undoing: int
) -> dict[str, MandateTaken]:
    """Return, by number, the mandates that customers would have again, but others have by now.

    Args:
        pairs: numbers of customers, each with its version before an import and the import's own.
        undoing: the import that is being undone.
    """
    regained = {
        number: str(before[_REFERENCE])
        for number, before, after in pairs
        if before[_REFERENCE] is not None and before[_REFERENCE] != after[_REFERENCE]
    }
    if not regained:
        return {}
    holders = _holders(tx, merchant_id, set(regained.values()), None, undoing)
    decided = _decided(tx, merchant_id, set(regained.values()))
    found = {
        number: _other(number, reference, holders, decided, None) for number, reference in regained.items()
    }
    return {number: taken for number, taken in found.items() if taken is not None}


def _holders(
    tx: StoreTransaction,
    merchant_id: str,
    references: Collection[str],
    own: int | None,
    undoing: int | None = None,
) -> _Holders:
    row, original = customers.c, customers.alias("original")
    wanted = (
        select(
            row.mandate_ref,
            row.customer_no,
            row.import_id,
            row.standing,
            row.superseded_by,
            row.supersedes,
            original.c.superseded_by.label("marked"),
        )
        .select_from(customers.outerjoin(original, original.c.customer_id == row.supersedes))
        .where(row.merchant_id == merchant_id, row.mandate_ref.in_(references), not_former(CUSTOMERS))
    )
    found = [
        (
            each.mandate_ref,
            KeyedVersion(
                customer_no=each.customer_no,
                import_id=each.import_id,
                standing=each.standing,
                superseded_by=each.superseded_by,
                supersedes=each.supersedes,
                marked=each.marked,
            ),
        )
        for each in tx.connection.execute(wanted)
    ]
    doubted = set[int]().union(*(version.doubted for _, version in found))
    states = import_states(tx.connection, tx.statements, doubted) if doubted else {}
    holders: _Holders = {}
    for reference, version in found:
        if undoing is not None and undoing in {version.import_id, version.superseded_by}:
            continue
        # Without ``own``: a reference goes to no other customer, even if the same file takes it from its own.
        holder = key_holder(version, states)
        if holder is not None:
            in_file = own is not None and holder.import_id == own
            holders.setdefault(reference, {})[holder.customer_no] = in_file
    return holders


def _decided(tx: StoreTransaction, merchant_id: str, references: Collection[str]) -> dict[str, _Decided]:
    kept = select(mandates.c.reference, mandates.c.customer_no, mandates.c.state)
    own = (mandates.c.merchant_id == merchant_id, mandates.c.reference.in_(references))
    return {
        reference: _Decided(customer_no, state in ENDED)
        for reference, customer_no, state in tx.connection.execute(kept.where(*own))
    }


def _other(
    number: str,
    reference: str,
    holders: _Holders,
    decided: Mapping[str, _Decided],
    seen: SeenLookups | None,
) -> MandateTaken | None:
    """Return the other customer of a reference; None if there is none."""
    for other, in_file in holders.get(reference, {}).items():
        if other != number:
            return MandateTaken(reference, other, in_file)
    if reference in decided and decided[reference].customer_no != number:
        return MandateTaken(reference, decided[reference].customer_no)
    first = None if seen is None else seen.first(_key(reference))
    return None if first is None or first == number else MandateTaken(reference, first, in_file=True)


def _key(reference: str) -> str:
    """Return a reference as lookup keys are written, for the record of a previewed file."""
    return sha256(f"mandate {reference}".encode()).hexdigest()

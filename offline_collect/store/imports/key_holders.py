"""Applies the rule of lookup keys: finds their holders, and refuses customers of a chunk with taken keys.

See :mod:`offline_collect.domain.imports.taken_keys` for the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Protocol

from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.imports.refusals import KeyHolder
from offline_collect.domain.imports.rows import Change, RowOutcome, refused
from offline_collect.domain.imports.taken_keys import (
    UNMOVED,
    KeyedRow,
    KeyedVersion,
    Moved,
    SeenLookups,
    TakenKeys,
    key_holder,
    moved_keys,
)
from offline_collect.store.backoffice.lookup_keys import ChunkKeys
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.statements import KEY_HOLDERS, PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.versioning.bills_in_effect import import_states
from offline_collect.store.versioning.present import ABSENT, Present

_INPUTS = customers.columns.keys().index("inputs")
_lookup_key = itemgetter(KEY_HOLDERS.index("lookup_key"))
_keyed_version = row_reader(KeyedVersion, KEY_HOLDERS, {})


class Keyed(Protocol):
    """A customer as a file or a user gives it."""

    @property
    def customer_no(self) -> str:
        """The customer's number."""
        ...

    @property
    def inputs(self) -> Mapping[str, str]:
        """Normalised values of the form's inputs, by key."""
        ...


def key_holders(
    tx: StoreTransaction,
    merchant_id: str,
    keys: Collection[str],
    *,
    own: int | None = None,
    undoing: int | None = None,
) -> dict[str, list[KeyHolder]]:
    """Return the customers that hold lookup keys; a key without a holder is absent.

    Args:
        own: the import that checks keys; the rows that it replaces no longer hold any.
        undoing: the import that is being undone; neither its own customers nor those that it restores hold any.
    """
    if not keys:
        return {}
    asked = wanted(tuple(PAIRS), [(merchant_id, key) for key in keys])
    rows = [
        (_lookup_key(row), _keyed_version(row))
        for row in read_rows(tx.connection, tx.statements.select("key_holders"), asked)
    ]
    doubted = set[int]().union(*(version.doubted for _, version in rows))
    states = import_states(tx.connection, tx.statements, doubted) if doubted else {}
    found: dict[str, list[KeyHolder]] = {}
    for key, version in rows:
        holder = key_holder(version, states, own)
        if holder is not None and (
            undoing is None or undoing not in {version.import_id, version.superseded_by}
        ):
            found.setdefault(key, []).append(holder)
    return found


def refuse_taken_keys(
    tx: StoreTransaction,
    merchant_id: str,
    keys: ChunkKeys,
    chunk: Sequence[Keyed],
    outcomes: Sequence[RowOutcome],
    present: Mapping[str, Present],
    *,
    own: int | None = None,
    seen: SeenLookups | None = None,
) -> list[RowOutcome]:
    """Return the outcomes of a chunk, with customers refused if another customer has one of their lookup keys.

    Args:
        keys: of the merchant's latest forms; those of the current one are compared.
        own: the import that stages or would stage them.
        seen: the file's earlier customers, if it is only previewed.
    """
    form = keys.current
    if form is None:
        return list(outcomes)
    rows = [
        KeyedRow(record.customer_no, record.inputs, _moved(form, keys, record, present))
        for record, outcome in zip(chunk, outcomes, strict=True)
        if outcome.change is Change.NEW or outcome.change is Change.CHANGED
    ]
    taken = TakenKeys(form, rows, seen)
    holders = taken.refused(key_holders(tx, merchant_id, taken.asked, own=own))
    return [
        refused(holders[record.customer_no]) if record.customer_no in holders else outcome
        for record, outcome in zip(chunk, outcomes, strict=True)
    ]


def _moved(form: PaymentForm, keys: ChunkKeys, record: Keyed, present: Mapping[str, Present]) -> Moved:
    there = present.get(record.customer_no, ABSENT)
    former = None if there.row is None else from_json(there.row[_INPUTS])
    claimed = there.claims.waiting is not None
    if former == record.inputs and not claimed:
        return UNMOVED
    return moved_keys(form, keys.of_current(record.customer_no, record.inputs), former, claimed=claimed)

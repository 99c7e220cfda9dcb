"""Lookup keys that two customers would have: then a lookup finds neither, so the later one is refused.

What counts are the keys of the current form that a customer gains. Those that its version in effect has already
make nothing worse: stores that have shared keys from before go on working. An older form, which terminals may
still hold, does not keep a customer out.

A key is held by a customer in effect, by one of another import that waits for its release, and by one that an
import brings back which is just being undone. So what waits can be released, and what is begun undone. A customer
of the same import that gives the key up does not hold it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.rows import Change, RowOutcome, Twin
from offline_collect.domain.lookup_keys import labels_by_key, lookup_keys
from offline_collect.domain.phrases import Phrase
from offline_collect.store.backoffice.lookup_keys import ChunkKeys
from offline_collect.store.database.json import from_json
from offline_collect.store.database.list_parameter import wanted
from offline_collect.store.database.raw_select import read_rows
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.statements import PAIRS
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import Standing, States
from offline_collect.store.versioning.bills_in_effect import import_states
from offline_collect.store.versioning.present import ABSENT, Present

_INPUTS = customers.columns.keys().index("inputs")


class Keyed(Protocol):
    """A customer as somebody would have it."""

    @property
    def customer_no(self) -> str:
        """Its number."""
        ...

    @property
    def inputs(self) -> Mapping[str, str]:
        """Normalised values of the form's inputs, by key."""
        ...


class SeenLookups(Protocol):
    """What a file has had so far that is only looked at, so that nothing of it is in the store."""

    def first(self, key: str) -> str | None:
        """Return the number of the customer that came first with a lookup key."""
        ...

    def gave_up(self, key: str, customer_no: str) -> bool:
        """Return whether a customer of the file has other inputs by now than those of a lookup key."""
        ...

    def take(self, customer_no: str, gained: Iterable[str], given_up: Iterable[str]) -> None:
        """Take note of a good row."""
        ...


@dataclass(frozen=True, slots=True)
class Holder:
    """A row of customers that has a lookup key.

    Attributes:
        marked: the import that is to replace what the row supersedes.
    """

    customer_no: str
    import_id: int | None
    standing: str | None
    superseded_by: int | None
    supersedes: int | None
    marked: int | None

    @property
    def doubted(self) -> set[int]:
        """The imports whose state says whether it holds the key."""
        own = self.import_id if self.standing == Standing.STAGED else None
        return {number for number in (own, self.superseded_by) if number is not None}

    def held_for(self, states: States, own: int | None) -> Twin | None:
        """Return who holds the key; None if nobody does, or the import ``own`` takes it away.

        A twin in effect may yet give the key up, in the rest of the same file.
        """
        if self.standing == Standing.STAGED:
            state = states.get(self.import_id or 0)
            if self.supersedes is not None and self.marked != self.import_id:
                return None
            if self.import_id == own:
                return Twin(self.customer_no, in_file=True)
            if state in WAITS:
                return Twin(self.customer_no, import_id=self.import_id)
            if state not in IN_FORCE:
                return None
        by = states.get(self.superseded_by or 0)
        if self.superseded_by is not None and self.superseded_by == own:
            return None
        if by is ImportState.UNDOING:
            return Twin(self.customer_no, import_id=self.superseded_by, undoing=True)
        return None if by in IN_FORCE else Twin(self.customer_no)


Holders = Mapping[str, Sequence[Twin]]
"""Who holds lookup keys, by key."""


def key_holders(
    tx: StoreTransaction,
    merchant_id: str,
    keys: Collection[str],
    *,
    own: int | None = None,
    undoing: int | None = None,
) -> dict[str, list[Twin]]:
    """Return the customers that hold lookup keys; a key that nobody holds is absent.

    Args:
        own: the import that asks; what it replaces holds nothing any more.
        undoing: the import that is being undone; neither its own customers nor those that it brings back hold any.
    """
    if not keys:
        return {}
    asked = wanted(tuple(PAIRS), [(merchant_id, key) for key in keys])
    rows = [
        (row[0], Holder(*row[1:]))
        for row in read_rows(tx.connection, tx.statements.select("key_holders"), asked)
    ]
    doubted = set[int]().union(*(holder.doubted for _, holder in rows))
    states = import_states(tx.connection, tx.statements, doubted) if doubted else {}
    found: dict[str, list[Twin]] = {}
    for key, holder in rows:
        twin = holder.held_for(states, own)
        if twin is not None and (undoing is None or undoing not in {holder.import_id, holder.superseded_by}):
            found.setdefault(key, []).append(twin)
    return found


def refuse_twins(
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
    """Return the outcomes of a chunk, in which those are refused whose lookup keys another customer has.

    Customers of one chunk may exchange theirs.

    Args:
        keys: of the merchant's latest forms; those of the current one are compared.
        own: the import that stages or would stage them.
        seen: what the file had before, where it is only looked at.
    """
    if keys.current is None:
        return list(outcomes)
    judging = _Judging(keys.current, keys, chunk, outcomes, present, seen)
    judging.judge(key_holders(tx, merchant_id, judging.asked, own=own))
    return judging.outcomes


class _Judging:
    """The customers of a chunk that are new or changed, and the lookup keys that they gain and give up."""

    def __init__(
        self,
        form: PaymentForm,
        keys: ChunkKeys,
        chunk: Sequence[Keyed],
        outcomes: Sequence[RowOutcome],
        present: Mapping[str, Present],
        seen: SeenLookups | None,
    ) -> None:
        self.outcomes = list(outcomes)
        self._form = form
        self._chunk = chunk
        self._seen = seen
        self._moved: dict[int, _Moved] = {}
        self._at: dict[str, int] = {}
        for at, (record, outcome) in enumerate(zip(chunk, outcomes, strict=True)):
            if outcome.change is Change.NEW or outcome.change is Change.CHANGED:
                there = present.get(record.customer_no, ABSENT)
                self._moved[at] = _moved(form, keys, record, there)
                self._at[record.customer_no] = at

    @property
    def asked(self) -> set[str]:
        """The keys whose holders have to be known."""
        return {key for moved in self._moved.values() for key in moved.asked}

    def judge(self, holders: Holders) -> None:
        """Refuse those that cannot have their keys."""
        needs = self._refuse(holders)
        while True:
            # Whoever is refused keeps its keys, which others of the chunk counted on.
            failed = [(at, key, twin) for at, key, twin in needs if self._keeps(twin.customer_no)]
            failed = [each for each in failed if self.outcomes[each[0]].change is not Change.REFUSED]
            if not failed:
                break
            for at, key, twin in failed:
                self._refuse_one(at, key, twin)
        if self._seen is not None:
            for at, moved in self._moved.items():
                if self.outcomes[at].change is not Change.REFUSED:
                    self._seen.take(self._chunk[at].customer_no, moved.asked, moved.given_up)

    def _refuse(self, holders: Holders) -> list[tuple[int, str, Twin]]:
        """Refuse what clashes; return what would clash if others of the chunk did not give their keys up."""
        needs = []
        taken: dict[str, str] = {}
        for at, moved in self._moved.items():
            number = self._chunk[at].customer_no
            clashes = []
            for key, twin in self._twins(moved, number, holders, taken):
                if twin.in_effect and self._gives_up(key, twin.customer_no):
                    needs.append((at, key, twin))
                else:
                    clashes.append((key, twin))
            if clashes:
                self._refuse_one(at, *clashes[0])
            else:
                taken.update(dict.fromkeys(moved.asked, number))
        return needs

    def _twins(
        self, moved: _Moved, number: str, holders: Holders, taken: Mapping[str, str]
    ) -> Iterator[tuple[str, Twin]]:
        """Yield other customers that have keys which one asks for."""
        for key in moved.asked:
            if key not in holders and key not in taken and self._seen is None:
                continue
            for twin in (*holders.get(key, ()), *self._earlier(key, taken)):
                known_before = twin.in_effect and key in moved.kept
                if twin.customer_no != number and not known_before and not self._gave_up(key, twin):
                    yield key, twin

    def _earlier(self, key: str, taken: Mapping[str, str]) -> list[Twin]:
        first = taken.get(key)
        if first is None and self._seen is not None:
            first = self._seen.first(key)
        return [] if first is None else [Twin(first, in_file=True)]

    def _gave_up(self, key: str, twin: Twin) -> bool:
        return self._seen is not None and twin.in_effect and self._seen.gave_up(key, twin.customer_no)

    def _gives_up(self, key: str, number: str) -> bool:
        return number in self._at and key in self._moved[self._at[number]].given_up

    def _keeps(self, number: str) -> bool:
        return self.outcomes[self._at[number]].change is Change.REFUSED

    def _refuse_one(self, at: int, key: str, twin: Twin) -> None:
        labels = labels_by_key(self._form, self._chunk[at].inputs)[key]
        twin = replace(twin, labels=labels)
        self.outcomes[at] = RowOutcome(Change.REFUSED, reason_of(twin), twin=twin)


def reason_of(twin: Twin) -> Phrase:
    """Return why a customer cannot have the inputs that a twin holds."""
    if twin.undoing:
        return Phrase(
            "has the same {labels} as customer {customer_no}, which import {number} brings back that is just being"
            " undone: try again when it is done",
            labels=twin.labels,
            customer_no=twin.customer_no,
            number=twin.import_id or 0,
        )
    if twin.import_id is not None:
        return Phrase(
            "has the same {labels} as customer {customer_no} of import {number}, which waits: release or reject that"
            " one first",
            labels=twin.labels,
            customer_no=twin.customer_no,
            number=twin.import_id,
        )
    return Phrase(
        "has the same {labels} as customer {customer_no}", labels=twin.labels, customer_no=twin.customer_no
    )


class _Moved(NamedTuple):
    """The lookup keys that a customer has, gains and gives up.

    Attributes:
        asked: those that nobody else may have. Where an import waits to change the customer, that may have promised
            the keys that it keeps to somebody else.
        kept: of those, what it has already.
    """

    asked: Sequence[str]
    kept: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()


def _moved(form: PaymentForm, chunk_keys: ChunkKeys, record: Keyed, there: Present) -> _Moved:
    if there.row is None:
        return _Moved(chunk_keys.of_current(record.customer_no, record.inputs))
    inputs = from_json(there.row[_INPUTS])
    if inputs == record.inputs and not there.claims.claimed:
        return _SAME
    keys = chunk_keys.of_current(record.customer_no, record.inputs)
    before = frozenset(lookup_keys(form, inputs))
    kept = before.intersection(keys) if there.claims.claimed else frozenset[str]()
    asked = tuple(key for key in keys if key in kept or key not in before)
    return _Moved(asked, kept, before.difference(keys))


_SAME = _Moved(())

"""Lookup keys that two customers would have: then a lookup finds neither, so the later one is refused.

What counts are the keys of the current form that a customer gains. Those that its version in effect has already
make nothing worse: stores that have shared keys from before go on working. An older form, which terminals may
still hold, does not keep a customer out.

A key is held by a customer in effect, by one of another import that waits for its release, and by one that an
import brings back which is just being undone. So what waits can be released, and what is begun undone. A customer
of the same import that gives the key up does not hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.refusals import KeyHolder
from offline_collect.domain.imports.rows import Standing
from offline_collect.domain.lookup_keys import labels_by_key, lookup_keys
from offline_collect.domain.values import value


@value
class KeyedVersion:
    """A customer's version that has a lookup key.

    Attributes:
        import_id: the import that brought it.
        superseded_by: the import that has staged another version in its place.
        supersedes: the version whose place it takes.
        marked: the import that is to replace the version that it supersedes.
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


def key_holder(
    version: KeyedVersion, states: Mapping[int, ImportState], own: int | None = None
) -> KeyHolder | None:
    """Return who holds a key; None if nobody does, or the import ``own`` takes it away.

    One in effect may yet give the key up, in the rest of the same file.

    Args:
        states: of the imports that leave the version in doubt.
        own: the import that asks.
    """
    number = version.customer_no
    if version.standing == Standing.STAGED:
        state = states.get(version.import_id or 0)
        if version.supersedes is not None and version.marked != version.import_id:
            return None
        if version.import_id == own:
            return KeyHolder(number, in_file=True)
        if state in WAITS:
            return KeyHolder(number, import_id=version.import_id)
        if state not in IN_FORCE:
            return None
    by = states.get(version.superseded_by or 0)
    if version.superseded_by is not None and version.superseded_by == own:
        return None
    if by is ImportState.UNDOING:
        return KeyHolder(number, import_id=version.superseded_by, undoing=True)
    return None if by in IN_FORCE else KeyHolder(number)


Holders = Mapping[str, Sequence[KeyHolder]]
"""Who holds lookup keys, by key."""


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


class Moved(NamedTuple):
    """The lookup keys that a customer has, gains and gives up.

    Attributes:
        asked: those that nobody else may have. Where an import waits to change the customer, that may have promised
            the keys that it keeps to somebody else.
        kept: of those, what it has already.
    """

    asked: Sequence[str]
    kept: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()


def moved_keys(
    form: PaymentForm, keys: Sequence[str], former: Mapping[str, str] | None, *, claimed: bool
) -> Moved:
    """Return the lookup keys that a customer gains and gives up.

    Args:
        form: the current one.
        keys: by which it finds the customer as somebody would have it.
        former: inputs of the version in effect; None where there is none.
        claimed: whether an import waits to change that version.
    """
    if former is None:
        return Moved(keys)
    before = frozenset(lookup_keys(form, former))
    kept = before.intersection(keys) if claimed else frozenset[str]()
    asked = tuple(key for key in keys if key in kept or key not in before)
    return Moved(asked, kept, before.difference(keys))


UNMOVED = Moved(())
"""Of a customer whose inputs stay as they are."""


class KeyedRow(NamedTuple):
    """A new or changed customer of a chunk, as somebody would have it."""

    customer_no: str
    inputs: Mapping[str, str]
    moved: Moved


class TakenKeys:
    """The new and changed customers of a chunk, and who of them cannot have their lookup keys.

    Customers of one chunk may exchange theirs.
    """

    def __init__(self, form: PaymentForm, rows: Sequence[KeyedRow], seen: SeenLookups | None) -> None:
        """Take a chunk.

        Args:
            form: the current one.
            rows: no number twice.
            seen: what the file had before, where it is only looked at.
        """
        self._form = form
        self._rows = {row.customer_no: row for row in rows}
        self._seen = seen
        self._refused: dict[str, KeyHolder] = {}

    @property
    def asked(self) -> set[str]:
        """The keys whose holders have to be known."""
        return {key for row in self._rows.values() for key in row.moved.asked}

    def refused(self, holders: Holders) -> Mapping[str, KeyHolder]:
        """Return, by number, the customers that cannot have their keys, with who has them."""
        needs = self._refuse(holders)
        # One that is refused keeps its keys, which others of the chunk counted on.
        while failed := [need for need in needs if self._fails(*need)]:
            for number, key, holder in failed:
                self._refuse_one(number, key, holder)
        if self._seen is not None:
            for number, row in self._rows.items():
                if number not in self._refused:
                    self._seen.take(number, row.moved.asked, row.moved.given_up)
        return self._refused

    def _fails(self, number: str, _key: str, holder: KeyHolder) -> bool:
        return holder.customer_no in self._refused and number not in self._refused

    def _refuse(self, holders: Holders) -> list[tuple[str, str, KeyHolder]]:
        """Refuse what clashes; return what would clash if others of the chunk did not give their keys up."""
        needs = []
        taken: dict[str, str] = {}
        for number, row in self._rows.items():
            clashes = []
            for key, holder in self._others(row, holders, taken):
                if holder.in_effect and self._gives_up(key, holder.customer_no):
                    needs.append((number, key, holder))
                else:
                    clashes.append((key, holder))
            if clashes:
                self._refuse_one(number, *clashes[0])
            else:
                taken.update(dict.fromkeys(row.moved.asked, number))
        return needs

    def _others(
        self, row: KeyedRow, holders: Holders, taken: Mapping[str, str]
    ) -> Iterator[tuple[str, KeyHolder]]:
        """Yield other customers that have keys which one asks for."""
        for key in row.moved.asked:
            if key not in holders and key not in taken and self._seen is None:
                continue
            for holder in (*holders.get(key, ()), *self._earlier(key, taken)):
                known_before = holder.in_effect and key in row.moved.kept
                if (
                    holder.customer_no != row.customer_no
                    and not known_before
                    and not self._gave_up(key, holder)
                ):
                    yield key, holder

    def _earlier(self, key: str, taken: Mapping[str, str]) -> list[KeyHolder]:
        first = taken.get(key)
        if first is None and self._seen is not None:
            first = self._seen.first(key)
        return [] if first is None else [KeyHolder(first, in_file=True)]

    def _gave_up(self, key: str, holder: KeyHolder) -> bool:
        return self._seen is not None and holder.in_effect and self._seen.gave_up(key, holder.customer_no)

    def _gives_up(self, key: str, number: str) -> bool:
        return number in self._rows and key in self._rows[number].moved.given_up

    def _refuse_one(self, number: str, key: str, holder: KeyHolder) -> None:
        labels = labels_by_key(self._form, self._rows[number].inputs)[key]
        self._refused[number] = replace(holder, labels=labels)

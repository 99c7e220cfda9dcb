"""Refuses a customer whose lookup key another customer has: with a shared key, a lookup would find neither.

Only the keys of the current form that a customer gains are checked. Keys that its version in effect already has
are not, so stores with older shared keys keep working. Keys of older forms, which terminals may still have, are
not checked either.

These customers hold a key: one in effect, one of another import that waits for its release, and one that an undo
in progress would restore. So a waiting import can always be released, and a started undo can always be completed.
A customer that gives the key up in the same import does not hold it.
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
        import_id: the import that added it.
        superseded_by: the import that has staged a version to replace it.
        supersedes: the version that it replaces.
        marked: the import that will replace the superseded version.
    """

    customer_no: str
    import_id: int | None
    standing: str | None
    superseded_by: int | None
    supersedes: int | None
    marked: int | None

    @property
    def doubted(self) -> set[int]:
        """The imports whose states decide whether it holds the key."""
        own = self.import_id if self.standing == Standing.STAGED else None
        return {number for number in (own, self.superseded_by) if number is not None}


def key_holder(
    version: KeyedVersion, states: Mapping[int, ImportState], own: int | None = None
) -> KeyHolder | None:
    """Return the holder of a key; None if there is none, or the import ``own`` replaces it.

    A holder in effect may still give the key up in the rest of the same file.

    Args:
        states: the states of the imports in :attr:`KeyedVersion.doubted`.
        own: the import whose rows are checked.
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
"""The holders of lookup keys, by key."""


class SeenLookups(Protocol):
    """The lookup keys so far of a file in a preview, whose rows are not in the store."""

    def first(self, key: str) -> str | None:
        """Return the number of the first customer with a lookup key."""
        ...

    def gave_up(self, key: str, customer_no: str) -> bool:
        """Return whether a customer gave a lookup key up in an earlier row."""
        ...

    def take(self, customer_no: str, gained: Iterable[str], given_up: Iterable[str]) -> None:
        """Record a valid row."""
        ...


class Moved(NamedTuple):
    """The lookup keys that a customer keeps, gains and gives up.

    Attributes:
        asked: the keys that no other customer may have. If an import waits to change this customer, they include
            the kept keys, because that import may give them to another customer.
        kept: the keys in ``asked`` that it already has.
    """

    asked: Sequence[str]
    kept: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()


def moved_keys(
    form: PaymentForm, keys: Sequence[str], former: Mapping[str, str] | None, *, claimed: bool
) -> Moved:
    """Return the lookup keys that a customer gains and gives up.

    Args:
        form: the current form.
        keys: the customer's lookup keys after the change.
        former: the inputs of the version in effect; None if there is none.
        claimed: whether an import waits to change that version.
    """
    if former is None:
        return Moved(keys)
    before = frozenset(lookup_keys(form, former))
    kept = before.intersection(keys) if claimed else frozenset[str]()
    asked = tuple(key for key in keys if key in kept or key not in before)
    return Moved(asked, kept, before.difference(keys))


UNMOVED = Moved(())
"""The value for a customer whose inputs do not change."""


class KeyedRow(NamedTuple):
    """A new or changed customer of a chunk, as it will be after the change."""

    customer_no: str
    inputs: Mapping[str, str]
    moved: Moved


class TakenKeys:
    """The new and changed customers of a chunk, and which of them are refused for their lookup keys.

    Customers of one chunk may exchange their keys.
    """

    def __init__(self, form: PaymentForm, rows: Sequence[KeyedRow], seen: SeenLookups | None) -> None:
        """Take a chunk.

        Args:
            form: the current form.
            rows: the customers, without duplicate numbers.
            seen: the keys of the file's earlier chunks, in a preview; None in an import.
        """
        self._form = form
        self._rows = {row.customer_no: row for row in rows}
        self._seen = seen
        self._refused: dict[str, KeyHolder] = {}

    @property
    def asked(self) -> set[str]:
        """The keys whose holders must be loaded."""
        return {key for row in self._rows.values() for key in row.moved.asked}

    def refused(self, holders: Holders) -> Mapping[str, KeyHolder]:
        """Return the holder of the key of each refused customer, by the refused customer's number."""
        needs = self._refuse(holders)
        # A refused customer keeps its old keys, so customers that would take these keys over are refused too.
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
        """Refuse conflicting rows; return rows that are valid only if other rows of the chunk give up their keys."""
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
        """Yield each key of a row that another customer has, with that customer."""
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

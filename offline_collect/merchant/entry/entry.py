"""Customers and bills typed by hand: read and checked as the rows of the merchant's files are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.forms import input_named, input_names
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.entry import read_typed
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.refused_rows import EntryRefusedError
from offline_collect.merchant.common.target import LayoutSource, Target, target_for
from offline_collect.merchant.imports.lifecycle import tidy
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import SqlStore, StoreTransaction


@dataclass(frozen=True, slots=True)
class Entry:
    """A customer or bill as typed by hand.

    Attributes:
        number: of the customer or bill.
        given: texts by the keys of the layout's columns.
        inputs: texts by the keys or labels of the form's inputs.
        extras: further columns of a bill, by their titles.
        cleared: keys of columns and inputs, or titles of extras, to make blank.
        actor: the acting user.
    """

    merchant_id: str
    number: str
    actor: Actor
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    extras: Mapping[str, str] = field(default_factory=dict, repr=False)
    cleared: tuple[str, ...] = ()


@contextmanager
def entering(store: SqlStore, entry: Entry) -> Iterator[StoreTransaction]:
    """Open a transaction for an entry; first finish an import that a killed process left.

    Otherwise its rows would be reported as taking effect until the next import.
    """
    tidy(store, entry.merchant_id)
    with store.transaction() as tx:
        yield tx


def locked_target(tx: StoreTransaction, merchant_id: str, layout: LayoutSource) -> Target:
    """Return the target of an entry; the merchant is locked until the transaction ends.

    Raises:
        NotFoundError: no merchant has this id.
        StatusError: it is closed.
        NoFormError: the merchant has no form yet.
    """
    target = target_for(tx, merchant_id, layout, lock=True)
    refuse_closed(target.merchant)
    return target


def read_whole(entry: Entry, target: Target) -> Record:
    """Return an entry that must be complete, as a row of a file.

    Raises:
        EntryRefusedError: something is missing or wrong.
    """
    return _read(entry, target)


def numbered(entry: Entry, record: Record, key: str) -> Entry:
    """Return an entry with its number as it is stored, without spaces around it."""
    return replace(entry, number=str(record.values[key]))


def read_changes(entry: Entry, target: Target) -> Record:
    """Return an entry that has only the changed values.

    Raises:
        EntryRefusedError: a value is wrong, or a required one would be cleared.
    """
    layout = target.layout
    needed = [column.label for column in layout.columns if column.required and column.key in entry.cleared]
    if needed:
        problem = _problem(needed[0], Phrase("cannot be cleared"), Phrase("give another value"))
        raise EntryRefusedError(entry.number, [problem])
    known = {column.key for column in (*layout.columns, *layout.inputs)} | {
        column.label for column in layout.inputs
    }
    unknown = [key for key in entry.cleared if key not in known and layout.extras is None]
    if unknown:
        remedy = Phrase("known are {names}", names=", ".join(sorted(known)))
        raise EntryRefusedError(entry.number, [_problem(unknown[0], Phrase("is not known"), remedy)])
    loose = replace(
        layout,
        columns=tuple(replace(column, required=False) for column in layout.columns),
        groups=(),
        stands_for_inputs=None,
    )
    return _read(entry, replace(target, layout=loose))


def refuse(number: str, problems: Iterable[RowProblem]) -> None:
    """Raise if anything is wrong.

    Raises:
        EntryRefusedError: with every problem.
    """
    found = list(problems)
    if found:
        raise EntryRefusedError(number, found)


def input_keys(entry: Entry, target: Target) -> dict[str, str]:
    """Return the inputs that were typed by their keys, whether they were named by key or label.

    Raises:
        EntryRefusedError: the form has no such input.
    """
    asked = {name: input_named(target.form, name) for name in entry.inputs}
    for name, found in asked.items():
        if found is None:
            reason = Phrase("is not an input of the merchant's form")
            remedy = Phrase("it asks for {names}", names=input_names(target.form))
            raise EntryRefusedError(entry.number, [_problem(name, reason, remedy)])
    return {found.key: entry.inputs[name] for name, found in asked.items() if found is not None}


def _read(entry: Entry, target: Target) -> Record:
    inputs = input_keys(entry, target)
    record, problems = read_typed(target.layout, entry.given, inputs, entry.extras)
    refuse(entry.number, problems)
    return record


def _problem(column: str, reason: Phrase, remedy: Phrase) -> RowProblem:
    return RowProblem(1, column, "", reason, remedy)

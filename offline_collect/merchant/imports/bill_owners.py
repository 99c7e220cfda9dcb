"""Whose a bill is: the customer that a row names by the form's inputs, or by the payer's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from offline_collect.domain.lookup_keys import labels_by_key
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import OF_NAMES, normalise
from offline_collect.files.columns.records import VALUE_SHOWN_MAX, Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.customer_rows import normal_inputs
from offline_collect.store import (
    ImportKind,
    ImportState,
    StoreTransaction,
    customers_by_key,
    list_imports,
)
from offline_collect.store.backoffice.customer_pages import each_customers_name

NAME = "name"
"""Key of the payer's name, where nothing else says whose a row is."""

_IMPORT_FIRST = Phrase("import customers first, or correct the row")

NAMED_MAX = 200_000
"""Customers of a merchant whose names are compared: their digests take 30 MB."""


def owners(
    tx: StoreTransaction, records: Sequence[Record], target: Target, names: Names | None = None
) -> list[str | RowProblem]:
    """Return the customer's number of each row, or why none was found.

    Args:
        names: of the merchant's customers; None if rows have no name that finds anybody.
    """
    keys = [labels_by_key(target.form, normal_inputs(record, target)) for record in records]
    asked = set(chain.from_iterable(keys))
    found = customers_by_key(tx, target.merchant.merchant_id, asked) if asked else {}
    answers = [
        _owner(record, [_Found(labels, found.get(key, [])) for key, labels in own.items()], target, names)
        for record, own in zip(records, keys, strict=True)
    ]
    return _with_waiting(tx, answers, target)


class _Found(NamedTuple):
    """The customers that an alternative of the form finds."""

    labels: str
    numbers: Sequence[str]


def _owner(record: Record, found: Sequence[_Found], target: Target, names: Names | None) -> str | RowProblem:
    """Return whose a row is; what else it says of the customer must not be another's."""
    if "customer_no" in record.values:
        number = str(record.values["customer_no"])
        named = _Found(target.title("customer_no"), [number])
        return _conflict(record, named, found, number) or number
    if NAME in record.values:
        return _by_name(record, target, names)
    first, *others = found
    owner = _one_owner(record, first.numbers, target)
    written = ", ".join(
        record.inputs[asked.key] for asked in target.form.inputs if asked.label in first.labels.split(", ")
    )
    return _conflict(record, first, others, written) or owner


def _conflict(record: Record, named: _Found, others: Sequence[_Found], written: str) -> RowProblem | None:
    """Return the problem of a row that names two customers; None if it names one, or nobody is found by the rest."""
    for other in others:
        if named.numbers and other.numbers and not {*named.numbers} & {*other.numbers}:
            reason = Phrase(
                "says customer {one}, but {labels} says customer {other}",
                one=named.numbers[0],
                labels=other.labels,
                other=other.numbers[0],
            )
            remedy = Phrase("correct what is wrong, or leave one of the two out")
            return row_problem(record, named.labels, reason, remedy, written)
    return None


def _with_waiting(
    tx: StoreTransaction, answers: Sequence[str | RowProblem], target: Target
) -> list[str | RowProblem]:
    """Name an import that waits and may bring the customers that nobody knows."""
    if not any(isinstance(each, RowProblem) and each.remedy == _IMPORT_FIRST for each in answers):
        return list(answers)
    merchant_id = target.merchant.merchant_id
    waiting = list_imports(tx, merchant_id, ImportState.WAITING, ImportKind.CUSTOMERS, most=1)
    if not waiting:
        return list(answers)
    remedy = Phrase(
        "customers import {number} waits: have it released first, or correct the row",
        number=waiting[0].import_id,
    )
    return [
        replace(each, remedy=remedy)
        if isinstance(each, RowProblem) and each.remedy == _IMPORT_FIRST
        else each
        for each in answers
    ]


def _one_owner(record: Record, numbers: Sequence[str], target: Target) -> str | RowProblem:
    if len(numbers) == 1:
        return numbers[0]
    given = [asked for asked in target.form.inputs if asked.key in record.inputs]
    labels = ", ".join(asked.label for asked in given)
    written = ", ".join(record.inputs[asked.key] for asked in given)
    reason, remedy = Phrase("no customer has these"), _IMPORT_FIRST
    if numbers:
        reason = Phrase("more than one customer has these")
        remedy = Phrase("give {title} too", title=target.title("customer_no"))
    return row_problem(record, labels, reason, remedy, written)


def _by_name(record: Record, target: Target, names: Names | None) -> str | RowProblem:
    name = str(record.values[NAME])
    payer = target.layout.payer
    column = payer.label if payer is not None else NAME
    title = target.title("customer_no")
    if names is None or names.too_many:
        reason = Phrase("says nothing: over {most} customers are not looked through by name", most=NAMED_MAX)
        return row_problem(record, column, reason, Phrase("add {title}", title=title), name)
    numbers = names.numbers(name)
    if len(numbers) == 1:
        return numbers[0]
    reason, remedy = Phrase("no customer is called so"), _IMPORT_FIRST
    if numbers:
        reason = Phrase("{count} customers are called so", count=len(numbers))
        remedy = Phrase("add {title}", title=title)
    return row_problem(record, column, reason, remedy, name)


class Names:
    """The customers of a merchant by their names, read once for a file: no index knows how names are compared.

    Attributes:
        too_many: whether the merchant has more customers than are compared.
    """

    def __init__(self, tx: StoreTransaction, merchant_id: str) -> None:
        self._numbers: dict[int, str | list[str]] = {}
        self.too_many = False
        for place, (number, name) in enumerate(each_customers_name(tx, merchant_id)):
            if place >= NAMED_MAX:
                self.too_many = True
                return
            key = _plain(name)
            known = self._numbers.get(key)
            if known is None:
                self._numbers[key] = number
            else:
                self._numbers[key] = [*([known] if isinstance(known, str) else known), number]

    def numbers(self, name: str) -> list[str]:
        """Return the numbers of the customers that have a name."""
        found = self._numbers.get(_plain(name), [])
        return [found] if isinstance(found, str) else found


def _plain(name: str) -> int:
    """Return a hash of a name as names are compared: names themselves are not kept."""
    return hash(normalise(name, OF_NAMES, 0))


def row_problem(record: Record, column: str, reason: Phrase, remedy: Phrase, value: str) -> RowProblem:
    """Return a problem of a row that has been read."""
    return RowProblem(
        row=record.row,
        column=column,
        value=value[:VALUE_SHOWN_MAX],
        reason=reason,
        remedy=remedy,
        cells=record.cells,
    )

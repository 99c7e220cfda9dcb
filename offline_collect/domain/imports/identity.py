"""Whether an import changes whose a bill is, or who its merchant's customers are: it stops unless that is meant.

A file whose numbers mean something else than those of the last file, such as the rows of a new list, would otherwise
give the debts of some people to others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import NamedTuple

from offline_collect.domain.imports.titles import only_month
from offline_collect.domain.texts.text import OF_NAMES, Normalisation, normalise
from offline_collect.domain.values import value

CHANGED_MIN = 2
"""A single customer that gets another name, or other inputs, is a correction, also of a merchant with few customers."""

CHANGED_SHARE = 10
"""An import may rename one customer in so many of its merchant's, and change the inputs of as many."""

_SAME_YEAR = dt.timedelta(days=183)
"""Last days of one bill, before and after a correction, are not further apart."""

_YEAR = re.compile(r"20\d\d")
_STEPS = (*OF_NAMES, Normalisation.TRIM, Normalisation.HALF_WIDTH, Normalisation.UPPER)


class BillIdentity(NamedTuple):
    """Whose debt a bill is, and what for: its period, or its month and item where it has none."""

    customer_no: str
    period: str | None
    due_date: dt.date
    description: str | None


@value
class BillMove:
    """An unpaid bill that a row makes another debt."""

    before: BillIdentity
    after: BillIdentity


def bill_move(before: BillIdentity, after: BillIdentity) -> BillMove | None:
    """Return the move of a bill; None if it keeps its customer and period.

    Without a period, the month in which it is due and its item say what it is for. An item that had no value, or has none
    any more, is no other item; nor is one that is written otherwise. 12月 comes again each year: with a last day far from
    the former one it is another period.
    """
    same = before.customer_no == after.customer_no and _is_same_period(before, after)
    if same and after.period is None:
        same = _month(before.due_date) == _month(after.due_date) and _is_same_item(before, after)
    return None if same else BillMove(before, after)


def _is_same_period(before: BillIdentity, after: BillIdentity) -> bool:
    if before.period is None or after.period is None:
        return before.period == after.period
    if before.period == after.period and _YEAR.search(after.period):
        return True
    months = [only_month(each.period or "") for each in (before, after)]
    same_month = None not in months and len({month.number for month in months if month}) == 1
    is_dated_now = same_month and any(month is not None and month.year is None for month in months)
    near = abs(before.due_date - after.due_date) < _SAME_YEAR
    return near and (before.period == after.period or is_dated_now)


def _month(day: dt.date) -> tuple[int, int]:
    return day.year, day.month


def _is_same_item(before: BillIdentity, after: BillIdentity) -> bool:
    if not before.description or not after.description:
        return True
    return normalise(before.description, _STEPS, 0) == normalise(after.description, _STEPS, 0)


class InputsChange(NamedTuple):
    """Values that a row takes from a customer and gives to it, each with its input, hashed: they are personal data."""

    given_up: frozenset[int]
    taken: frozenset[int]


def inputs_change(before: Mapping[str, str], after: Mapping[str, str]) -> InputsChange | None:
    """Return the change of the inputs by which payers find a customer; None if none has another value.

    An input that had no value, or has none any more, gives no debt to another person. Nor does a value that a later form
    writes otherwise: with leading zeros, or in small letters.
    """
    changed = [
        key
        for key, text in before.items()
        if text and after.get(key) and _as_compared(text) != _as_compared(after[key])
    ]
    if not changed:
        return None
    return InputsChange(
        frozenset(hash((key, _as_compared(before[key]))) for key in changed),
        frozenset(hash((key, _as_compared(after[key]))) for key in changed),
    )


def name_change(before: str, after: str) -> InputsChange | None:
    """Return the change of a customer's name, as of one input; None if it is only written otherwise."""
    return inputs_change({"": before}, {"": after})


def _as_compared(text: str) -> str:
    return normalise(text, _STEPS, 0).lstrip("0")


def name_hash(name: str) -> int:
    """Return a hash of a name as names are compared: names themselves are not kept."""
    return hash(normalise(name, _STEPS, 0))


def names_stop(*, differing: int, compared: int, permuted: bool) -> bool:
    """Return whether payers' names beside numbers stop an import: one column may have been sorted without the other.

    Args:
        differing: how many rows have another name than their customer.
        compared: how many rows have a name beside a customer who is known.
        permuted: whether these rows have their customers' names in another order.
    """
    return differing >= CHANGED_MIN and (permuted or differing * CHANGED_SHARE > compared)


def stops_import(*, moved: int, exchanged: int, renamed: int, changed: int, customers: int) -> bool:
    """Return whether an import stops unless its user says that the changes are meant.

    Args:
        moved: how many bills it makes other debts.
        exchanged: how many values of inputs, and names, it takes from one customer and gives to another.
        renamed: how many customers get another name.
        changed: how many customers get other inputs.
        customers: how many customers the merchant has before the import.
    """
    return moved > 0 or exchanged > 0 or any(_are_many(each, customers) for each in (renamed, changed))


def _are_many(count: int, customers: int) -> bool:
    return count >= CHANGED_MIN and count * CHANGED_SHARE > customers

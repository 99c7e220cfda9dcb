"""Titles of columns that number a list's rows: such a number is another row's in the next list, so it identifies nothing."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.texts.phrases import Phrase

IDENTIFYING: Mapping[str, Phrase] = {
    "bill_no": Phrase(
        "name a column whose numbers stay with one bill for good; if there is none, name none: numbers are made of"
        " period, customer and item"
    ),
    "customer_no": Phrase(
        "name a column whose numbers stay with one customer for good, such as 户号, 学号 or 房号"
    ),
}
"""Our columns that name a bill or a customer, each with what to do if a column of row numbers is to be it."""

_ROW_NUMBERS = frozenset({"序号", "序", "行号", "行次", "#", "row", "rowno", "rowno.", "rownumber"})
_EITHER = frozenset({"编号", "号码", "no", "no.", "nr", "nr.", "number"})


def numbers_rows(title: str) -> bool:
    """Return whether a plain title always means the numbers of rows."""
    return title in _ROW_NUMBERS


def may_number_rows(title: str) -> bool:
    """Return whether a plain title means the numbers of rows if they are 1, 2, 3, …; customers may be numbered so too."""
    return title in _EITHER

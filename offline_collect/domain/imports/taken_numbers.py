"""Finds the numbers of bills in a proposal, or what an import makes them of: the customer, the period and the item."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from offline_collect.domain.imports.proposal import (
    BILL_NO,
    CUSTOMER_NO,
    DESCRIPTION,
    DUE_DATE,
    NAME,
    PERIOD,
    WantedColumn,
)
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.taking import Taking, places_of_columns
from offline_collect.domain.texts.phrases import Phrase


class Numbering(Taking):
    """A proposal in the making that may need numbers of bills."""

    def __init__(
        self,
        columns: Sequence[SeenColumn],
        wanted: Mapping[str, WantedColumn],
        inputs: Mapping[str, WantedColumn],
        of_months: Collection[int],
    ) -> None:
        super().__init__(columns, wanted, of_months)
        self._inputs = inputs

    def _makes_numbers(self) -> bool:
        """Find the column of bill numbers; return whether there is none and an import can make them."""
        if BILL_NO in self.choices:
            return False
        self.doubts.pop(BILL_NO, None)
        named = [each for each in self._free() if each.says_bill() and each.may_identify()]
        if len(named) == 1:
            self._take(BILL_NO, named[0].place, Phrase("each row has a number of its own"))
            return False
        if self._tell_rows_apart() or self._find_item():
            return True
        why = Phrase("no column holds it, and period, customer and item are the same in several rows")
        self._doubt(self._wanted[BILL_NO], why, places_of_columns(named or self._identifying()))
        return False

    def _tell_rows_apart(self) -> bool:
        """Whether no two rows have the same period, customer and item; nobody knows if the customer is in doubt."""
        if CUSTOMER_NO in self.doubts:
            return True
        when = PERIOD if PERIOD in self.choices else DUE_DATE
        # An import makes numbers of the customer, whichever of his inputs a row has.
        named = [CUSTOMER_NO] if CUSTOMER_NO in self.choices else [NAME, *self._inputs]
        parts = [when, DESCRIPTION, *named]
        texts = [self._columns[self.choices[part].place].texts for part in parts if part in self.choices]
        rows = list(zip(*texts, strict=True))
        return len(set(rows)) == len(rows)

    def _find_item(self) -> bool:
        """Find the column that says what is paid for, where a customer has several bills; return whether there is one."""
        if DESCRIPTION not in self._wanted or DESCRIPTION in self.choices:
            return False
        fitting = []
        for column in [each for each in self._free() if each.is_item()]:
            self._take(DESCRIPTION, column.place, Phrase("it tells apart the bills of one customer"))
            if self._tell_rows_apart():
                fitting.append(self.choices[DESCRIPTION])
            del self.choices[DESCRIPTION]
        if len(fitting) == 1:
            self.choices[DESCRIPTION] = fitting[0]
        return len(fitting) == 1

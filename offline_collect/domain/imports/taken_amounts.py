"""Finds the column of what is to be paid in a proposal, or the one price of a list that is ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from offline_collect.domain.imports.instalments import Instalment, instalments_of, quarters_of
from offline_collect.domain.imports.item_columns import chosen_items, items_of
from offline_collect.domain.imports.paid_marks import is_left
from offline_collect.domain.imports.proposal import (
    AMOUNT,
    BILL_NO,
    SeenTable,
    WantedColumn,
    months_of,
    side_by_side,
)
from offline_collect.domain.imports.seen_columns import SeenColumn, fee_named, is_arrears
from offline_collect.domain.imports.taken_numbers import Numbering
from offline_collect.domain.imports.taking import how_many, places_of_columns
from offline_collect.domain.imports.ticked import rate_of, ticked
from offline_collect.domain.imports.titles import month_of
from offline_collect.domain.imports.totals import Found, all_to_pay, left_to_pay, titles_of, total_of
from offline_collect.domain.texts.phrases import Phrase


class PayingColumns(Numbering):
    """A proposal in the making that may need an amount."""

    def __init__(
        self,
        table: SeenTable,
        columns: Sequence[SeenColumn],
        wanted: Mapping[str, WantedColumn],
        inputs: Mapping[str, WantedColumn],
    ) -> None:
        beside = bool(side_by_side(table.columns)) or AMOUNT not in wanted
        self._table = table
        self._months = None if beside else months_of(columns, table.year, table.period)
        self._instalments = () if beside else self._slices(columns, wanted)
        self._marks = None if beside else ticked(columns)
        self._stated: dict[str, tuple[str, Phrase]] = {}
        self._ignored: list[int] = []
        super().__init__(columns, wanted, inputs, self._places_of_slices())

    def _slices(
        self, columns: Sequence[SeenColumn], wanted: Mapping[str, WantedColumn]
    ) -> tuple[Instalment, ...]:
        """Return the bills of each row, if it has several that are no months."""
        quarters = () if self._months is not None else quarters_of(columns, self._table.year)
        return instalments_of(columns, self._table.period) or quarters or self._items(columns, wanted)

    @staticmethod
    def _items(columns: Sequence[SeenColumn], wanted: Mapping[str, WantedColumn]) -> tuple[Instalment, ...]:
        """Return the items of a list that has a column for each, if no title is the amount's or that of one number a row."""
        if wanted[BILL_NO].places or wanted[AMOUNT].doubts or len(wanted[AMOUNT].places) > 1:
            return ()
        amounts = [each for each in columns if each.place in wanted[AMOUNT].places]
        # The title of one fee is the amount's only if nothing else is to be paid.
        fee = all(fee_named(each.title) is not None for each in amounts)
        return items_of(columns) if not amounts or (fee and chosen_items(columns)) else ()

    def _places_of_slices(self) -> list[int]:
        """Return the places of columns that are of one of several bills of a row."""
        places = [] if self._months is None else [*self._months.places]
        dues = [each.due_date for each in self._instalments if each.due_date is not None]
        return places + [each.amount for each in self._instalments] + dues

    def _find_amount(self) -> None:
        if self._months is not None or self._instalments:
            return
        if self._marks is not None and self._find_price(self._marks):
            return
        taken = {choice.place for key, choice in self.choices.items() if key != AMOUNT}
        free = [each for each in self._columns if each.place not in taken]
        all_told = left_to_pay(free) or all_to_pay(free)
        if all_told is not None:
            self.doubts.pop(AMOUNT, None)
            self._take(AMOUNT, *all_told)
        if AMOUNT in self.choices or AMOUNT in self.doubts:
            return
        found = [each for each in self._free() if each.is_amount() and not each.deducts_nothing()]
        money = [each for each in found if each.says_money() or each.says_part()]
        likely = [
            each
            for each in self._free()
            if each not in money
            and (each.says_amount() or self._lowers(each) or self._is_amount_elsewhere(each))
        ]
        factors = [each for each in self._columns if each.place not in taken and each.may_be_factor()]
        total = _whole(total_of(found, money, factors), money)
        if total is not None:
            self._take(AMOUNT, *total)
        elif len(money) == 1 and not likely and (not money[0].says_part() or self._owes_alone(money[0])):
            why = Phrase("it is the only one of money, and all values are amounts")
            self._take(AMOUNT, money[0].place, why)
        elif len(found) == 1 and not self._table.has_header:
            self._take(AMOUNT, found[0].place, Phrase("no other column holds amounts"))
        else:
            others = [each for each in found if each not in money and each.may_be_factor()]
            units = [each for each in self._free() if each.unit and each.amounts]
            why = how_many(found, Phrase("amounts"))
            if units and not found:
                why = Phrase("{titles} is in another unit, or not to be paid", titles=titles_of(units))
            marked = [each for each in self._free() if each.is_marks() and month_of(each.title) is not None]
            if marked and not found:
                why = Phrase("{titles} has marks, and a mark is no amount", titles=titles_of(marked))
            self._doubt(
                self._wanted[AMOUNT],
                why,
                places_of_columns([*money, *likely, *(each for each in others if each not in likely)]),
            )

    @staticmethod
    def _lowers(column: SeenColumn) -> bool:
        """Whether a column says that something is taken off in some rows, as a balance of last month."""
        return column.is_deduction() and not column.deducts_nothing()

    def _is_amount_elsewhere(self, column: SeenColumn) -> bool:
        """Whether a title is the amount's, but in another unit: what else is of money may be a part of it."""
        return bool(column.unit) and column.place in self._wanted[AMOUNT].places and bool(column.amounts)

    def _find_price(self, marks: SeenColumn) -> bool:
        """Find the price that all with a √ pay; return whether there is one."""
        money = [each for each in self._free() if each.is_amount() and each.says_money()]
        rate, stated = rate_of(self._free()), self._table.price
        if AMOUNT in self.choices or AMOUNT in self.doubts or money:
            self._marks = None
            return False
        if rate is not None:
            self._take(
                AMOUNT, rate.place, Phrase("each pays it who has a √ below {title}", title=marks.title)
            )
        elif stated is not None:
            why = Phrase("row {row} outside the table says so", row=stated.row)
            self._stated[AMOUNT] = (stated.text, why)
        else:
            why = Phrase("{titles} has marks, and nothing states the one price", titles=marks.title)
            self._doubt(self._wanted[AMOUNT], why, ())
        return True

    def _owes_alone(self, column: SeenColumn) -> bool:
        """Whether a column is what is still owed, in a list that has nothing else of money: 欠费金额."""
        others = [each for each in self._free() if each is not column and each.says_part()]
        # What earlier bills still owe may be in those bills.
        owed = column.says_left() and (is_arrears(column.title) or is_left(column.title))
        return owed and not any(each.is_amount() or each.is_deduction() for each in others)


def _whole(total: Found | None, money: Sequence[SeenColumn]) -> Found | None:
    """Return a total, if no column of money says that another one is a part.

    The total itself may be called what is owed: 欠费金额 is 月物业费 times 欠费月数.
    """
    parts = [each for each in money if each.says_part()]
    if total is None or not parts:
        return total
    owed = all(each.place == total[0] and each.says_left() and is_arrears(each.title) for each in parts)
    return total if owed else None

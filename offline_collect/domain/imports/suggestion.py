"""Proposes a mapping of a merchant's file: which column is which of ours, and why (docs/merchants.md, A proposed mapping).

What an import's own rules find in the titles comes first; the values of the rows say the rest. What is not certain is a
doubt: a proposal never takes the likeliest column for an amount, a date or a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.imports.date_order import date_order
from offline_collect.domain.imports.item_columns import chosen_items
from offline_collect.domain.imports.proposal import (
    AMOUNT,
    BILL_NO,
    CUSTOMER_NO,
    DESCRIPTION,
    DUE_DATE,
    NAME,
    PERIOD,
    Choice,
    Proposal,
    SeenTable,
    WantedColumn,
    side_by_side,
)
from offline_collect.domain.imports.seen_columns import fee_named
from offline_collect.domain.imports.taken_dates import DatedColumns
from offline_collect.domain.imports.taking import how_many, places_of_columns
from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.imports.totals import same_in_all
from offline_collect.domain.texts.phrases import Phrase

_DATES = frozenset({DUE_DATE, "open_from", "expires_on"})
"""Our columns of dates of bills."""


def suggest(table: SeenTable) -> Proposal:
    """Return what the titles and values of a file tell about its columns."""
    return _Suggesting(table).proposal()


class _Suggesting(DatedColumns):
    """One proposal in the making."""

    def __init__(self, table: SeenTable) -> None:
        self._shifts = side_by_side(table.columns)
        width = min(self._shifts, default=len(table.columns))
        columns = [each for each in table.columns if each.place < width]
        wanted = {each.key: each for each in table.wanted if not each.is_input}
        # Names find the customers of bills only if nothing else does.
        self._payer = wanted.pop(NAME, None) if table.key == BILL_NO else None
        inputs = {each.key: each for each in table.wanted if each.is_input}
        super().__init__(table, columns, wanted, inputs)

    def proposal(self) -> Proposal:
        """Decide column by column; the order matters, since a column that is taken is free no more."""
        for wanted in (*self._wanted.values(), *self._inputs.values()):
            self._bytitles_of(wanted)
        self._name_customers()
        if AMOUNT in self._wanted:
            self._find_amount()
        if DUE_DATE in self._wanted:
            self._find_due_date()
        makes_numbers = self._table.key == BILL_NO and self._makes_numbers()
        if self._table.key != BILL_NO:
            self._find_customer()
        self._name_payers_beside()
        choices = sorted(self.choices.values(), key=lambda choice: choice.place)
        if self._months is not None:
            self._ignored += self._wanted[AMOUNT].places
        return Proposal(
            choices=choices,
            doubts=tuple(self.doubts.values()),
            months=self._months,
            shifts=self._shifts,
            instalments=self._instalments,
            marks=None if self._marks is None else self._marks.place,
            makes_numbers=makes_numbers,
            constants={key: text for key, (text, _) in self._stated.items()},
            reasons={key: why for key, (_, why) in self._stated.items()},
            ignored=tuple(self._ignored),
            dates=self._order_of_dates(choices),
        )

    def _order_of_dates(self, choices: Sequence[Choice]) -> str:
        """Return the order of the parts of all dates that are taken; '' if they have none of their own."""
        columns = [self._columns[each.place] for each in choices if each.key in _DATES]
        orders = {date_order(each.values) for each in columns if each.values}
        orders |= {
            date_order(self._columns[each.due_date].values)
            for each in self._instalments
            if each.due_date is not None
        }
        return (orders.pop() or "") if len(orders) == 1 else ""

    def _bytitles_of(self, wanted: WantedColumn) -> None:
        places = [
            place for place in wanted.places if place < len(self._columns) and self._may_be(wanted, place)
        ]
        doubts = [place for place in wanted.doubts if place < len(self._columns)]
        if wanted.key == AMOUNT:
            places = [place for place in places if not self._columns[place].unit]
        if self._months is not None and wanted.key in {AMOUNT, PERIOD}:
            return
        if self._instalments and wanted.key in {AMOUNT, DUE_DATE, DESCRIPTION}:
            return
        if any(each.period for each in self._instalments) and wanted.key == PERIOD:
            return
        if len(places) > 1 or len(doubts) > 1:
            self._bytitles_of_several(wanted, places, doubts)
        elif len(places) == 1 and wanted.key == AMOUNT and self._is_one_of_several(places[0]):
            others = chosen_items(self._columns)
            why = how_many([self._columns[places[0]], *others], Phrase("amounts"))
            self._doubt(wanted, why, places)
        elif places and wanted.key == DESCRIPTION and self._columns[places[0]].counts():
            # An import would take it: a bill made of it would be another one when the rows move.
            self._ignored += places
        elif places and not wanted.guessed and not self._counts_rows(wanted.key, places[0]):
            self._take(wanted.key, places[0], Phrase("its title is one of {label}", label=wanted.label))

    def _bytitles_of_several(
        self, wanted: WantedColumn, places: Sequence[int], doubts: Sequence[int]
    ) -> None:
        real = [place for place in doubts or places if not self._columns[place].is_nothing()]
        same = same_in_all([self._columns[place] for place in real]) if wanted.key == AMOUNT else None
        if len(real) == 1 and real[0] in places:
            self._take(wanted.key, real[0], Phrase("the others of this kind are blank or zero in all rows"))
        elif same is not None:
            self._take(AMOUNT, *same)
        else:
            self._doubt(wanted, Phrase("several titles may mean it"), doubts or places)

    def _is_one_of_several(self, place: int) -> bool:
        """Whether an amount is called as one fee is, and others have a price too."""
        return fee_named(self._columns[place].title) is not None and bool(chosen_items(self._columns))

    def _may_be(self, wanted: WantedColumn, place: int) -> bool:
        """Whether a column may be ours by its title: names of people below 住户 are no numbers of rooms or customers."""
        column = self._columns[place]
        numbers = wanted.is_input or wanted.key == CUSTOMER_NO
        if numbers and place in self._table.parts:
            return False
        if not numbers or not column.is_payer() or plain_title(column.title) == plain_title(wanted.label):
            return True
        known = column.finds_customers(wanted.key) if wanted.is_input else column.names_customers()
        return known or "姓名" in wanted.also

    def _counts_rows(self, key: str, place: int) -> bool:
        """Whether a column of numbers counts the rows, or is that of several customers in a list of customers."""
        column = self._columns[place]
        shared = key == CUSTOMER_NO == self._table.key and not column.differs()
        return shared or (key in {BILL_NO, CUSTOMER_NO} and column.counts())

    def _name_customers(self) -> None:
        """Find the column that names the customers of bills."""
        if self._table.key != BILL_NO:
            return
        if CUSTOMER_NO not in self.choices and CUSTOMER_NO not in self.doubts:
            self._one(
                CUSTOMER_NO,
                [each for each in self._free() if each.names_customers()],
                Phrase("its values are numbers of the merchant's customers"),
            )
        for key in self._inputs:
            if key not in self.choices:
                found = [each for each in self._free() if each.finds_customers(key)]
                self._one(key, found, Phrase("its values find the merchant's customers"), doubtful=False)
        named = CUSTOMER_NO in self.choices or self._inputs_are_there()
        if not named and CUSTOMER_NO not in self.doubts and not self._name_payers():
            free = [each for each in self._free() if not each.counts()]
            likely = [each for each in free if each.says_customer() or each.says_person()]
            self._doubt(
                self._wanted[CUSTOMER_NO],
                Phrase("no column holds numbers of customers"),
                places_of_columns(likely),
            )

    def _name_payers(self) -> bool:
        """Find the column of payers' names, where nothing else says whose a bill is; return whether there may be one."""
        payer = self._payer
        if payer is None or self._shifts:
            return False
        places = [place for place in payer.places if place < len(self._columns)]
        found = [each for each in self._free() if each.names_payers()]
        if len(places) == 1:
            why = Phrase(
                "its title is one of {label}, and nothing else says whose a bill is", label=payer.label
            )
            self._take(NAME, places[0], why)
        elif len(found) == 1:
            why = Phrase(
                "its values are names of the merchant's customers, and nothing else says whose a bill is"
            )
            self._take(NAME, found[0].place, why)
        elif found:
            self._doubt(
                payer, how_many(found, Phrase("names of the merchant's customers")), places_of_columns(found)
            )
        if NAME in self.choices:
            # An import would take the title for the customers' numbers, but the values count the rows.
            self._ignored += self._wanted[CUSTOMER_NO].places
        return bool(places or found)

    def _name_payers_beside(self) -> None:
        """Find the payers' names beside what says whose a bill is: an import compares them with the customers'."""
        taken = self._shifts or NAME in self.choices or NAME in self.doubts
        if self._payer is None or taken or CUSTOMER_NO in self.doubts:
            return
        found = [each for each in self._free() if each.is_payer()]
        if len(found) == 1:
            self._take(NAME, found[0].place, Phrase("all values look like names"))

    def _inputs_are_there(self) -> bool:
        return any(group <= self.choices.keys() for group in self._table.groups)

    def _find_customer(self) -> None:
        """Find the customers' numbers, names, inputs and mobiles."""
        for key, wanted in self._inputs.items():
            if key not in self.choices and key not in self.doubts and not self._shares(wanted):
                self._find_input(wanted)
        if CUSTOMER_NO not in self.choices:
            self._find_customer_no()
        self._find_name()
        if "mobile" not in self.choices and "mobile" not in self.doubts:
            found = [each for each in self._free() if each.is_mobile()]
            self._one("mobile", found, Phrase("all values are mobile numbers"), doubtful=False)

    def _shares(self, wanted: WantedColumn) -> bool:
        """Take a column that is another one of ours already: what it is called usually means both."""
        for choice in list(self.choices.values()):
            title = self._columns[choice.place].title
            if title and plain_title(title) in wanted.also:
                self._take(
                    wanted.key,
                    choice.place,
                    Phrase("{title} usually means {label} too", title=title, label=wanted.label),
                )
                return True
        return False

    def _find_input(self, wanted: WantedColumn) -> None:
        taken = [
            each
            for each in self._free()
            if each.nearly_all(each.taken_inputs.get(wanted.key, 0))
            and not each.counts()
            and each.differs()
            and not each.says_no_money()
        ]
        likely = [each for each in taken if each.says_customer()] or taken
        needed = any(wanted.key in group for group in self._table.groups)
        # A form that takes nearly any text would take the other columns too.
        telling = not self._table.has_header and len(self._identifying()) > 1
        if len(taken) == 1 and (taken[0].says_customer() or telling):
            self._take(
                wanted.key,
                taken[0].place,
                Phrase("its values are written as the form asks for {label}", label=wanted.label),
            )
        elif needed and not self._inputs_are_there():
            self._doubt(
                wanted, how_many(taken, Phrase("values as the form asks for")), places_of_columns(likely)
            )

    def _find_customer_no(self) -> None:
        self.doubts.pop(CUSTOMER_NO, None)
        found = [each for each in self._identifying() if not each.is_name()]
        said = [each for each in found if each.says_customer()]
        known = self._input_alone()
        if len(said) == 1:
            self._take(CUSTOMER_NO, said[0].place, Phrase("each row has a value of its own"))
        elif known is not None:
            why = Phrase(
                "payers know it as {label}, and no two rows share one", label=self._inputs[known.key].label
            )
            self._take(CUSTOMER_NO, known.place, why)
        else:
            why = how_many(said or found, Phrase("a value of its own in each row"))
            self._doubt(self._wanted[CUSTOMER_NO], why, places_of_columns(said or found))

    def _input_alone(self) -> Choice | None:
        """Return the column of an input that finds a customer alone, if it tells all rows apart."""
        for group in self._table.groups:
            chosen = [self.choices[key] for key in group if key in self.choices and len(group) == 1]
            for choice in chosen:
                column = self._columns[choice.place]
                if column.differs() and not column.counts():
                    return choice
        return None

    def _find_name(self) -> None:
        if "name" in self.choices or "name" in self.doubts:
            return
        found = [each for each in self._free() if each.is_name()]
        said = [each for each in found if each.says_person()]
        if len(said) == 1 or (len(found) == 1 and not self._table.has_header):
            self._take("name", (said or found)[0].place, Phrase("all values look like names"))
        else:
            self._doubt(
                self._wanted["name"], how_many(found, Phrase("names")), places_of_columns(said or found)
            )

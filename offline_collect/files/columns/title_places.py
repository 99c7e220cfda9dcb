"""Where a table's titles have a layout's columns, by key: by our names, by usual titles, or where a mapping says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from offline_collect.domain.imports.column_names import lettered_column
from offline_collect.domain.imports.composed_numbers import is_template, parts_of
from offline_collect.domain.imports.lowered_amounts import is_final, is_taken_off
from offline_collect.domain.imports.paid_marks import is_left
from offline_collect.domain.imports.seen_columns import is_arrears, only_fee
from offline_collect.domain.imports.titles import (
    all_known,
    ends_span,
    first_known,
    names_last_day_of_payment,
    only_month,
    own_name,
    places_of,
    plain_title,
)
from offline_collect.domain.imports.units import stated_unit
from offline_collect.files.cells import column_letters
from offline_collect.files.columns.layout import Column, Layout
from offline_collect.files.columns.year_and_month import joins, with_joined_period

AMOUNT = "amount"
"""Key of the column that says what is to be paid."""

CUSTOMER_NO = "customer_no"
"""Key of the column of customers' numbers."""

DUE_DATE = "due_date"
"""Key of the column that says until when a bill is to be paid."""

NAME = "name"
"""Key of the column of customers' names."""

PERIOD = "period"
"""Key of the column that says for which month a bill is."""

MONTHS_MIN = 2
"""One title that is a month may be anything: a reading, or what is left of last year."""

_DOUBTFUL_TYPES = frozenset({"amount", "date"})
"""Types of columns for which a wrong guess would go unnoticed."""


class Reach(NamedTuple):
    """The columns of a table, as a spreadsheet counts them.

    Attributes:
        first: the place of its first column in the sheet, from 0.
        width: how many columns it has.
    """

    first: int
    width: int

    @property
    def letters(self) -> str:
        """The letters of its first and its last column."""
        return f"{column_letters(self.first)} to {column_letters(self.first + max(self.width, 1) - 1)}"


def written_places(text: str, titles: Sequence[str], reach: Reach, ours: Collection[str]) -> list[int]:
    """Return the places of a column that a mapping names by its title or, if no title is that text, by its letters.

    Args:
        ours: plain titles of columns that this program has put into the table, which letters do not count.
    """
    named = places_of(titles, {plain_title(text)})
    column = None if named else lettered_column(text)
    if column is None:
        return named
    theirs = [
        place
        for place in range(reach.width)
        if place >= len(titles) or plain_title(titles[place]) not in ours
    ]
    at = column - reach.first
    return [theirs[at]] if 0 <= at < len(theirs) else []


class Places:
    """Where a layout's columns and inputs are among some titles, by key.

    What merchants usually call a column only counts if none has our name for it.

    Attributes:
        guessed: key of the column that names the customer by a usual title only, beside inputs that name him too.
        known_as: key of the customers' number, if the only input by which payers find them is taken for it.
        months: places of titles that are months, each with its own bills; [] if the amount has one column.
        has_period: whether a column, or a mapping, says the period of a whole row by our name.
        payer: place of the payers' names, if nothing else says whose a row is.
        layout: the columns, of which the period may be made of two.
    """

    def __init__(self, titles: Sequence[str], layout: Layout, reach: Reach | None = None) -> None:
        """Find the places; without a ``reach`` the titles are a row that may be a header, which letters do not tell."""
        self._titles = titles
        self.layout = self._layout = layout = with_joined_period(layout, titles)
        self._reach = reach
        self._not_due = frozenset(
            place for place, title in enumerate(titles) if stated_unit(title, layout.currency) is not None
        )
        self._span_ends = frozenset(place for place, title in enumerate(titles) if ends_span(title, titles))
        self.guessed: str | None = None
        self.known_as: str | None = None
        in_tables = frozenset(chain.from_iterable(layout.tables)) if reach is not None else frozenset()
        self.inputs = {each.key: [] if each.key in in_tables else self._exact(each) for each in layout.inputs}
        self.columns = {
            each.key: [] if each.key in in_tables else self._exact(each) for each in layout.columns
        }
        for column in layout.columns:
            if column.beside and not self.columns[column.beside]:
                self.columns[column.key] = []
        if layout.made_always:
            self.columns[layout.made_key] = []
        self._elsewhere = in_tables | (frozenset({layout.made_key}) if layout.made_always else frozenset())
        self.months = self._months()
        self.has_period = self._is_there_key(PERIOD)
        if self.months or (layout.months is not None and reach is not None):
            self.columns[AMOUNT] = self.columns[PERIOD] = []
            self._elsewhere |= {AMOUNT, PERIOD}
        self._own_words = all(self._is_there(column) for column in self._required)
        self._add_usual()
        self.payer = self._payer()

    @property
    def _required(self) -> list[Column]:
        made = self._layout.made_key
        return [column for column in self._layout.columns if column.required and column.key != made]

    @property
    def complete(self) -> bool:
        """Whether the titles have all required columns, and what names the customer."""
        layout = self._layout
        named = not layout.groups or self._is_there_key(layout.stands_for_inputs) or bool(self.payer)
        return all(map(self._is_there, self._required)) and (named or self._inputs_are_there())

    def _exact(self, column: Column) -> list[int]:
        if column.title is None:
            found = places_of(self._titles, {plain_title(column.key), plain_title(column.label)})
            return self._due(column, found) or found
        if is_template(column.title):
            return self._composed(column.title)
        if self._reach is not None:
            return written_places(column.title, self._titles, self._reach, self._layout.ours)
        names = {column.title}
        if lettered_column(column.title) is not None:
            names |= {column.key, column.label, *column.also}
        return places_of(self._titles, {plain_title(name) for name in names})

    def _composed(self, template: str) -> list[int]:
        """Return the place of a number that is made of several columns: behind the titles, if those are there."""
        if self._reach is None and not all(
            places_of(self._titles, {plain_title(part)}) for part in parts_of(template)
        ):
            return []
        named = [each.title for each in (*self._layout.columns, *self._layout.inputs)]
        made = list(dict.fromkeys(title for title in named if title is not None and is_template(title)))
        return [len(self._titles) + made.index(template)]

    @property
    def joined(self) -> set[int]:
        """The places of the columns that make the period together."""
        parts = [part for each in self._layout.columns if joins(each) for part in parts_of(each.title or "")]
        return {place for part in parts for place in places_of(self._titles, {plain_title(part)})}

    def _is_there(self, column: Column) -> bool:
        return self._is_there_key(column.key)

    def _is_there_key(self, key: str | None) -> bool:
        return (
            key is not None
            and key in self.columns
            and (bool(self.columns[key]) or key in self._layout.constants or key in self._elsewhere)
        )

    def _months(self) -> list[int]:
        """Return the places of titles that are months, if each of them may have a bill."""
        layout = self._layout
        if AMOUNT not in self.columns or PERIOD not in self.columns:
            return []
        if layout.months is None and self._is_there_key(AMOUNT):
            return []
        found = [place for place, title in enumerate(self._titles) if only_month(title) is not None]
        return found if layout.months is not None or len(found) >= MONTHS_MIN else []

    def _payer(self) -> list[int]:
        """Return the place of the payers' names, if nothing else says whose a row is."""
        payer, layout = self._layout.payer, self._layout
        if payer is None or self._is_there_key(layout.stands_for_inputs) or self._inputs_are_there():
            return []
        # An input of the form may have the name too, but not find anybody by it alone.
        return self._names_of(payer)

    @property
    def beside(self) -> list[int]:
        """The place of payers' names beside what says whose a row is."""
        payer = self._layout.payer
        return [] if payer is None or self.payer else self._names_of(payer)

    def _names_of(self, payer: Column) -> list[int]:
        taken = set(chain.from_iterable(self.columns.values()))
        return self._exact(payer) or ([] if payer.title else self._usual(payer, taken))

    def _add_usual(self) -> None:
        """Find columns that are missing by their usual titles; those of our names are taken."""
        layout = self._layout
        taken = set(chain.from_iterable(self.columns.values()))
        if layout.payer is not None and layout.payer.title:
            # What a mapping calls the payers' names is nothing else: 客户.
            taken.update(self._exact(layout.payer))
        inputs = set(chain.from_iterable(self.inputs.values()))
        for column in layout.inputs:
            if not (self.inputs[column.key] or column.title or column.key in layout.input_constants):
                self.inputs[column.key] = self._usual(column, taken | inputs)
                inputs.update(self.inputs[column.key])
        for column in layout.columns:
            if self._is_there(column) or column.title:
                continue
            usual = column
            if self._is_named_by_inputs(column):
                self.guessed = column.key
                # What a form may ask for is not the platform's number of the customer: a room may be another's number.
                usual = replace(
                    column, also=tuple(name for name in column.also if name not in layout.input_titles)
                )
            # What all rows must have may be one of the form's inputs too: the room for the customer's number.
            self.columns[column.key] = self._usual(usual, taken if column.required else taken | inputs)
            taken.update(self.columns[column.key])
        self._add_fee(taken | inputs)
        self._add_known_as()

    def _add_known_as(self) -> None:
        """Take what payers know customers by for their numbers, in a list of customers that has no other: 表号, 车位号."""
        number = next((column for column in self._required if column.key == CUSTOMER_NO), None)
        if number is None or number.title or self._is_there(number):
            return
        alone = [self.inputs[group[0].key] for group in self._layout.groups if len(group) == 1]
        taken = set(chain.from_iterable(self.columns.values()))
        if len(alone) == 1 and alone[0] and not taken & set(alone[0]):
            self.columns[number.key] = alone[0]
            self.known_as = number.key

    def _usual(self, column: Column, taken: Collection[int]) -> list[int]:
        place = None
        if column.type == "date":
            taken = {*taken, *self._span_ends}
        if column.type == AMOUNT:
            place = first_known(self._titles, column.also, {*taken, *self._not_due})
        if place is None:
            # A column in another unit is found too: its refusal says what is wrong.
            place = first_known(self._titles, column.also, taken)
        if place is None and column.key == DUE_DATE and column.also:
            named = {at for at, title in enumerate(self._titles) if names_last_day_of_payment(title)}
            return sorted(named - set(taken)) if len(named) == 1 else []
        if place is None and column.key == NAME:
            place = own_name(self._titles, {plain_title(column.label), *column.also})
        return [] if place is None or place in taken else [place]

    def _add_fee(self, taken: Collection[int]) -> None:
        """Find the amount by the name of its fee, if it is the only column of money and another column is known."""
        amount = next((column for column in self._layout.columns if column.key == AMOUNT), None)
        if amount is None or amount.title or self._is_there(amount) or not taken:
            return
        doubtful = self._layout.doubtful.get(AMOUNT)
        if doubtful is None or all_known(self._titles, doubtful, taken):
            return
        place = only_fee(self._titles, taken)
        self.columns[AMOUNT] = [] if place is None else [place]

    def _due(self, column: Column, places: Sequence[int]) -> list[int]:
        """Return places without those that are in another unit or not to be paid, for a column of amounts."""
        return [place for place in places if column.type != AMOUNT or place not in self._not_due]

    def _is_named_by_inputs(self, column: Column) -> bool:
        """Whether the inputs of the form stand for a column, so that no guess at it is needed."""
        return column.key == self._layout.stands_for_inputs and self._inputs_are_there()

    def _inputs_are_there(self) -> bool:
        there = {key for key, places in self.inputs.items() if places} | (
            self._elsewhere & self.inputs.keys()
        )
        return has_group(there, self._layout)

    def doubts(self, column: Column) -> list[int]:
        """Return the places of all titles that a column may have, if a file does not use our names."""
        if (
            self._own_words
            or column.type not in _DOUBTFUL_TYPES
            or column.title
            or not self.columns[column.key]
        ):
            return []
        others = {
            place for key, places in self.columns.items() if key != column.key for place in places
        }.union(*self.inputs.values())
        names = {plain_title(column.key), plain_title(column.label), *column.also}
        found = all_known(self._titles, names | self._layout.doubtful.get(column.key, frozenset()), others)
        if column.type == AMOUNT:
            further = {
                place for place, title in enumerate(self._titles) if is_arrears(title) or is_left(title)
            }
            if not all(is_final(self._titles[place]) for place in self.columns[column.key]):
                further |= {place for place, title in enumerate(self._titles) if is_taken_off(title)}
            found = sorted({*found, *(further - others)})
        else:
            found = [place for place in found if place not in self._span_ends]
        return self._due(column, found)


def has_group(there: Collection[str], layout: Layout) -> bool:
    """Whether the inputs of a file, by key, and the constants have a complete group."""
    return any(
        all(column.key in there or column.key in layout.input_constants for column in group)
        for group in layout.groups
    )

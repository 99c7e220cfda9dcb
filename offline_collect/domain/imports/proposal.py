"""What a proposed mapping says, and the tables in which bills stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace

from offline_collect.domain.imports.composed_numbers import is_template
from offline_collect.domain.imports.instalments import Instalment
from offline_collect.domain.imports.month_columns import first_year
from offline_collect.domain.imports.seen_columns import SeenColumn
from offline_collect.domain.imports.titles import month_of, plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value

BILL_NO, CUSTOMER_NO, AMOUNT, DUE_DATE, PERIOD = "bill_no", "customer_no", "amount", "due_date", "period"
NAME, DESCRIPTION = "name", "description"
ALIKE = frozenset({AMOUNT, DUE_DATE, PERIOD})
"""Our columns whose value all rows of a file may share."""

_MONTHS_MIN = 2
_BLOCK_MIN = 2


@value
class WantedColumn:
    """A column of ours, or an input of the merchant's form, and where an import finds it by the titles.

    Attributes:
        places: of its titles; more than one if it is there several times.
        doubts: places of titles beside which it is not certain.
        guessed: whether it names the customer by a usual title only, beside inputs that name him too.
        is_input: whether it is an input of the form.
        also: plain titles that usually mean it.
    """

    key: str
    label: str
    required: bool = False
    places: Sequence[int] = ()
    doubts: Sequence[int] = ()
    guessed: bool = False
    is_input: bool = False
    also: frozenset[str] = frozenset()


@value
class Stated:
    """A value of all rows that a row outside the table states, and the number of that row."""

    text: str
    row: int


@value
class SeenTable:
    """A file, as far as its first rows show it.

    Attributes:
        key: our column that names a row: ``bill_no`` or ``customer_no``.
        groups: inputs of which one group names a customer.
        has_header: whether its first row names the columns.
        year: that the rows above the table name; None if they name none.
        period: that the table states for all of its rows; None if it states none.
        due_date: that a row outside the table states, as 2030-12-31; None if none does, or several days are stated.
        made: the month of the days that rows outside the table state, as 2030-12: then the list was made; None likewise.
        price: that a row outside the table states for each payer, in major units; None likewise.
        parts: places of columns that make a number together, which is a further column behind those of the file.
    """

    key: str
    columns: Sequence[SeenColumn]
    wanted: Sequence[WantedColumn]
    groups: Sequence[frozenset[str]] = ()
    has_header: bool = True
    year: int | None = None
    due_date: Stated | None = None
    made: Stated | None = None
    price: Stated | None = None
    parts: frozenset[int] = frozenset()
    period: str | None = None


@value
class Choice:
    """A column of the file for one of ours, and why."""

    key: str
    place: int
    why: Phrase


@value
class Doubt:
    """A column of ours that is not certain, or not there.

    Attributes:
        places: of the columns that it may be, the likeliest first; none if it must be said otherwise.
    """

    key: str
    label: str
    why: Phrase
    places: Sequence[int] = ()


@value
class Months:
    """Columns of which each is the amount of a month; the year is None if each title has its own, or nothing says it."""

    places: Sequence[int]
    year: int | None
    titles_have_years: bool


@value
class Proposal:
    """What a mapping may say.

    Attributes:
        choices: what is certain.
        doubts: what is not.
        months: columns of months, if bills stand side by side.
        instalments: the bills of each row, if it has several.
        marks: place of the column whose √ says which rows are bills; None if all are.
        shifts: by how many columns further tables stand to the right of the first one.
        makes_numbers: whether no column holds the numbers of bills, so that an import makes them.
        constants: values of every row that a user has said, or the file.
        reasons: why a constant is one, if the file says it.
        ignored: places of columns that an import would take for others, such as the totals of months.
        dates: ``DMY`` or ``MDY`` if its days are written so; '' otherwise.
    """

    choices: Sequence[Choice] = ()
    doubts: Sequence[Doubt] = ()
    months: Months | None = None
    instalments: Sequence[Instalment] = ()
    marks: int | None = None
    shifts: Sequence[int] = ()
    makes_numbers: bool = False
    constants: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Phrase] = field(default_factory=dict)
    ignored: Sequence[int] = ()
    dates: str = ""

    def place_of(self, key: str) -> int | None:
        """Return the place of the column that is one of ours; None if none is chosen."""
        return next((choice.place for choice in self.choices if choice.key == key), None)

    def unknown(self, table: SeenTable) -> list[SeenColumn]:
        """Return the columns that nothing of the proposal names, and that have values."""
        named = {choice.place + shift for choice in self.choices for shift in (0, *self.shifts)}
        named |= set() if self.months is None else set(self.months.places)
        named |= {
            place for each in self.instalments for place in (each.amount, each.due_date) if place is not None
        }
        named |= {place for place in (self.marks,) if place is not None}
        return [
            each
            for each in table.columns
            if each.place not in named and each.values and not is_template(each.title)
        ]


def months_of(columns: Sequence[SeenColumn], year: int | None, period: str | None = None) -> Months | None:
    """Return the columns of months; None if there are none, or too few, or one is called what earlier bills still owe.

    A month with any amount is one, whatever its other cells say (已缴, 停用): left out, its bills would be missing in silence.

    Args:
        columns: of the table.
        year, period: that the table states, as in :class:`SeenTable`.
    """
    named = [(each, month) for each in columns if (month := month_of(each.title)) is not None]
    named = [(each, month) for each, month in named if not each.values or each.amounts]
    if len(named) < _MONTHS_MIN or len({month for _, month in named}) < len(named):
        return None
    if any(each.says_part() for each, _ in named):
        return None
    years = [month.year for _, month in named]
    first = None if all(years) else first_year([month.number for _, month in named], year, period)
    return Months(tuple(each.place for each, _ in named), first, all(years))


def side_by_side(columns: Sequence[SeenColumn]) -> tuple[int, ...]:
    """Return by how many columns further tables with the same titles stand to the right of the first one."""
    titles = [plain_title(each.title) for each in columns]
    first = next((title for title in titles if title and titles.count(title) > 1), None)
    if first is None:
        return ()
    starts = [place for place, title in enumerate(titles) if title == first]
    width = starts[1] - starts[0]
    block = _block(titles, starts[0], width)
    if starts[0] != 0 or len([title for title in block if title]) < _BLOCK_MIN:
        return ()
    same = all(_block(titles, start, width) == block for start in starts)
    even = all(start == at * width for at, start in enumerate(starts))
    return tuple(starts[1:]) if same and even else ()


def _block(titles: Sequence[str], start: int, width: int) -> list[str]:
    found = list(titles[start : start + width])
    while found and not found[-1]:
        found.pop()
    return found


Answer = Callable[[Doubt], Choice | str | None]
"""Answers a doubt: a column, a value of every row, or None to leave it out."""


def settled(proposal: Proposal, answer: Answer) -> Proposal:
    """Return a proposal in which a user has answered the doubts."""
    choices, doubts, constants = list(proposal.choices), [], dict(proposal.constants)
    for doubt in proposal.doubts:
        said = answer(doubt)
        if isinstance(said, Choice):
            choices.append(said)
        elif said is None:
            doubts.append(doubt)
        else:
            constants[doubt.key] = said
    choices.sort(key=lambda choice: choice.place)
    return replace(proposal, choices=choices, doubts=doubts, constants=constants)


def corrected(
    proposal: Proposal, table: SeenTable, picked: Mapping[str, int], constants: Mapping[str, str]
) -> Proposal:
    """Return a proposal in which a user has said where each of our columns is.

    Args:
        proposal: as it was shown to him.
        table: the file.
        picked: places by our key; a key that is missing has no column.
        constants: values of every row, by our key.
    """
    chosen = Phrase("chosen by the user")
    proposed = {choice.key: choice for choice in proposal.choices}
    choices = [
        proposed[key] if proposal.place_of(key) == place else Choice(key, place, chosen)
        for key, place in sorted(picked.items(), key=lambda each: each[1])
    ]
    used = {*picked.values(), *(() if proposal.months is None else proposal.months.places)}
    # An import would take a title of ours for ours, although the user says that it is not.
    not_ours = {place for each in table.wanted if each.key not in picked for place in each.places}
    reasons = {
        key: why for key, why in proposal.reasons.items() if constants.get(key) == proposal.constants.get(key)
    }
    return replace(
        proposal,
        choices=choices,
        doubts=(),
        constants=dict(constants),
        reasons=reasons,
        ignored=sorted({*proposal.ignored, *not_ours} - used),
    )

"""What requests of one message type have in common that have the same elements, tags and parts."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from offline_collect.domain.texts.cards import MASK, mask_cards
from offline_collect.wire.dialects.places import element_of, part_of
from offline_collect.wire.elements.cutting import cutter
from offline_collect.wire.masking import PRIVATE, hide, line_form
from offline_collect.wire.messages.amounts import CURRENCY_ELEMENTS
from offline_collect.wire.messages.masked_parts import part_rules, whole_rules
from offline_collect.wire.messages.message_set.types import BILLS
from offline_collect.wire.messages.requests.fields import FieldsPlan
from offline_collect.wire.messages.requests.identities import (
    AGAIN,
    INSTITUTION,
    STAN,
    TERMINAL,
    IdentityForm,
    IdentityPlan,
    Places,
)
from offline_collect.wire.messages.requests.journals import SLOT, JournalForm
from offline_collect.wire.messages.requests.parts import places_read
from offline_collect.wire.messages.requests.private_plan import LayoutPrivatePlan, TagsPlan
from offline_collect.wire.messages.requests.times import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from offline_collect.wire.dialects.dialect import Dialect
    from offline_collect.wire.layouts.masking import Rule
    from offline_collect.wire.layouts.parts import Cut
    from offline_collect.wire.messages.message_set.types import MessageType
    from offline_collect.wire.messages.requests.fields import FormFields
    from offline_collect.wire.messages.requests.identities import Head
    from offline_collect.wire.messages.requests.private_plan import PrivateForm, PrivatePlan
    from offline_collect.wire.messages.requests.times import RequestTimes

    Row = list[str]
    Names = tuple[tuple[str, ...], ...]

_PROCESSING = 3
_REPEATED = (_PROCESSING, INSTITUTION, *CURRENCY_ELEMENTS)
"""Elements with the few values that most messages have."""


class Repeated(NamedTuple):
    """What the few values say that most messages have; worked out for the first message that has them.

    Attributes:
        values: the command's, with the fields that these values make.
        institution: without leading zeros.
        factor: by what amounts are multiplied.
        head: of the identity.
        repeat: whether the MTI marks a repeat.
        journal: the masked line, with a place for each other value.
    """

    values: list[Any]
    institution: str
    factor: int
    head: Head
    repeat: bool
    journal: str


class RequestForm(NamedTuple):
    """The plan of requests with the same elements, tags and parts.

    The values of a message stand in a row: its elements', then the institution where some messages name none, the MTI,
    the values of private data, and last what stands for the bills of a list.

    Attributes:
        at: the place of each value in the row, by place or tag.
        mti: the MTI's.
        stan: that of DE 11.
        terminal: that of DE 41.
        sent: that of what says when a message was sent; that of DE 11 where nothing does.
        counted: that of what says how many bills are paid; None where nothing does.
        empty: places of values that count only if they are not empty.
        must: those of them that must not be.
        fields: of the command.
        conditions: a place in the row and a value that must not be there, as a tag is missing then.
        take_repeated: takes the few values that most messages have.
        known: what these say.
        bills: for each record of the list of bills, takes the values that name it and that make its amount.
        identity: None for commands without a key.
        cards: places of values that are masked the same way in fingerprint and journal.
        journal: the masked line.
    """

    at: Mapping[Any, int]
    mti: int
    stan: int
    terminal: int
    sent: int
    counted: int | None
    empty: frozenset[int]
    must: tuple[int, ...]
    fields: FormFields
    conditions: tuple[tuple[int, str], ...]
    take_repeated: Callable[[Row], tuple[str, ...]]
    known: dict[tuple[str, ...], Repeated]
    bills: tuple[Callable[[Row], Sequence[str]], ...]
    identity: IdentityForm | None
    cards: tuple[int, ...]
    journal: JournalForm


class Shape(NamedTuple):
    """What the numbers of a message's elements say about it.

    Attributes:
        private: its elements with private data: place among the elements, and what cuts them.
        plans: what reads them.
        forms: plans by the names of private values.
    """

    numbers: tuple[int, ...]
    private: tuple[tuple[int, Callable[[str], Cut | None]], ...]
    plans: tuple[PrivatePlan, ...]
    forms: dict[Names, RequestForm | None]


class FormMaker:
    """Makes the plans of one message type on one link.

    Args:
        kind: the type.
        dialect: of the link.
        times: of the link.
        at: the place of each field among those of the command.
        silent: the institution of messages that do not name theirs; None where they must.
    """

    def __init__(
        self,
        kind: MessageType,
        dialect: Dialect,
        times: RequestTimes,
        at: Mapping[str, int],
        silent: str | None,
    ) -> None:
        self._kind, self._dialect, self._times = kind, dialect, times
        self.fields = FieldsPlan(kind, at, dialect, times)
        self._silent = silent
        self._charset = dialect.charset_of(PRIVATE) if kind.reads_tags else None
        identity = dialect.identity if kind.transaction else ()
        must = {*kind.must, STAN, INSTITUTION, TERMINAL, *identity}
        self._must = {place for place in must if isinstance(place, int)} - (
            {INSTITUTION} if silent else set()
        )
        self._must_parts = must - self._must - {INSTITUTION}
        plan = kind.transaction
        self._identity = None if plan is None else IdentityPlan(plan, dialect, times)
        self._layouts = _private_plans(kind, dialect)
        self._whole = whole_rules(dialect)
        self._masks_again: dict[int, Rule] = {}
        self._masked = frozenset(self._whole) | frozenset(kind.layouts)
        self._records = frozenset() if kind.bills is None else frozenset(kind.bills.elements)

    def shape(self, numbers: tuple[int, ...]) -> Shape | None:
        """Return what elements say; None if a message that has them is not a usual one."""
        if not (self._must <= {*numbers} and self._records.isdisjoint(numbers)):
            return None
        line = line_form(numbers, False, self._charset is not None, self._masked, self._dialect.tagged)
        if any(number != PRIVATE for _, number in line.private):
            return None
        plans: list[tuple[int, PrivatePlan]] = [
            (at, self._layouts[number]) for at, number in enumerate(numbers) if number in self._layouts
        ]
        if self._charset is not None and PRIVATE in numbers:
            plans.append((numbers.index(PRIVATE), TagsPlan(self._charset)))
        return Shape(
            numbers, tuple((at, plan.cut) for at, plan in plans), tuple(plan for _, plan in plans), {}
        )

    def form(self, shape: Shape, names: Names) -> RequestForm | None:
        """Return the plan of requests; None if they are not usual ones.

        Args:
            shape: of their elements.
            names: of the values of their private data.
        """
        at: dict[Any, int] = {number: place for place, number in enumerate(shape.numbers)}
        first = len(at)
        if self._silent is not None:
            at.setdefault(INSTITUTION, first)
            first += 1
        mti = first
        privates: list[tuple[int, PrivateForm]] = []
        first += 1
        for plan, found in zip(shape.plans, names, strict=True):
            form = plan.form(found)
            privates.append((first, form))
            at |= {part.place: first + part.at for part in form.parts}
            first += len(found)
        return self._made(shape, at, mti, privates)

    def _made(
        self, shape: Shape, at: dict[Any, int], mti: int, privates: Sequence[tuple[int, PrivateForm]]
    ) -> RequestForm | None:
        kind = self._kind
        tags_complete = {*kind.must_tags} <= at.keys() and (
            not kind.must_any or not at.keys().isdisjoint(kind.must_any)
        )
        if not (tags_complete and self._must_parts <= at.keys()):
            return None
        parts = [(first + part.at, part) for first, form in privates for part in form.parts]
        empty = frozenset(place for place, part in parts if not part.blank)
        fields = self.fields.form(at, empty)
        conditions = tuple(
            (at[each.tag], each.says) for each in kind.must_when if each.must not in at and each.tag in at
        )
        again = [at[number] for number in _REPEATED if number in at]
        again += [field.source for field in fields.repeated]
        repeated = frozenset([mti, *again, *[place for place, _ in conditions]])
        slots, line = self._line(shape, privates)
        printed = () if self._identity is None else [at[tag] for tag in self._identity.tags]
        cards = frozenset(place for place in printed if (place, mask_cards) in slots) - repeated
        # What stands for the bills is last in the row.
        places = Places({**at, BILLS: -1}, repeated, cards)
        unmasked = [(place, None if place in cards else mask) for place, mask in slots]
        return RequestForm(
            at=at,
            mti=mti,
            stan=at[STAN],
            terminal=at[TERMINAL],
            sent=at[self._dialect.sent.element or STAN],
            counted=self._counted(at),
            empty=empty,
            must=tuple(at[place] for place in self._must_parts if at[place] in empty),
            fields=fields,
            conditions=conditions,
            take_repeated=itemgetter(*sorted(repeated)),
            known={},
            bills=tuple(
                cutter([first + each for each in bill]) for first, form in privates for bill in form.bills
            ),
            identity=None if self._identity is None else IdentityForm(self._identity, places),
            cards=tuple(cards),
            journal=JournalForm(f"{SLOT} {line}", [(mti, None), *unmasked], repeated),
        )

    def _counted(self, at: Mapping[Any, int]) -> int | None:
        listed = self._kind.bill_list
        return None if listed is None or listed.count is None else at.get(listed.count)

    def _line(
        self, shape: Shape, privates: Sequence[tuple[int, PrivateForm]]
    ) -> tuple[list[tuple[int, Rule | None]], str]:
        """Return the masked line of elements with a slot for each value that is shown, and these values."""
        numbers = shape.numbers
        form = line_form(numbers, False, self._charset is not None, self._masked, self._dialect.tagged)
        masks: dict[int, Rule] = dict(form.masks)
        inside = {at: private for (at, _), private in zip(shape.private, privates, strict=True)}
        slots: list[tuple[int, Rule | None]] = []
        pieces: list[str] = []
        for at, number in enumerate(numbers):
            mask = self._whole.get(number, masks.get(at))
            if at in inside:
                first, private = inside[at]
                pieces.append(f"[{private.line}]" if number in self._layouts else private.line)
                slots += ((first + place, each) for place, each in private.slots)
            elif mask is hide:
                pieces.append(MASK)
            else:
                if mask is not None and number in AGAIN:
                    mask = self._masks_again.setdefault(number, Remembered(mask).__getitem__)
                pieces.append(SLOT)
                slots.append((at, mask))
        return slots, form.text % tuple(pieces)


def _private_plans(kind: MessageType, dialect: Dialect) -> dict[int, LayoutPrivatePlan]:
    places = [place for place in places_read(kind, dialect) if part_of(place)]
    listed = kind.bill_list
    return {
        number: LayoutPrivatePlan(
            layout,
            dialect.elements[number],
            [place for place in places if element_of(place) == number],
            part_rules(number, layout, dialect),
            listed if listed is not None and listed.element == number else None,
        )
        for number, layout in kind.layouts.items()
    }

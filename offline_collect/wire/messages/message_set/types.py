"""The message set as the platform uses it: what `message_set_file` compiles from schemas/messages.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from offline_collect.wire.dialects.patterns import is_like, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from offline_collect.domain.codes import ResponseCode
    from offline_collect.domain.commands import Command, NetworkFunction
    from offline_collect.wire.dialects.places import Place
    from offline_collect.wire.layouts.layout import Layout
    from offline_collect.wire.layouts.place import Place as LayoutPlace
    from offline_collect.wire.messages.identity import TransactionPlan
    from offline_collect.wire.messages.requests.scope import ManyConverter, OneConverter

PAGE_PAYABLE = "page_payable"
PAGE_CURSOR = "page_cursor"
PAGE_PAYER_FEE = "page_payer_fee"
PAGE_TOTAL = "page_total"
KEY_BLOCK = "key_block"
"""The value of an answer that is a working key, encrypted."""
PAGE_VALUES = frozenset({PAGE_PAYABLE, PAGE_CURSOR, PAGE_PAYER_FEE, PAGE_TOTAL})
"""Names of values of a page as a whole."""
BILLS = "bills"
"""Stands in fingerprints for what a message with a list of bills pays."""


@dataclass(frozen=True, slots=True)
class OneField:
    """A command's field that comes from one place or tag.

    Attributes:
        name: of the command's field.
        element: its source, an element or a part of a layout; 48 for a tag.
        tag: the PDS tag in DE 48, or None for the element itself.
        convert: converts the text to the field's value.
    """

    name: str
    element: Place
    tag: str | None
    convert: OneConverter


@dataclass(frozen=True, slots=True)
class ManyField:
    """A command's field that is made of several places, or of several tags of DE 48.

    Attributes:
        elements: the places; empty for a field made of tags.
        tags: the tags; empty for a field made of elements.
    """

    name: str
    elements: tuple[Place, ...]
    tags: tuple[str, ...]
    convert: ManyConverter


@dataclass(frozen=True, slots=True)
class TagCondition:
    """A tag that is mandatory when another tag has a given value."""

    tag: str
    says: str
    must: str


@dataclass(frozen=True, slots=True)
class BillsPlan:
    """Where a payment of several bills names them: a record a bill, in place of one bill's tag in DE 48.

    Attributes:
        tag: of DE 48, which names one bill.
        elements: of the records, in their order.
        bill_no: the tag of a record's bill; `amount` that of its amount.
    """

    tag: str
    elements: tuple[int, ...]
    bill_no: str
    amount: str


@dataclass(frozen=True, slots=True)
class BillListPlan:
    """Where a payment of several bills lists them inside one element.

    Attributes:
        element: its number.
        place: the list in the layout.
        most: the most bills of one payment.
        count: the place that says how many of the list are paid, from its beginning; None for all.
        bill_no: the part of a record that is the bill's number; '' where its period names it.
        period: the part that is its year and month; '' where its number names it.
        amounts: the parts that make the bill's amount together.
    """

    element: int
    place: LayoutPlace
    most: int
    count: Place | None
    bill_no: str
    period: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePlan:
    """The destination of one of an answer's values.

    Attributes:
        value: its name in `Answer.values` or `Record.values`; '' for a constant.
        convert: `response_code` for a code's name that is sent as DE 39's digits, `YYYYMM` for a period of which
            only year and month are sent, else None.
        constant: what is always sent.
        column: of a value that is a merchant's further columns, the one that is sent.
        most: its characters at most, where the file says that it is shorter than it might be; else 0.
    """

    value: str
    convert: str | None = None
    constant: str = ""
    column: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """How a page's records are sent: one in each element.

    Attributes:
        whole: whether no value in a record may be truncated.
    """

    elements: tuple[int, ...]
    tags: Mapping[str, ValuePlan]
    whole: bool


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How a page's records are sent as a list inside one element.

    Attributes:
        element: its number.
        path: of the list in the layout.
        place: the list itself.
        most: the most records that it holds.
        put: the values of a record, by its parts.
    """

    element: int
    path: str
    place: LayoutPlace
    most: int
    put: Mapping[str, ValuePlan]


@dataclass(frozen=True, slots=True)
class LayoutPlan:
    """How the private data of an answer is put together in one element.

    Attributes:
        layout: of the element.
        source: the layout of the request in this element; None where it has none. If it is the same one, all that
            the request says is repeated, and what is put replaces it.
        copied: names of values that are repeated from a request with another layout.
        put: places in the layout and the values that go there.
        records: the list of records in this element; None if there is none.
    """

    layout: Layout
    source: Layout | None
    copied: tuple[str, ...]
    put: tuple[tuple[LayoutPlace, ValuePlan], ...]
    records: ListPlan | None


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """How an answer becomes a response.

    Attributes:
        echo: elements repeated from the request besides those of every response.
        elements: values by element number.
        tags: values by tag of DE 48, in their order.
        records: None for answers without pages of one record an element.
        layouts: private data by element number.
        most: the most records inside one element; None for answers without such pages.
        codes: DE 39 of results that these answers say otherwise than others do.
    """

    echo: tuple[int, ...] = ()
    elements: Mapping[int, ValuePlan] = field(default_factory=dict)
    tags: Mapping[str, ValuePlan] = field(default_factory=dict)
    records: RecordPlan | None = None
    layouts: Mapping[int, LayoutPlan] = field(default_factory=dict)
    most: int | None = None
    codes: Mapping[ResponseCode, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a place must say, for a message to be of a type.

    Attributes:
        pattern: its value; a dot is any digit.
    """

    place: Place
    pattern: str

    def holds(self, value: str) -> bool:
        """Whether a value is what the pattern says."""
        return value == self.pattern or is_like(self.pattern, value)

    def meets(self, other: Condition) -> bool:
        """Whether some value is what both patterns say."""
        return overlap(self.pattern, other.pattern)


@dataclass(frozen=True, slots=True)
class MessageType:
    """One kind of request and its answer.

    Attributes:
        name: for people.
        command: the domain's class.
        requests: its MTIs.
        response: the MTI of its answer.
        processing: the dialects' name of its DE 3, or None.
        network: its network functions, or empty.
        when: what its places say; empty for a type that DE 3 or 70 tells by the dialect's names.
        must: mandatory places; `must_tags` mandatory tags; `must_any` tags of which one must be present.
        checks: elements that must be valid although no field holds them.
        transaction: None for commands without a key.
        constants: fields with the same value in every command of this type.
        bills: None for messages that name one bill or none.
        bill_list: where a list inside one element names the bills; None for others.
        layouts: how private data of a request is taken apart, by element number.
        reads_tags: whether DE 48 must be PDS.
    """

    name: str
    command: type[Command]
    requests: tuple[str, ...]
    response: str
    processing: str | None
    network: tuple[NetworkFunction, ...]
    must: tuple[Place, ...]
    must_tags: tuple[str, ...]
    must_any: tuple[str, ...]
    must_when: tuple[TagCondition, ...]
    checks: tuple[OneField, ...]
    transaction: TransactionPlan | None
    fields: tuple[OneField | ManyField, ...]
    constants: Mapping[str, object]
    answer: AnswerPlan
    bills: BillsPlan | None = None
    bill_list: BillListPlan | None = None
    when: tuple[Condition, ...] = ()
    layouts: Mapping[int, Layout] = field(default_factory=dict)
    reads_tags: bool = True


def places_of(message: MessageType) -> Iterator[Place]:
    """The places that a message type reads."""
    yield from message.must
    yield from message.layouts
    yield from (condition.place for condition in message.when)
    yield from (check.element for check in message.checks)
    if message.transaction:
        yield from (place for place in message.transaction.elements if place != BILLS)
    if message.bill_list and message.bill_list.count is not None:
        yield message.bill_list.count
    for field_ in message.fields:
        yield from field_.elements if isinstance(field_, ManyField) else (field_.element,)


@dataclass(frozen=True, slots=True)
class MessageSet:
    """All messages, for any dialect or for one.

    Attributes:
        file: the name of its file, for errors.
        echo: elements that every response repeats if its request has them.
    """

    file: str
    echo: tuple[int, ...]
    types: tuple[MessageType, ...]


def answer_mti(mti: str) -> str:
    """Return the MTI of an answer; a repeat (odd last digit) is answered like its original."""
    return f"{mti[:2]}{int(mti[2]) + 1}{int(mti[3]) & ~1}"


def is_answer(mti: str) -> bool:
    """Whether an MTI is that of a response: its third digit is odd."""
    return mti[2:3] in {"1", "3", "5", "7", "9"}

"""The message set as the platform uses it: what `message_set_file` compiles from schemas/messages.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.domain.commands import Command, NetworkFunction
    from offline_collect.wire.messages.conversions import ManyConverter, OneConverter

PAGE_PAYABLE = "page_payable"
PAGE_CURSOR = "page_cursor"


@dataclass(frozen=True, slots=True)
class OneField:
    """A command's field that comes from one element or tag.

    Attributes:
        name: of the command's field.
        element: its source; 48 for a tag.
        tag: the PDS tag in DE 48, or None for the element itself.
        convert: converts the text to the field's value.
    """

    name: str
    element: int
    tag: str | None
    convert: OneConverter


@dataclass(frozen=True, slots=True)
class ManyField:
    """A command's field that is made of several elements, or of several tags of DE 48.

    Attributes:
        elements: their numbers; empty for a field made of tags.
        tags: the tags; empty for a field made of elements.
    """

    name: str
    elements: tuple[int, ...]
    tags: tuple[str, ...]
    convert: ManyConverter


@dataclass(frozen=True, slots=True)
class TagCondition:
    """A tag that is mandatory when another tag has a given value."""

    tag: str
    says: str
    must: str


@dataclass(frozen=True, slots=True)
class TransactionPlan:
    """How a write command's transaction is identified (wire.md, Who a message is).

    Attributes:
        letter: the class, `P` or `R`.
        elements: of the fingerprint.
        tags: of the fingerprint.
    """

    letter: str
    elements: tuple[int, ...]
    tags: tuple[str, ...]


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
class ValuePlan:
    """The destination of one of an answer's values.

    Attributes:
        value: its name in `Answer.values` or `Record.values`.
        convert: `response_code` for a code's name that is sent as DE 39's digits, else None.
    """

    value: str
    convert: str | None = None


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
class AnswerPlan:
    """How an answer becomes a response.

    Attributes:
        echo: elements repeated from the request besides those of every response.
        elements: values by element number.
        tags: values by tag of DE 48, in their order.
        records: None for answers without pages.
    """

    echo: tuple[int, ...] = ()
    elements: Mapping[int, ValuePlan] = field(default_factory=dict)
    tags: Mapping[str, ValuePlan] = field(default_factory=dict)
    records: RecordPlan | None = None


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
        must: mandatory elements; `must_tags` mandatory tags; `must_any` tags of which one must be present.
        checks: elements that must be valid although no field holds them.
        transaction: None for commands without a key.
        constants: fields with the same value in every command of this type.
        bills: None for messages that name one bill or none.
    """

    name: str
    command: type[Command]
    requests: tuple[str, ...]
    response: str
    processing: str | None
    network: tuple[NetworkFunction, ...]
    must: tuple[int, ...]
    must_tags: tuple[str, ...]
    must_any: tuple[str, ...]
    must_when: tuple[TagCondition, ...]
    checks: tuple[OneField, ...]
    transaction: TransactionPlan | None
    fields: tuple[OneField | ManyField, ...]
    constants: Mapping[str, object]
    answer: AnswerPlan
    bills: BillsPlan | None = None


@dataclass(frozen=True, slots=True)
class MessageSet:
    """All messages, for any dialect.

    Attributes:
        file: the name of its file, for errors.
        echo: elements that every response repeats if its request has them.
    """

    file: str
    echo: tuple[int, ...]
    types: tuple[MessageType, ...]


def is_answer(mti: str) -> bool:
    """Whether an MTI is that of a response: its third digit is odd."""
    return mti[2:3] in {"1", "3", "5", "7", "9"}

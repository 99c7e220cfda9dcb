"""Makes docs/messages.md from the schemas: one page for programmers of front-end processors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from offline_collect.domain.codes import NOT_STORED, ResponseCode
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.layouts.pds import INPUT_TAG_NAMES, TAG_NAMES
from offline_collect.wire.messages.message_set.types import (
    PAGE_CURSOR,
    PAGE_PAYABLE,
    BillsPlan,
    ManyField,
    MessageSet,
    MessageType,
    ValuePlan,
)

MEANINGS: dict[ResponseCode, str] = {
    ResponseCode.APPROVED: "done",
    ResponseCode.UNKNOWN_MERCHANT: "no such merchant, or it is closed",
    ResponseCode.IN_PROGRESS: "status of a key that is unknown but could still arrive",
    ResponseCode.UNSUPPORTED: "MTI or processing code not in the message set",
    ResponseCode.WRONG_AMOUNT: "not what the bill's amount rule allows, or another currency; 0055 says what is owed",
    ResponseCode.UNKNOWN_CUSTOMER: "no customer matches the inputs, or more than one does: DE 44 and 63 say which",
    ResponseCode.NOT_FOUND: "bill, form, day or original not found",
    ResponseCode.FORMAT_ERROR: "DE 44 names the element and what is wrong with it",
    ResponseCode.NOT_PERMITTED: "institution not of this link, not signed on, totals of an open day, a payment on a link for tests of a live business",
    ResponseCode.OVER_LIMIT: "over the merchant's limit for the channel",
    ResponseCode.SECURITY: "MAC wrong or missing where the link asks for one",
    ResponseCode.ORIGINAL_AMOUNT: "the reversal's amount is not the original's",
    ResponseCode.TOO_LATE: "waited past the link's deadline; nothing was done",
    ResponseCode.UNAVAILABLE: "the store cannot be reached; nothing was done",
    ResponseCode.DUPLICATE: "the same key with other content",
    ResponseCode.OUT_OF_BALANCE: "totals differ",
    ResponseCode.MALFUNCTION: "a fault of the platform's; nothing was done",
    ResponseCode.ALREADY_PAID: "the bill is paid",
    ResponseCode.IN_BATCH: "the bill is out in a batch debit file",
    ResponseCode.NOT_PAYABLE: "the bill has expired, or is not open yet",
    ResponseCode.WITHDRAWN: "the merchant has withdrawn the bill",
    ResponseCode.MERCHANT_SUSPENDED: "the merchant does not collect at present",
    ResponseCode.OTHER_BUSINESS_DAY: "a teller's write-off of another business day's payment",
    ResponseCode.ALREADY_REVERSED: "the payment comes after its own reversal",
    ResponseCode.SETTLED: "the day is settled: refund instead",
}
_COMPUTED = {
    PAGE_PAYABLE: "payable, summed over the page",
    PAGE_CURSOR: "cursor of the next page",
    "suspended": "which of several bills did not get their money",
}


def render_reference(messages: MessageSet, dialect: Dialect) -> str:
    """Return the page as Markdown, with the codes of one dialect."""
    parts = [
        "# Messages",
        "<!-- Made by `offline-collect message reference`; a test compares. -->",
        (
            f"Every digit here is the `{dialect.name}` dialect's; a link's own dialect may say it differently"
            " (`schemas/dialects/`). Which message is which command is data too: `schemas/messages.yaml`."
        ),
        (
            f"A response repeats {_listed(messages.echo)} where its request had them and carries 15 and 39;"
            " a decline carries 44 (short) and 63 (the whole reason)."
        ),
        *(_message(message, dialect) for message in messages.types),
        "## Response codes",
        _table(("DE 39", "name", "when", "kept"), _codes(dialect)),
        "An answer that is kept is given again to the same message; one that is not leaves the key free.",
        "## Elements",
        _table(("DE", "format", "name"), _elements(dialect)),
        "## Private data (DE 48, and the records in 120-125)",
        _table(("tag", "meaning"), TAG_NAMES.items()),
        "In the records of a form response:",
        _table(("tag", "meaning"), INPUT_TAG_NAMES.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _message(message: MessageType, dialect: Dialect) -> str:
    lines = [
        f"## {message.name}",
        "",
        f"- MTI {', '.join(message.requests)}, answered by {message.response}",
        *_told_apart(message, dialect),
        f"- must carry {_listed(message.must)}{_must_tags(message)}",
    ]
    if message.bills is not None:
        lines.append(_bills(message.bills))
    optional = sorted(_optional(message))
    if optional:
        lines.append(f"- may carry {', '.join(optional)}")
    lines += _answer(message)
    return "\n".join(lines)


def _told_apart(message: MessageType, dialect: Dialect) -> Iterator[str]:
    if message.processing is not None:
        yield f"- DE 3 `{dialect.processing_codes[message.processing]}`"
    if message.network:
        codes = ", ".join(
            f"`{dialect.network_codes[function]}` ({function.name.lower().replace('_', ' ')})"
            for function in message.network
        )
        yield f"- DE 70 {codes}"


def _must_tags(message: MessageType) -> str:
    said = ""
    if message.must_tags:
        said += f"; in 48 {_tags(message.must_tags)}"
    if message.must_any:
        said += f"; in 48 one of {_tags(message.must_any)}"
    for condition in message.must_when:
        said += f"; {_tags([condition.must])} when {condition.tag} says `{condition.says}`"
    return said


def _bills(plan: BillsPlan) -> str:
    first, last = plan.elements[0], plan.elements[-1]
    tags = _tags([plan.bill_no, plan.amount])
    return (
        f"- or, in place of {plan.tag} in 48, a record a bill in {first}-{last}: {tags};"
        " DE 4 is their sum, and all are one customer's"
    )


def _optional(message: MessageType) -> set[str]:
    """The optional elements and tags that fields are read from."""
    found = set()
    for field in message.fields:
        if isinstance(field, ManyField):
            continue
        if field.tag is None and field.element not in message.must:
            found.add(str(field.element))
        elif field.tag is not None and field.tag not in (*message.must_tags, *message.must_any):
            found.add(_tags([field.tag]))
    return found


def _answer(message: MessageType) -> Iterator[str]:
    plan = message.answer
    adds = [f"{number} {_said(value)}" for number, value in plan.elements.items()]
    adds += [f"{_tags([tag])}" for tag in plan.tags]
    if plan.echo:
        adds.insert(0, _listed(plan.echo))
    if adds:
        yield f"- a good answer adds {', '.join(adds)}"
    if plan.records is not None:
        elements = plan.records.elements
        names = ", ".join(f"{tag} {_said(value)}" for tag, value in plan.records.tags.items())
        yield f"- a record each in {elements[0]}-{elements[-1]}: {names}"


def _said(value: ValuePlan) -> str:
    return _COMPUTED.get(value.value, value.value.replace("_", " "))


def _tags(tags: Iterable[str]) -> str:
    return ", ".join(f"{tag} {TAG_NAMES[tag].lower()}" for tag in tags)


def _listed(numbers: Iterable[int | str]) -> str:
    return ", ".join(str(number) for number in numbers)


def _codes(dialect: Dialect) -> Iterator[tuple[str, ...]]:
    for code, digits in dialect.response_codes.items():
        yield digits, code.value, MEANINGS[code], "no" if code in NOT_STORED else "yes"


def _elements(dialect: Dialect) -> Iterator[tuple[str, ...]]:
    for number, element in sorted(dialect.elements.items()):
        yield str(number), element.shape, element.name


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

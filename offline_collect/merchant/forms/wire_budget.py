"""Whether a form fits the wire uncut in each dialect, and how many bytes each part of it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.decisions.forms import form_answer
from offline_collect.domain.forms import Input, PaymentForm, fill_receipt
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import FormMisfitError
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import EncodeError, NoRoomError
from offline_collect.wire.layouts.pds import HEADER_SIZE, TAG_NAMES, encoded_size, in_charset, parse_pds
from offline_collect.wire.messages.answers.writer import ResponseWriter
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.routing import Router
from offline_collect.wire.messages.message_set.types import MessageSet, ValuePlan

PRIVATE = 48
ANY_DAY = BusinessDate(2026, 1, 1)
"""For answers that are only measured."""

LONGEST_VERSION = 999_999
_WIDE = "长"
_EXTRA_MOST = 60
_LONGEST = {
    "bill_no": "9" * 32,
    "customer_no": "9" * 32,
    "description": _WIDE * 60,
    "period": _WIDE * 20,
    "due_date": "2026-12-31",
    "amount": "9999999999.99",
    "principal": "9999999999.99",
    "late_fee": "9999999999.99",
    "merchant": _WIDE * 60,
    "serial_number": "9" * 20,
    "posted_at": "2026-12-31T23:59:59+08:00",
}
"""The longest text of each part of a lookup or receipt; others are extra columns."""

_HEADING = Phrase("title and instructions")
_MEASURED = (("0100", "FORM_DOWNLOAD"), ("0100", "BILL_LOOKUP"), ("0200", "PAYMENT"))
_BILL_COLUMNS = frozenset({"description", "period", "due_date"})


def check_fit(form: PaymentForm, messages: MessageSet, dialects: Iterable[Dialect]) -> None:
    """Refuse a form that some dialect cannot carry.

    Args:
        form: as it would be published.
        messages: the message set, which assigns a form's parts to elements.
        dialects: all that a link may speak.

    Raises:
        FormMisfitError: names the dialect, the input, and by how much.
    """
    for dialect in dialects:
        try:
            problem = _problem(form, messages, dialect)
        except EncodeError as error:
            problem = Phrase("{part}: {reason}", part=_blamed(form, error, dialect), reason=_reason(error))
        if problem:
            raise FormMisfitError(
                Phrase(
                    "the form does not fit dialect {dialect}: {problem}; shorten its texts",
                    dialect=dialect.name,
                    problem=problem,
                )
            )


def _problem(form: PaymentForm, messages: MessageSet, dialect: Dialect) -> Phrase | None:
    request = longest_request("0100", "FORM_DOWNLOAD", dialect)
    if Router(messages, dialect).find_or_none(request) is None:
        return None  # a dialect without downloads carries no forms
    response = ResponseWriter(messages, dialect).write(request, form_answer(form), ANY_DAY)
    assert response is not None  # a request gets an answer
    Codec(dialect).encode(response)
    # Titles and instructions are cut rather than refused on the wire, like all texts for people.
    private = response.elements[PRIVATE]
    if all(text in private for text in (form.title, form.instructions or "")):
        return None
    return Phrase("title and instructions are cut")


def longest_request(mti: str, processing: str, dialect: Dialect) -> Message:
    """Return a request with the longest elements that its answer can echo.

    Args:
        processing: the dialect's name of its DE 3.
    """
    elements = {
        3: filled(dialect.processing_codes[processing]),
        7: "0101000000",
        11: "0" * 6,
        32: "9" * 11,
        33: "9" * 11,
        41: "X" * 8,
        42: "X" * 15,
    }
    return Message(mti, {number: value for number, value in elements.items() if number in dialect.elements})


def _blamed(form: PaymentForm, error: EncodeError, dialect: Dialect) -> Phrase:
    """Return which part of the form an element of the response carries."""
    for asked, at in zip(form.inputs, dialect.records, strict=False):
        if error.element == f"DE {at}":
            return _named(asked)
    return _HEADING


def _reason(error: EncodeError) -> str:
    if not isinstance(error, NoRoomError):
        return error.reason
    return Phrase(
        "{excess} bytes over the {room} that there are, and nothing to cut",
        excess=error.excess,
        room=error.room,
    )


def _named(asked: Input) -> Phrase:
    return Phrase("input {key} ({label})", key=asked.key, label=asked.label)


@dataclass(frozen=True, slots=True)
class Budget:
    """The bytes that one part uses, and its limit.

    Attributes:
        part: the part of the form.
        element: the element that carries it.
        used: encoded bytes that it takes uncut.
        room: encoded bytes that are available.
        cut: names of what is cut to make it fit; empty if it fits, or if nothing of it may be cut and the
            form is refused.
    """

    part: Phrase
    element: str
    used: int
    room: int
    cut: tuple[str, ...] = ()

    @property
    def over(self) -> int:
        """Bytes over the limit."""
        return max(self.used - self.room, 0)


def form_budget(form: PaymentForm, messages: MessageSet, dialect: Dialect) -> list[Budget]:
    """Return what each part of a form takes in a dialect: of its download, of a bill, of a receipt.

    Bills and receipts are measured with every text at its longest.

    Args:
        form: published or not; it need not fit.
        messages: the message set, which assigns each part to an element.
        dialect: measured in its character set.

    Returns:
        Nothing for a dialect that carries no forms.
    """
    measure = _Measure(messages, dialect)
    if not measure.carries_forms:
        return []
    return [
        *measure.download(replace(form, version=LONGEST_VERSION)),
        measure.bill(form),
        measure.receipt(form),
    ]


class _Measure:
    """Measures in one dialect."""

    def __init__(self, messages: MessageSet, dialect: Dialect) -> None:
        self._dialect = dialect
        self._writer = ResponseWriter(messages, dialect)
        self._router = Router(messages, dialect)

    @property
    def carries_forms(self) -> bool:
        """Whether the dialect carries all messages that are measured."""
        requests = (longest_request(mti, processing, self._dialect) for mti, processing in _MEASURED)
        return all(self._router.find_or_none(request) is not None for request in requests)

    def download(self, form: PaymentForm) -> list[Budget]:
        """Measure the form itself."""
        request = longest_request("0100", "FORM_DOWNLOAD", self._dialect)
        answer, plan = form_answer(form), self._router.find(request).answer
        assert plan.records is not None  # one record for each input
        heading = self._size(plan.tags, answer.values)
        inputs = [self._size(plan.records.tags, record.values) for record in answer.records]
        whole = self._frame(request, len(inputs)) + heading + sum(inputs)
        parts = zip(form.inputs, inputs, strict=True)
        return [
            self._budget(_HEADING, PRIVATE, heading),
            *(
                self._budget(_named(asked), at, size)
                for at, (asked, size) in zip(plan.records.elements, parts, strict=False)
            ),
            Budget(Phrase("the form as a whole"), "message", whole, self._dialect.frame.message_max),
        ]

    def _frame(self, request: Message, inputs: int) -> int:
        """Return the bytes of a download besides the texts of its elements."""
        shortest = Answer(
            ResponseCode.APPROVED, values={"inputs_count": inputs}, records=(Record({"key": "x"}),) * inputs
        )
        message = self._write(request, shortest)
        texts = (text for number, text in message.elements.items() if number in self._dialect.tagged)
        return len(Codec(self._dialect).encode(message)) - sum(map(len, texts))

    def bill(self, form: PaymentForm) -> Budget:
        """Measure a bill as a lookup shows it."""
        answer = Answer(ResponseCode.APPROVED, records=(Record(_longest_bill(form)),))
        request = longest_request("0100", "BILL_LOOKUP", self._dialect)
        return self._cut(
            Phrase("a bill, its texts at their longest"), request, answer, self._dialect.records[0]
        )

    def receipt(self, form: PaymentForm) -> Budget:
        """Measure a receipt."""
        text = fill_receipt(form, lambda name: _LONGEST.get(name, _WIDE * _EXTRA_MOST))
        values: dict[str, str | int] = {
            name: _LONGEST[name] for name in ("bill_no", "serial_number", "posted_at")
        }
        answer = Answer(ResponseCode.APPROVED, values={**values, "receipt": text})
        request = longest_request("0200", "PAYMENT", self._dialect)
        return self._cut(Phrase("a receipt, its texts at their longest"), request, answer, PRIVATE)

    def _cut(self, part: Phrase, request: Message, answer: Answer, element: int) -> Budget:
        """Measure a part that is cut if it does not fit, and find what is cut."""
        plan = self._router.find(request).answer
        tags, values = plan.tags, answer.values
        if plan.records is not None:
            tags, values = plan.records.tags, answer.records[0].values
        sent = parse_pds(self._write(request, answer).elements[element], self._dialect.charset_of(element))
        cut = tuple(
            TAG_NAMES[tag].lower()
            for tag, value in tags.items()
            if value.value in values and sent.get(tag) != str(values[value.value])
        )
        return replace(self._budget(part, element, self._size(tags, values)), cut=cut)

    def _write(self, request: Message, answer: Answer) -> Message:
        response = self._writer.write(request, answer, ANY_DAY)
        assert response is not None  # a request gets an answer
        return response

    def _size(self, tags: Mapping[str, ValuePlan], values: Mapping[str, str | int]) -> int:
        charset = self._dialect.charset_of(PRIVATE)
        texts = [str(values[plan.value]) for plan in tags.values() if plan.value in values]
        return sum(HEADER_SIZE + encoded_size(in_charset(text, charset), charset) for text in texts if text)

    def _budget(self, part: Phrase, element: int, used: int) -> Budget:
        return Budget(part, f"DE {element}", used, self._dialect.elements[element].length)


def _longest_bill(form: PaymentForm) -> dict[str, str | int]:
    columns = {**_LONGEST, "due_date": "20261231"}
    shown = {name: columns[name] for name in form.show if name in _BILL_COLUMNS}
    extra = "|".join(f"{name}={_WIDE * _EXTRA_MOST}" for name in form.show if name not in _BILL_COLUMNS)
    amounts = dict.fromkeys(
        ("principal", "late_fee", "total_payable", "least_payable", "payable_step"), 10**12 - 1
    )
    bill: dict[str, str | int] = {"bill_no": columns["bill_no"], "bill_status": "PARTIAL", **shown, **amounts}
    return {**bill, "extra": extra} if extra else bill

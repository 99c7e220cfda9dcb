"""Reads the platform's answers as values; an invalid answer is refused, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.codes import NOT_STORED, ResponseCode
from offline_collect.domain.errors import DomainError
from offline_collect.domain.forms import Input, InputType, PaymentForm
from offline_collect.wire.dialects.dialect import BRIEF, REASON, Dialect
from offline_collect.wire.errors import DecodeError
from offline_collect.wire.layouts.pds import parse_pds
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import SimulatorError
from offline_collect_terminal.teller.screen.model import plain

AMOUNT_DIGITS_MAX = 18


class UnreadableAnswerError(SimulatorError):
    """The platform's answer lacks data that it must have."""


@dataclass(frozen=True, slots=True)
class Told:
    """The data of any answer.

    Attributes:
        code: by its name in the platform; None for digits that the dialect does not know.
        digits: DE 39 as received; '' if missing.
        reason: the whole reason of a decline, in the platform's words.
        date: DE 15, MMDD; '' if missing.
        tags: DE 48.
        elements: all elements.
    """

    code: ResponseCode | None
    digits: str
    reason: str
    date: str
    tags: Mapping[str, str]
    elements: Mapping[int, str]

    @property
    def approved(self) -> bool:
        """Whether it approves the request."""
        return self.code is ResponseCode.APPROVED


@dataclass(frozen=True, slots=True)
class Listed:
    """A merchant of the directory."""

    merchant_id: str
    name: str
    trade: str


@dataclass(frozen=True, slots=True)
class MerchantPage:
    """A page of the directory; ``cursor`` requests the next one, None if there is none."""

    merchants: tuple[Listed, ...]
    cursor: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A form as received.

    Attributes:
        version: the lookup must name it; None if the platform did not send it.
        dropped_patterns: labels of inputs whose pattern this terminal cannot read; the platform checks them.
    """

    form: PaymentForm
    version: str | None
    dropped_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """A bill of a lookup, amounts in minor units.

    Attributes:
        least_minor: the least amount that may be paid; None if only the full amount may.
        step_minor: a partial payment must be a multiple of this.
        fee_minor: the payer's fee, if the bill is paid alone and in full; charged beside the payable.
        extra: the merchant's own columns.
        own_number: what a payment in a dialect with messages of its own says for the bill's number.
        record: what the answer's list says of it in such a dialect; `told` what the answer says of the customer.
    """

    bill_no: str
    description: str
    period: str
    due: str
    principal_minor: int
    late_fee_minor: int
    payable_minor: int
    least_minor: int | None
    step_minor: int
    status: str
    fee_minor: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)
    own_number: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BillPage:
    """A page of a customer's open bills."""

    customer_no: str
    customer_name: str
    bills: tuple[Owed, ...]
    cursor: str | None
    open_count: int | None


class Answers:
    """Reads answers of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._charset = dialect.charset
        self._record_elements = dialect.records
        self._response_codes = dialect.response_codes
        self._reasons = [
            place
            for said in (REASON, BRIEF)
            for place, value in dialect.decline.items()
            if value == said and isinstance(place, int)
        ]

    def told(self, answer: Message) -> Told:
        """Return the common data of any answer.

        Raises:
            UnreadableAnswerError: its private data cannot be read.
        """
        part = answer.elements.get
        digits = part(39, "").strip()
        return Told(
            code=self._meaning(digits),
            digits=digits,
            reason=plain(next(filter(None, map(part, self._reasons)), "")),
            date=part(15, ""),
            tags=self.tags(answer),
            elements=answer.elements,
        )

    def meanings(self, digits: str) -> list[ResponseCode]:
        """Return the meanings of DE 39; a partner's code may have several."""
        return [code for code, each in self._response_codes.items() if each == digits.strip()]

    def tags(self, answer: Message) -> Mapping[str, str]:
        """Return what an answer says in tags.

        Raises:
            UnreadableAnswerError: its private data cannot be read.
        """
        return self._tags(answer.elements, 48)

    def _meaning(self, digits: str) -> ResponseCode | None:
        """Return the meaning of DE 39; of several the one that claims least about an earlier message."""
        codes = self.meanings(digits)
        unproven = [code for code in codes if code in NOT_STORED]
        certain = [code for code in (ResponseCode.ALREADY_REVERSED, ResponseCode.NOT_FOUND) if code in codes]
        return next(iter([*unproven, *certain, *codes]), None)

    def merchants(self, told: Told) -> MerchantPage:
        """Return a page of the directory.

        Raises:
            UnreadableAnswerError: a merchant has no id.
        """
        tags = told.tags
        listed = tuple(
            Listed(_must(record, "0005", "merchant"), _text(record, "0002"), _text(record, "0003"))
            for record in self._records(told)
        )
        return MerchantPage(listed, tags.get("0040"), _count(tags, "0041"))

    def form(self, told: Told) -> Downloaded:
        """Return a form.

        Raises:
            UnreadableAnswerError: it cannot be shown.
        """
        tags = told.tags
        drawn = [_input(place, record) for place, record in enumerate(self._records(told), 1)]
        version = tags.get("0001")
        number = int(version) if version and version.isascii() and version.isdigit() else 0
        try:
            form = PaymentForm(
                number,
                _text(tags, "0002"),
                tuple(asked for asked, _ in drawn),
                _text(tags, "0003") or None,
            )
        except DomainError as error:
            raise UnreadableAnswerError(f"the form cannot be drawn: {error}") from None
        return Downloaded(form, version, tuple(asked.label for asked, dropped in drawn if dropped))

    def bills(self, told: Told) -> BillPage:
        """Return a page of bills.

        Raises:
            UnreadableAnswerError: a bill has no number or no amount.
        """
        tags = told.tags
        return BillPage(
            _text(tags, "0031"),
            _text(tags, "0032"),
            tuple(_owed(record) for record in self._records(told)),
            tags.get("0040"),
            _count(tags, "0041"),
        )

    def _records(self, told: Told) -> list[Mapping[str, str]]:
        return [
            self._tags(told.elements, number) for number in self._record_elements if number in told.elements
        ]

    def _tags(self, elements: Mapping[int, str], number: int) -> dict[str, str]:
        try:
            return parse_pds(elements.get(number, ""), self._charset, f"DE {number}")
        except DecodeError as error:
            raise UnreadableAnswerError(str(error)) from None


def minor(text: str, what: str) -> int:
    """Return an answer's amount in minor units.

    Raises:
        UnreadableAnswerError: it is not a number.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > AMOUNT_DIGITS_MAX:
        raise UnreadableAnswerError(f"{what} is not a number")
    return int(text)


def _text(tags: Mapping[str, str], tag: str) -> str:
    return plain(tags.get(tag, ""))


def _must(tags: Mapping[str, str], tag: str, what: str) -> str:
    if tag not in tags:
        raise UnreadableAnswerError(f"a {what} of the answer has no tag {tag}")
    return tags[tag]


def _count(tags: Mapping[str, str], tag: str) -> int | None:
    return minor(tags[tag], f"tag {tag}") if tag in tags else None


def _owed(tags: Mapping[str, str]) -> Owed:
    payable = minor(_must(tags, "0055", "bill"), "tag 0055")
    columns = (part.partition("=") for part in _text(tags, "0058").split("|") if part)
    return Owed(
        bill_no=plain(_must(tags, "0030", "bill")),
        description=_text(tags, "0050"),
        period=_text(tags, "0051"),
        due=shown_date(_text(tags, "0052")),
        principal_minor=minor(tags["0053"], "tag 0053") if "0053" in tags else payable,
        late_fee_minor=minor(tags.get("0054", "0"), "tag 0054"),
        payable_minor=payable,
        least_minor=minor(tags["0057"], "tag 0057") if "0057" in tags else None,
        step_minor=max(minor(tags.get("0066", "1"), "tag 0066"), 1),
        status=_text(tags, "0056"),
        fee_minor=minor(tags.get("0065", "0"), "tag 0065"),
        extra={label: value for label, _, value in columns},
    )


def shown_date(text: str) -> str:
    """Return YYYYMMDD or YYYYMM with dashes; anything else stays unchanged."""
    if len(text) not in {len("YYYYMM"), len("YYYYMMDD")} or not text.isdigit():
        return text
    return "-".join(filter(None, (text[:4], text[4:6], text[6:])))


def _input(place: int, tags: Mapping[str, str]) -> tuple[Input, bool]:
    """Return an input, and whether only the platform can check its pattern."""
    pattern = tags.get("0008")
    try:
        return _drawn(place, tags, pattern), False
    except (DomainError, OverflowError, RecursionError) as error:
        if pattern is None:
            raise UnreadableAnswerError(f"input {place} of the form cannot be drawn: {error}") from None
    try:
        return _drawn(place, tags, None), True
    except DomainError as error:
        raise UnreadableAnswerError(f"input {place} of the form cannot be drawn: {error}") from None


def _drawn(place: int, tags: Mapping[str, str], pattern: str | None) -> Input:
    label = _text(tags, "0002") or f"{place}"
    kind = tags.get("0004", InputType.TEXT)
    if kind not in set(InputType):
        raise UnreadableAnswerError(
            f"input {place} of the form is of type {plain(kind)}, which this terminal cannot show"
        )
    return Input(
        key=tags.get("0001", f"input_{place}"),
        label=label,
        prompt=_text(tags, "0003") or label,
        type=InputType(kind),
        least=minor(tags.get("0005", "1"), f"tag 0005 of input {place}"),
        most=minor(tags.get("0006", "60"), f"tag 0006 of input {place}"),
        pattern=pattern,
        required=tags.get("0007", "Y") != "N",
        group=tags.get("0011"),
        example=_text(tags, "0009") or None,
        choices=_choices(tags.get("0010", "")),
    )


def _choices(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split("|") if part)
    return {code: plain(label) or code for code, _, label in pairs}

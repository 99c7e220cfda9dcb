"""Whether a payment form's download fits the wire uncut in every dialect (wire.md, Elements used)."""

from __future__ import annotations

from collections.abc import Iterable

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.decisions.forms import form_answer
from offline_collect.domain.forms import PaymentForm
from offline_collect.merchant.common.errors import FormMisfitError
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_types import MessageSet
from offline_collect.wire.messages.responses import ResponseWriter

PRIVATE = 48
FIRST_RECORD = 120
ANY_DAY = BusinessDate(2026, 1, 1)
"""For answers that are only measured."""


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
            problem = f"{_blamed(form, error)}: {error.reason}"
        if problem:
            raise FormMisfitError(
                f"the form does not fit dialect {dialect.name}: {problem}; shorten its texts"
            )


def _problem(form: PaymentForm, messages: MessageSet, dialect: Dialect) -> str | None:
    request = longest_request("0100", "FORM_DOWNLOAD", dialect)
    response = ResponseWriter(messages, dialect).write(request, form_answer(form), ANY_DAY)
    assert response is not None  # a request gets an answer
    Codec(dialect).encode(response)
    # Titles and instructions are cut rather than refused on the wire, like all texts for people.
    private = response.elements[PRIVATE]
    if all(text in private for text in (form.title, form.instructions or "")):
        return None
    return "title and instructions are cut"


def longest_request(mti: str, processing: str, dialect: Dialect) -> Message:
    """Return a request with the longest elements that its answer can echo.

    Args:
        processing: the dialect's name of its DE 3.
    """
    elements = {
        3: dialect.processing_codes[processing],
        7: "0101000000",
        11: "0" * 6,
        32: "9" * 11,
        33: "9" * 11,
        41: "X" * 8,
        42: "X" * 15,
    }
    return Message(mti, {number: value for number, value in elements.items() if number in dialect.elements})


def _blamed(form: PaymentForm, error: EncodeError) -> str:
    """Return which part of the form an element of the response carries."""
    for at, asked in enumerate(form.inputs, FIRST_RECORD):
        if error.element == f"DE {at}":
            return f"input {asked.key} ({asked.label})"
    return "title and instructions"

"""Requests of dialects whose bytes cannot be patched: each is composed anew, as scenarios compose theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.elements.notation import Kind as Shape
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.layouts.masking import names_of
from offline_collect.wire.messages.amounts import on_wire
from offline_collect_terminal.errors import LoadError, ScenarioError
from offline_collect_terminal.load.bills import Bill
from offline_collect_terminal.load.patched_frames import Sender
from offline_collect_terminal.load.settings import Kind
from offline_collect_terminal.scenario.compose import Composed, Composer, dialect_variables
from offline_collect_terminal.scenario.model import Exchange, Outgoing, Silence, Template
from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.scenario.reader import load_templates
from offline_collect_terminal.scenario.variables import Variables
from offline_collect_terminal.wire.stamps import Stamps

SIGN_ON = "sign_on"
AMOUNT, CURRENCY, PRIVATE = 4, 49, 48
_PATCHED = (4, 7, 11, 12, 13)
_CHARACTERS = (37, 41, 42)


def is_patchable(dialect: Dialect) -> bool:
    """Whether a dialect's requests have their values where patching puts them."""
    elements = dialect.elements
    if dialect.messages is not None or not elements.keys() >= {
        *_PATCHED,
        *_CHARACTERS,
        3,
        32,
        CURRENCY,
        PRIVATE,
    }:
        return False
    packing = {elements[number].encoding for number in _PATCHED}
    plain = {elements[number].encoding for number in _CHARACTERS} == {"ascii"}
    codes = "".join(dialect.processing_codes.values())
    changes = dialect.optional or dialect.simulator or dialect.amounts.decimals is not None or "." in codes
    private = dialect.charset_of(PRIVATE) == dialect.charset
    sent = dialect.sent.element == 7 and dialect.network_element == 70  # noqa: PLR2004 - as the standard has them
    return packing in ({"ascii"}, {"bcd"}) and plain and private and sent and not changes


class ComposedRequests:
    """Composes requests by the dialect's rules.

    Args:
        codec: the dialect's.
        timezone: the business's.
        clock: the time now, aware.
    """

    def __init__(self, codec: Codec, timezone: dt.tzinfo, clock: Callable[[], dt.datetime]) -> None:
        self._codec = codec
        self._dialect = codec.dialect
        self._timezone = timezone
        self._clock = clock
        self._templates = load_templates() | own_templates(codec.dialect)
        self._products = {merchant: product for product, merchant in codec.dialect.products.items()}
        variables = Variables(codec.dialect, clock().year, dialect_variables(codec.dialect))
        self._composer = Composer(codec, variables, f"dialect {codec.dialect.name}")

    def sign_on(self, sender: Sender) -> Composed:
        """Return the sign-on of a connection.

        Raises:
            LoadError: the dialect cannot say it.
        """
        return self._compose(SIGN_ON, "a sign-on", Outgoing(self._templates[SIGN_ON]), self._stamp(sender, 1))

    def request(self, kind: Kind, sender: Sender, bill: Bill, stan: int) -> Composed:
        """Return the request about a bill.

        Raises:
            LoadError: the dialect cannot say it.
        """
        template = self._templates[kind]
        elements: dict[int, str | Mapping[str, str | None] | None] = {}
        if self._dialect.messages is None:
            elements = self._shared_elements(kind, sender)
        else:
            elements |= {number: _required(layout, template) for number, layout in template.layouts.items()}
        local = self._stamp(sender, stan) | self._about(sender, bill)
        composed = self._compose(
            kind, f"a {kind} of bill {bill.wanted}", Outgoing(template, elements=elements), local
        )
        written = composed.message.elements if composed.message else {}
        if AMOUNT in written:
            # An answer repeats it with the zeros that it has on the wire.
            written[AMOUNT] = written[AMOUNT].zfill(self._dialect.elements[AMOUNT].length)
        return composed

    def _shared_elements(
        self, kind: Kind, sender: Sender
    ) -> dict[int, str | Mapping[str, str | None] | None]:
        """What the usual requests of the message set do not say by themselves."""
        if kind is Kind.LOOKUP:
            return {PRIVATE: {"0021" if sender.by_input else "0030": "{bill}"}}
        return {} if CURRENCY in self._dialect.optional else {CURRENCY: sender.currency}

    def _about(self, sender: Sender, bill: Bill) -> dict[str, str]:
        found = {
            "merchant": bill.merchant_id,
            "acceptor": bill.merchant_id,
            "bill": bill.wanted,
            "input": bill.wanted,
            "currency": sender.currency,
        }
        if bill.merchant_id in self._products:
            found["product"] = self._products[bill.merchant_id]
        elif self._products:
            raise LoadError(f"dialect {self._dialect.name} has no product of merchant {bill.merchant_id}")
        answer = Answer(ResponseCode.APPROVED, values={"total_payable": bill.amount_minor})
        try:
            scaled = on_wire(self._dialect.amounts, answer, {CURRENCY: sender.currency})
        except EncodeError as error:
            raise LoadError(f"bill {bill.wanted}: {error.reason}") from None
        return found | {"amount": str(scaled.values["total_payable"])}

    def _stamp(self, sender: Sender, stan: int) -> dict[str, str]:
        stamps = Stamps(
            institution=sender.institution,
            terminal=sender.terminal,
            timezone=self._timezone,
            sent=self._dialect.sent,
            clock=self._clock,
            first=stan - 1,
        )
        return dict(stamps.next())

    def _compose(self, path: str, what: str, outgoing: Outgoing, local: Mapping[str, str]) -> Composed:
        try:
            return self._composer.compose(Exchange(path, outgoing, Silence.NOTHING), local)
        except ScenarioError as error:
            reason = f"{what} cannot be written in dialect {self._dialect.name}: {error.reason}"
        raise LoadError(reason)


def _required(layout: Layout, template: Template) -> dict[str, str | None]:
    """Parts that a layout cannot do without and that the dialect's rules do not fill: zeros, or a dash."""
    number = next(number for number, found in template.layouts.items() if found is layout)
    usual = template.elements.get(number, {})
    given = set() if isinstance(usual, str) else {names_of(path, flat=False) for path in usual}
    return dict(_zeros(layout, given))


def _zeros(layout: Layout, given: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for way in sorted(layout.needs - given):
        place = layout.place(".".join(way))
        if place.notation is not None:
            yield place.first, "0" if place.notation.kind is Shape.N else "-"

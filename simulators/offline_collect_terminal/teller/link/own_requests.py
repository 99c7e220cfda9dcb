"""The teller's requests in a dialect with messages of its own, made from the dialect's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason, Tender
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.places import Place, element_of, part_of
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.layouts.addresses import parts_by_name
from offline_collect.wire.layouts.layout import Layout
from offline_collect.wire.messages.amounts import CURRENCY_ELEMENTS, on_wire
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import ManyField, MessageType
from offline_collect.wire.messages.requests.parts import value_of
from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.scenario.compose import Composer, dialect_variables
from offline_collect_terminal.scenario.model import Exchange, Outgoing, Silence
from offline_collect_terminal.scenario.own_requests import own_templates
from offline_collect_terminal.scenario.variables import Named, Variables
from offline_collect_terminal.teller.link.answers import Downloaded, Listed, Owed
from offline_collect_terminal.teller.link.requests import Feature, PaidBill, Sender

_ORIGINAL = "original"
_FEATURES = {
    "status": Feature.STATUS,
    "sign_on": Feature.SIGN_ON,
    "sign_off": Feature.SIGN_OFF,
    "echo": Feature.ECHO,
}
"""What the shell can say if the dialect has a message of this name."""


class OwnRequests:
    """Builds the requests of one terminal in a dialect with messages of its own.

    The interface is that of :class:`offline_collect_terminal.teller.link.requests.Requests`. What the dialect has no
    message for is not in `features`, and asking for it is an `EncodeError`.

    Args:
        codec: the dialect's.
        stamp: returns the variables of the next message.
        year: completes dates of messages.
    """

    def __init__(
        self, codec: Codec, stamp: Callable[[], Mapping[str, str]], sender: Sender, year: int
    ) -> None:
        assert codec.dialect.messages is not None, "a dialect with messages of its own"
        self._dialect: Dialect = codec.dialect
        self._stamp = stamp
        self.sender = sender
        self._templates = own_templates(codec.dialect)
        self._kinds = {kind.name: kind for kind in codec.dialect.messages.types}
        self._variables = Variables(codec.dialect, year, dialect_variables(codec.dialect))
        self._composer = Composer(codec, self._variables, f"dialect {codec.dialect.name}")
        self._products = {merchant: product for product, merchant in codec.dialect.products.items()}
        self.features = frozenset(feature for name, feature in _FEATURES.items() if name in self._templates)

    def merchants(self) -> list[Listed]:
        """Return the merchants of the dialect's products; none where messages name any merchant."""
        return [Listed(merchant, merchant, product) for merchant, product in self._products.items()]

    def own_form(self, merchant: Listed) -> Downloaded:
        """Return a form with the inputs that the dialect's inquiry has."""
        keys = self._input_names()
        inputs = tuple(Input(key, key.replace("_", " "), key.replace("_", " ")) for key in keys)
        return Downloaded(PaymentForm(1, merchant.name, inputs), None)

    def network(self, function: NetworkFunction) -> Message:
        """Return a sign-on, sign-off or echo test."""
        return self._compose(function.name.lower(), {}, {})

    def directory(self, *_: object) -> Message:
        """Refuse: the merchants are those of the dialect's products."""
        raise self._missing("directory")

    def form(self, *_: object) -> Message:
        """Refuse: the form is that of the dialect's inquiry."""
        raise self._missing("form")

    def lookup(
        self,
        merchant_id: str,
        inputs: tuple[str | None, ...],
        *_: object,
    ) -> Message:
        """Return the inquiry by its inputs."""
        kind = self._kind("lookup")
        texts: dict[Place, str] = dict(
            zip(self._input_places(kind), (text or "" for text in inputs), strict=True)
        )
        whole = {element_of(place): text for place, text in texts.items() if not part_of(place)}
        laid_out = {number: self._parts_in(number, texts) for number in kind.layouts}
        return self._compose("lookup", self._about(merchant_id), {**whole, **self._written(kind, laid_out)})

    def bill(self, *_: object) -> Message:
        """Refuse: an inquiry is by its inputs."""
        raise self._missing("lookup by a bill's number")

    def payment(
        self,
        merchant_id: str,
        bills: Sequence[PaidBill],
        _tender: Tender,
        fee_minor: int = 0,
        owed: Sequence[Owed] = (),
    ) -> Message:
        """Return a payment that says again what the inquiry's answer said of the bills.

        Args:
            owed: the bills as the answer had them.
        """
        kind = self._kind("payment")
        amount = sum(bill.amount_minor for bill in bills) + fee_minor
        about = self._about(merchant_id) | {"bill": owed[0].own_number, "amount": self._amount(amount)}
        told = owed[0].told
        laid_out = {
            number: {**_copied(layout, told), **self._listed(kind, number, owed)}
            for number, layout in kind.layouts.items()
        }
        for place, text in self._payment_parts(kind, bills, fee_minor):
            laid_out[element_of(place)][str(part_of(place))] = text
        fitting = {number: _fitting(kind.layouts[number], parts) for number, parts in laid_out.items()}
        return self._compose("payment", about, self._written(kind, fitting))

    def advice(self, *_: object) -> Message:
        """Refuse: the shell has no inquiry's answer to say again."""
        raise self._missing("advice")

    def completing(self, *_: object) -> Message:
        """Refuse, as :meth:`advice`."""
        raise self._missing("advice")

    def status(self, original: Message) -> Message:
        """Return the status request for a payment."""
        return self._of("status", original)

    def reversal(self, original: Message, _reason: ReversalReason) -> Message:
        """Return the full reversal of a payment."""
        return self._of("reversal", original)

    def totals(self, *_: object) -> Message:
        """Refuse: a dialect's own totals are for scenarios."""
        raise self._missing("totals")

    def _of(self, name: str, original: Message) -> Message:
        """Return a request about another message, with what identifies that."""
        self._variables.named[_ORIGINAL] = Named(original)
        kept = {number: original.elements[number] for number in self._repeated(name, original)}
        return self._compose(name, {"of": _ORIGINAL}, kept)

    def _repeated(self, name: str, original: Message) -> list[int]:
        """The elements that a request must have as its original has them: amounts, products, originals by identity."""
        kind, dialect = self._kind(name), self._dialect
        same = (
            () if dialect.original.element else [row.element for row in dialect.original.rows if row.element]
        )
        stated = [place for place in kind.must if place in {dialect.product_place, 4, *CURRENCY_ELEMENTS}]
        numbers = [element_of(place) for place in (*same, *stated)]
        return [number for number in numbers if number in original.elements]

    def _about(self, merchant_id: str) -> dict[str, str]:
        found = {"merchant": merchant_id, "acceptor": merchant_id, "currency": self.sender.currency}
        if merchant_id in self._products:
            return found | {"product": self._products[merchant_id]}
        if self._products:
            raise EncodeError(f"dialect {self._dialect.name} has no product of merchant {merchant_id}")
        return found

    def _amount(self, minor: int) -> str:
        """Return an amount as the wire writes it."""
        answer = Answer(ResponseCode.APPROVED, values={"total_payable": minor})
        scaled = on_wire(self._dialect.amounts, answer, {CURRENCY_ELEMENTS[0]: self.sender.currency})
        return str(scaled.values["total_payable"])

    def _listed(self, kind: MessageType, number: int, owed: Sequence[Owed]) -> dict[str, str]:
        """The records of the bills, as the answer had them, in the list of a payment."""
        plan = kind.bill_list
        if plan is None or plan.element != number:
            return {}
        layout, path = kind.layouts[number], plan.place.path
        first = plan.place.first
        return {
            f"{first.removesuffix('[0]')}[{place}].{name}": text
            for place, bill in enumerate(owed)
            for name, text in bill.record.items()
            if layout.has(f"{path}.{name}")
        }

    def _payment_parts(
        self, kind: MessageType, bills: Sequence[PaidBill], fee_minor: int
    ) -> Iterator[tuple[Place, str]]:
        """Parts that a payment says by itself: how many bills it pays, and the payer's fee."""
        if kind.bill_list is not None and kind.bill_list.count is not None:
            yield kind.bill_list.count, str(len(bills))
        for field in kind.fields:
            if not isinstance(field, ManyField) and field.name == "payer_fee_minor":
                yield field.element, self._amount(fee_minor)

    def _written(self, kind: MessageType, laid_out: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
        return {
            number: value_of(
                kind.layouts[number].write(parts_by_name(parts), f"DE {number}"),
                self._dialect.elements[number],
            )
            for number, parts in laid_out.items()
        }

    def _parts_in(self, number: int, texts: Mapping[Place, str]) -> dict[str, str]:
        return {str(part_of(place)): text for place, text in texts.items() if element_of(place) == number}

    def _input_places(self, kind: MessageType) -> tuple[Place, ...]:
        return next(
            (
                field.elements
                for field in kind.fields
                if isinstance(field, ManyField) and field.name == "inputs"
            ),
            (),
        )

    def _input_names(self) -> list[str]:
        places = self._input_places(self._kind("lookup"))
        return [(part_of(place) or f"de_{place}").rpartition(".")[2] for place in places]

    def _kind(self, name: str) -> MessageType:
        template = self._templates.get(name)
        if template is None:
            raise self._missing(name)
        return next(kind for kind in self._kinds.values() if self._templates[kind.name] is template)

    def _missing(self, what: str) -> EncodeError:
        return EncodeError(f"dialect {self._dialect.name} has no {what}")

    def _compose(self, name: str, about: Mapping[str, str], elements: Mapping[int, str]) -> Message:
        if name not in self._templates:
            raise self._missing(name)
        outgoing = Outgoing(self._templates[name], elements=dict(elements))
        try:
            composed = self._composer.compose(
                Exchange(name, outgoing, Silence.NOTHING),
                {"currency": self.sender.currency, **self._stamp(), **about},
            )
        except ScenarioError as error:
            raise EncodeError(error.reason) from None
        assert composed.message is not None, "a template makes a message"
        return composed.message


def _copied(layout: Layout, told: Mapping[str, str]) -> dict[str, str]:
    """The parts of an inquiry's answer that a layout has too: by the same name, in a group or not."""
    groups = {".".join(way[:-1]) for way in layout.needs}
    found: dict[str, str] = {}
    for name, text in told.items():
        paths = [f"{group}.{name}" if group else name for group in sorted({"", *groups})]
        way = next((path for path in paths if layout.has(path)), None)
        if way is not None and not layout.place(way).repeated and layout.place(way).is_value:
            found[way] = text
    return found


def _fitting(layout: Layout, parts: Mapping[str, str]) -> dict[str, str]:
    """Return the parts without a count that was that of the answer's list: the list that is written has its own."""
    needed = {".".join(way) for way in layout.needs}
    found = {path: text for path, text in parts.items() if "[" in path or path in needed}
    for path, text in parts.items():
        if path not in found:
            with suppress(EncodeError):
                layout.write(parts_by_name({**found, path: text}))
                found[path] = text
    return found

"""Requests of a dialect with messages of its own, made from the rules by which the platform reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from offline_collect.domain.commands import (
    Lookup,
    NetworkManagement,
    Payment,
    PaymentAdvice,
    Reversal,
    Status,
)
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.dialects.patterns import filled
from offline_collect.wire.dialects.places import Place, element_of, part_of
from offline_collect.wire.messages.message_set.types import BillListPlan, ManyField, MessageType
from offline_collect.wire.messages.requests.conversions import ONE
from offline_collect_terminal.scenario.model import Template

NAMES = {Lookup: "lookup", Payment: "payment", PaymentAdvice: "advice", Status: "status"}
"""What scenarios call the requests of a command."""

PROCESSING_CODE = 3
NETWORK_CODE = 70
"""Where `processing` and `network` of a message type say what it is."""

STAMPED = {
    11: "{stan}",
    12: "{local_time}",
    13: "{local_date}",
    32: "{institution}",
    37: "{rrn}",
    41: "{terminal}",
    42: "{acceptor}",
    49: "{currency}",
}
FIELDS = {
    "amount_minor": "{amount}",
    "bill_no": "{bill}",
    "currency": "{currency}",
    "inputs": "{input}",
    "merchant_id": "{merchant}",
}
"""Variables of the command's fields; all others are stamped, or given by the scenario."""


def own_templates(dialect: Dialect) -> dict[str, Template]:
    """Return the requests of a dialect by the names that scenarios use; none if it has no messages of its own."""
    if dialect.messages is None:
        return {}
    templates: dict[str, Template] = {}
    for kind in dialect.messages.types:
        template = _template(kind, dialect)
        templates |= {kind.name: template, _usual_name(kind): template}
        for function in kind.network:
            about = {**template.elements, NETWORK_CODE: filled(dialect.network_codes[function])}
            templates[function.name.lower()] = replace(template, elements=dict(sorted(about.items())))
    return templates


def _usual_name(kind: MessageType) -> str:
    if kind.command is NetworkManagement:
        return str(kind.constants["function"].name.lower()) if "function" in kind.constants else kind.name  # type: ignore[attr-defined]
    if kind.command is Reversal:
        return "reversal_advice" if kind.constants.get("advice") else "reversal"
    return NAMES.get(kind.command, kind.name)


def _template(kind: MessageType, dialect: Dialect) -> Template:
    elements: dict[int, str | dict[str, str]] = {}
    for place, text in _texts(kind, dialect):
        number, path = element_of(place), part_of(place)
        if not path:
            elements[number] = text
            continue
        parts = elements.setdefault(number, {})
        if isinstance(parts, dict):
            parts[path] = text
    layouts = {number: plan.layout for number, plan in kind.answer.layouts.items()}
    return Template(kind.requests[0], dict(sorted(elements.items())), kind.layouts, layouts)


def _texts(kind: MessageType, dialect: Dialect) -> Iterator[tuple[Place, str]]:
    """What goes into each place, later ones instead of earlier ones."""
    of_another = kind.command in {Reversal, Status}
    for place in kind.must:
        if place == dialect.sent.element:
            yield place, "{transmission_time}"
        elif place in STAMPED:
            yield place, STAMPED[element_of(place)]
    for name, place, is_product in _sources(kind):
        if place == dialect.original.element:
            yield place, "{of.original}"
        elif name in FIELDS:
            own = "{product}" if is_product else FIELDS[name]
            yield place, _of(place) if of_another and isinstance(place, int) else own
    if of_another:
        yield from ((number, _of(number)) for number in (3, 41, 42, *kind.layouts) if number in kind.must)
    if kind.bill_list is not None:
        yield from _one_bill(kind.bill_list)
    yield from _kind(kind, dialect)


def _kind(kind: MessageType, dialect: Dialect) -> Iterator[tuple[Place, str]]:
    """What tells a request from those of other types."""
    if kind.processing is not None:
        yield PROCESSING_CODE, filled(dialect.processing_codes[kind.processing])
    for condition in kind.when:
        yield condition.place, filled(condition.pattern)


def _one_bill(plan: BillListPlan) -> Iterator[tuple[Place, str]]:
    """A list of one bill, whose period is left out."""
    record = f"{plan.element}.{plan.place.first}"
    if plan.count is not None:
        yield plan.count, "1"
    if plan.bill_no:
        yield f"{record}.{plan.bill_no}", FIELDS["bill_no"]
    yield f"{record}.{plan.amounts[0]}", FIELDS["amount_minor"]


def _of(place: Place) -> str:
    return f"{{of.{place}}}"


def _sources(kind: MessageType) -> Iterator[tuple[str, Place, bool]]:
    for field in kind.fields:
        if isinstance(field, ManyField):
            yield from ((field.name, place, False) for place in field.elements[:1])
        elif field.tag is None:
            yield field.name, field.element, field.convert is ONE["product"]

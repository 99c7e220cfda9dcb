"""A payment form in words: what its inputs take, by which a customer is found, the bytes that it needs, a sample bill."""

from __future__ import annotations

from collections.abc import Mapping

from offline_collect.domain.forms import Input, InputType, PaymentForm
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.forms.wire_budget import Budget

_UNITS = {
    InputType.NUMERIC: Phrase("digits"),
    InputType.ALPHANUMERIC: Phrase("letters and digits"),
    InputType.TEXT: Phrase("characters"),
}
_SAMPLE = {
    "bill_no": "B2026-0001",
    "customer_no": "C0001",
    "description": "…",
    "period": "2026-11",
    "due_date": "2026-11-30",
    "amount": "123.45",
    "principal": "123.45",
    "late_fee": "0.00",
    "serial_number": "20261122000000000001",
    "posted_at": "2026-11-22T17:30:12+08:00",
}
"""A sample bill and payment; the merchant's own columns are shown as dots."""


def takes(asked: Input) -> Phrase:
    """Return what may be typed into an input, in words."""
    if asked.type is InputType.CHOICE:
        choices = ", ".join(f"{code} {label}" for code, label in asked.choices.items())
        return Phrase("one of {choices}", choices=choices)
    length = Phrase("{count}", count=asked.most)
    if asked.least != asked.most:
        length = Phrase("{least} to {most}", least=asked.least, most=asked.most)
    said = Phrase("{length} {units}", length=length, units=_UNITS[asked.type])
    return (
        said
        if asked.check is None
        else Phrase("{takes}, check digit {check}", takes=said, check=asked.check.value)
    )


def needed(asked: Input) -> Phrase:
    """Return whether an input must be given, in words."""
    if asked.group is not None:
        return Phrase("group {name}", name=asked.group)
    return Phrase("yes") if asked.required else Phrase("no")


def way_names(form: PaymentForm) -> list[str]:
    """Return the sets of inputs that find a customer, by their labels."""
    return [" + ".join(asked.label for asked in alternative) for alternative in form.alternatives]


def ways(form: PaymentForm) -> Phrase:
    """Return by which inputs a customer is found, in words."""
    first, *others = way_names(form)
    found = Phrase("finds a customer by {way}", way=first)
    for other in others:
        found = Phrase("{found}, or by {way}", found=found, way=other)
    return found


def spent(budget: Budget) -> Phrase:
    """Return how many bytes a part takes of those that there are, in words."""
    told = Phrase("{used} of {room}", used=budget.used, room=budget.room)
    if budget.cut:
        return Phrase("{spent}: {parts} cut", spent=told, parts=", ".join(budget.cut))
    return Phrase("{spent}: {over} too many", spent=told, over=budget.over) if budget.over else told


def sample_bill(form: PaymentForm, merchant: str, titles: Mapping[str, str]) -> Mapping[str, str]:
    """Return a bill's texts by column, and each column's title under ``title:``.

    Args:
        form: the form that shows it.
        merchant: the merchant's name.
        titles: of the platform's columns, by their keys.
    """
    ours = {f"title:{key}": label for key, label in titles.items()}
    own = dict.fromkeys(form.show, "…") | {f"title:{name}": name for name in form.show}
    return own | ours | _SAMPLE | {"merchant": merchant}

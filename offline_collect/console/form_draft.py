"""The draft of a payment form as its fields have it: typed texts, until they are a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from offline_collect.console.forms import Form
from offline_collect.domain.forms import INPUTS_MAX, PaymentForm, form_to_document
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.forms.definition import read_form

UNPUBLISHED = 1
"""The version number of a draft; it is never shown."""

NAME = Phrase("the form")
"""What errors call a draft."""

_TEXTS = (
    "key",
    "label",
    "prompt",
    "type",
    "least",
    "most",
    "pattern",
    "check",
    "group",
    "example",
    "normalise",
)
_NUMBERS = ("least", "most")
_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True)
class DraftInput:
    """One input as it is typed.

    Attributes:
        texts: by the keys of form.yaml, '' for what is left out.
        choices: one ``code=label`` a line.
    """

    texts: Mapping[str, str]
    required: bool = True
    choices: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it is typed; what a payer is shown and the receipt have one entry a line."""

    title: str = ""
    instructions: str = ""
    show: str = ""
    receipt: str = ""
    inputs: tuple[DraftInput, ...] = field(default=())

    @property
    def full(self) -> bool:
        """Whether no further input fits."""
        return len(self.inputs) >= INPUTS_MAX

    def changed(self, change: str) -> Draft:
        """Return the draft after a button was pressed: ``add``, or ``up``, ``down`` or ``remove`` and a place.

        Anything else leaves it as it is.
        """
        verb, _, number = change.partition(".")
        inputs = list(self.inputs)
        if verb == "add" and not self.full:
            inputs.append(
                DraftInput({**dict.fromkeys(_TEXTS, ""), "type": "TEXT", "least": "1", "most": "20"})
            )
        place = int(number) if number.isascii() and number.isdecimal() else len(inputs)
        if place < len(inputs):
            moved = inputs.pop(place)
            target = {"up": place - 1, "down": place + 1}.get(verb, place)
            if verb != "remove":
                inputs.insert(max(0, target), moved)
        return replace(self, inputs=tuple(inputs))

    def form(self) -> PaymentForm:
        """Return the form.

        Raises:
            DocumentError: it is none; names each field and what is wrong.
        """
        return read_form(self._document(), NAME, UNPUBLISHED)

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "title": self.title,
            "inputs": [_input_document(asked) for asked in self.inputs],
            "show": _lines(self.show),
            "receipt": _lines(self.receipt),
        }
        return document | ({"instructions": self.instructions} if self.instructions else {})


def draft_of(form: PaymentForm) -> Draft:
    """Return the draft that begins with a published form."""
    document = form_to_document(form)
    return Draft(
        title=document["title"],
        instructions=document["instructions"] or "",
        show="\n".join(document["show"]),
        receipt="\n".join(document["receipt"]),
        inputs=tuple(_input_of(asked) for asked in document["inputs"]),
    )


def sent_draft(form: Form) -> Draft:
    """Return the draft that a page has sent."""
    return Draft(
        title=form.get("title"),
        instructions=form.get("instructions"),
        show=form.get("show"),
        receipt=form.get("receipt"),
        inputs=tuple(_sent_input(form, at) for at in range(INPUTS_MAX) if form.get(f"{at}.there")),
    )


def _sent_input(form: Form, at: int) -> DraftInput:
    return DraftInput(
        {name: form.get(f"{at}.{name}") for name in _TEXTS},
        required=bool(form.get(f"{at}.required")),
        choices=form.get(f"{at}.choices"),
    )


def _input_of(asked: Mapping[str, Any]) -> DraftInput:
    return DraftInput(
        {name: _typed(asked.get(name)) for name in _TEXTS},
        required=asked["required"],
        choices="\n".join(f"{code}={label}" for code, label in asked["choices"].items()),
    )


def _typed(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _input_document(asked: DraftInput) -> dict[str, Any]:
    document: dict[str, Any] = {name: text for name, text in asked.texts.items() if text}
    for name in _NUMBERS:
        text = asked.texts.get(name, "")
        if text.isdecimal() and len(text) <= _DIGITS_MAX:
            document[name] = int(text)
    if "normalise" in document:
        document["normalise"] = [step.strip() for step in document["normalise"].split(",")]
    choices = [line.partition("=") for line in _lines(asked.choices)]
    return {
        **document,
        "required": asked.required,
        "choices": {code.strip(): label.strip() for code, _, label in choices},
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

"""Payment forms: the inputs that a payer gives, in the merchant's own words (docs/merchants.md, form.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from offline_collect.domain.errors import RuleError
from offline_collect.domain.texts.check_digits import CheckDigit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import Normalisation, normalise

INPUTS_MAX = 5
LENGTH_MAX = 60
CHECKED_LEAST = 2
"""Minimum length of a text that ends in a check digit."""


class InputType(StrEnum):
    """The kind of text of an input (nested PDS 0004)."""

    NUMERIC = "NUMERIC"
    ALPHANUMERIC = "ALPHANUMERIC"
    TEXT = "TEXT"
    CHOICE = "CHOICE"


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Why a typed text is invalid, in the merchant's words: ``学号 must have 10 digits``."""

    label: str
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a form.

    Attributes:
        key: its name in files and tables.
        label: its name for people.
        least: fewest characters.
        most: most characters.
        pattern: regular expression that the whole normalised text must match; None for none.
        group: inputs of one group belong together; None means that it is always part of the form.
        choices: code to label, for type CHOICE.
        check: the check digit's algorithm; None for none. Terminals do not receive it.
    """

    key: str
    label: str
    prompt: str
    type: InputType = InputType.TEXT
    least: int = 1
    most: int = LENGTH_MAX
    pattern: str | None = None
    required: bool = True
    group: str | None = None
    example: str | None = None
    normalise: tuple[Normalisation, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    check: CheckDigit | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most <= LENGTH_MAX:
            raise RuleError(
                Phrase(
                    "input {key}: least and most must be 1 to {most}, least first",
                    key=self.key,
                    most=LENGTH_MAX,
                )
            )
        if self.type is InputType.CHOICE and not self.choices:
            raise RuleError(Phrase("input {key}: a CHOICE needs choices", key=self.key))
        if self.check is not None and (self.type is InputType.CHOICE or self.least < CHECKED_LEAST):
            raise RuleError(
                Phrase(
                    "input {key}: a check digit needs a number of {least} or more",
                    key=self.key,
                    least=CHECKED_LEAST,
                )
            )
        try:
            re.compile(self.pattern or "")
        except (re.error, OverflowError) as error:
            raise RuleError(
                Phrase("input {key}: pattern: {reason}", key=self.key, reason=str(error))
            ) from None

    def read(self, typed: str) -> str | InputProblem:
        """Return the normalised text, or its error."""
        text = normalise(typed, self.normalise, self.least)
        reason = self._problem(text)
        return text if reason is None else InputProblem(self.label, reason)

    def _problem(self, text: str) -> Phrase | None:
        label = self.label
        if self.type is InputType.CHOICE:
            known = ", ".join(self.choices)
            found = text in self.choices
            return None if found else Phrase("{label} must be one of {choices}", label=label, choices=known)
        if self.type is InputType.NUMERIC and not (text.isascii() and text.isdigit()):
            return self._wrong_length
        if not self.least <= len(text) <= self.most:
            return self._wrong_length
        if self.type is InputType.ALPHANUMERIC and not (text.isascii() and text.isalnum()):
            return Phrase("{label} must be letters and digits", label=label)
        if self.pattern is not None and re.fullmatch(self.pattern, text) is None:
            return self._not_matched
        if self.check is not None and not self.check.fits(text):
            return Phrase("{label} is mistyped: its check digit does not fit", label=label)
        return None

    @property
    def _not_matched(self) -> Phrase:
        if self.example:
            return Phrase("{label} is not written like {example}", label=self.label, example=self.example)
        return Phrase("{label} is not written as the form asks", label=self.label)

    @property
    def _wrong_length(self) -> Phrase:
        label, least, most = self.label, self.least, self.most
        if self.type is InputType.NUMERIC:
            if least == most:
                return Phrase("{label} must have {most} digits", label=label, most=most)
            return Phrase("{label} must have {least} to {most} digits", label=label, least=least, most=most)
        if least == most:
            return Phrase("{label} must have {most} characters", label=label, most=most)
        return Phrase("{label} must have {least} to {most} characters", label=label, least=least, most=most)


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """One published version of a merchant's form; published versions never change.

    Attributes:
        show: the bill columns in the answer of a lookup; unknown names are extra columns.
        receipt: lines of the receipt, with placeholders such as ``{description}``.
        alternatives: the sets of inputs that each identify a customer; computed from ``inputs``.
        receipt_parts: the receipt's lines as texts, each with the name of the placeholder after it; computed.
    """

    version: int
    title: str
    inputs: tuple[Input, ...]
    instructions: str | None = None
    show: tuple[str, ...] = ("description", "period", "due_date")
    receipt: tuple[str, ...] = ("{description} {period}",)
    alternatives: tuple[tuple[Input, ...], ...] = field(init=False, repr=False, compare=False)
    receipt_parts: tuple[tuple[tuple[str, str | None], ...], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not 1 <= len(self.inputs) <= INPUTS_MAX:
            raise RuleError(
                Phrase("inputs: a form has 1 to {most}, not {count}", most=INPUTS_MAX, count=len(self.inputs))
            )
        keys = [asked.key for asked in self.inputs]
        if len(set(keys)) != len(keys):
            raise RuleError(Phrase("inputs: a key is named twice: {keys}", keys=", ".join(keys)))
        object.__setattr__(self, "alternatives", _alternatives(self.inputs))
        object.__setattr__(self, "receipt_parts", tuple(map(_parts_of, self.receipt)))
        if not self.alternatives:
            raise RuleError(Phrase("inputs: at least one must be required or belong to a group"))


def _alternatives(inputs: tuple[Input, ...]) -> tuple[tuple[Input, ...], ...]:
    """Return the required inputs, together with each group in turn if there are groups."""
    common = tuple(asked for asked in inputs if asked.group is None and asked.required)
    groups = dict.fromkeys(asked.group for asked in inputs if asked.group is not None)
    if not groups:
        return (common,) if common else ()
    return tuple(common + tuple(asked for asked in inputs if asked.group == group) for group in groups)


def input_named(form: PaymentForm, name: str) -> Input | None:
    """Return the input with this key or label; None if the form has none."""
    return next((asked for asked in form.inputs if name in {asked.key, asked.label}), None)


def input_names(form: PaymentForm) -> str:
    """Return the names of a form's inputs: ``学号 (student_no), 手机 (mobile)``."""
    return ", ".join(f"{asked.label} ({asked.key})" for asked in form.inputs)


def complete_alternatives(form: PaymentForm, given: Mapping[str, str]) -> tuple[tuple[Input, ...], ...]:
    """Return the alternatives of a form whose inputs are all given."""
    return tuple([each for each in form.alternatives if all(asked.key in given for asked in each)])


def read_inputs(form: PaymentForm, typed: tuple[str | None, ...]) -> dict[str, str] | InputProblem:
    """Return the typed texts of the first complete alternative, normalised, by input key.

    Given optional inputs are included. ``typed`` is in the form's order, None for inputs not given.
    """
    given: dict[str, str] = {}
    for asked, text in zip(form.inputs, typed, strict=False):
        if text is not None:
            read = asked.read(text)
            if isinstance(read, InputProblem):
                return read
            given[asked.key] = read
    if complete_alternatives(form, given):
        return given
    begun = max(form.alternatives, key=lambda inputs: sum(asked.key in given for asked in inputs))
    missing = next(asked for asked in begun if asked.key not in given)
    return InputProblem(missing.label, Phrase("{label} is missing", label=missing.label))


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _parts_of(line: str) -> tuple[tuple[str, str | None], ...]:
    """Return a receipt line as texts, each with the name of the placeholder after it."""
    texts, names = _PLACEHOLDER.split(line)[::2], _PLACEHOLDER.findall(line)
    return tuple(zip(texts, [*names, None], strict=True))


def fill_receipt(form: PaymentForm, value: Callable[[str], str | None]) -> str:
    """Return the receipt text: the form's lines, filled in and joined by ``|``; '' if all are empty.

    A placeholder without a value becomes ''. Lines are joined by ``|``, as messages have no control characters.

    Args:
        value: returns a placeholder's value, None for none.
    """
    lines = []
    for parts in form.receipt_parts:
        filled = "".join([text + ((name and value(name)) or "") for text, name in parts])
        lines.append(" ".join(filled.split()))
    return "|".join(filter(None, lines))


def form_to_document(form: PaymentForm) -> dict[str, Any]:
    """Return a form's JSON document; its version is stored separately."""
    return {
        "title": form.title,
        "instructions": form.instructions,
        "show": list(form.show),
        "receipt": list(form.receipt),
        "inputs": [
            {
                "key": asked.key,
                "label": asked.label,
                "prompt": asked.prompt,
                "type": asked.type.value,
                "least": asked.least,
                "most": asked.most,
                "pattern": asked.pattern,
                "check": None if asked.check is None else asked.check.value,
                "required": asked.required,
                "group": asked.group,
                "example": asked.example,
                "normalise": [step.value for step in asked.normalise],
                "choices": dict(asked.choices),
            }
            for asked in form.inputs
        ],
    }


def form_from_document(document: Mapping[str, Any], version: int) -> PaymentForm:
    """Return the form that :func:`form_to_document` wrote.

    Raises:
        RuleError: the form contradicts itself.
    """
    return PaymentForm(
        version=version,
        title=document["title"],
        inputs=tuple(_input_from_document(asked) for asked in document["inputs"]),
        instructions=document["instructions"],
        show=tuple(document["show"]),
        receipt=tuple(document["receipt"]),
    )


def _input_from_document(asked: Mapping[str, Any]) -> Input:
    # Forms published before check digits existed have no such key.
    check = asked.get("check")
    return Input(
        **{
            **asked,
            "type": InputType(asked["type"]),
            "normalise": tuple(Normalisation(step) for step in asked["normalise"]),
            "check": None if check is None else CheckDigit(check),
        },
    )

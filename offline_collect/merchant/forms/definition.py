"""form.yaml: what a payer is asked for, in the merchant's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, Strict

from offline_collect.domain.errors import RuleError
from offline_collect.domain.forms import (
    LENGTH_MAX,
    Input,
    InputProblem,
    InputType,
    PaymentForm,
    form_to_document,
)
from offline_collect.domain.texts.check_digits import CheckDigit
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.domain.texts.text import OF_NAMES, Normalisation
from offline_collect.merchant.common.errors import DocumentError, PatternSyntaxError, Problem
from offline_collect.merchant.common.yaml_documents import PLAIN, VISIBLE, Document, check_document, matching
from offline_collect.merchant.forms.pattern_grammar import check_pattern

Key = Annotated[
    str, matching(r"[a-z][a-z0-9_]{0,29}", Phrase("1 to 30 small letters, digits or underscores"))
]
Label = Annotated[str, Field(min_length=1, max_length=30), PLAIN]
Line = Annotated[str, Field(min_length=1, max_length=100), PLAIN]
Length = Annotated[int, Field(ge=1, le=LENGTH_MAX)]
# On the wire choices are code=label, joined by |.
ChoiceText = Annotated[
    str, Field(min_length=1, max_length=30), PLAIN, matching("[^=|]+", Phrase("without = and |"))
]


class InputDocument(Document):
    """One input; lengths count characters."""

    key: Key
    label: Label
    prompt: Line
    type: Annotated[InputType, Strict(strict=False)] = InputType.TEXT
    least: Length = 1
    most: Length = LENGTH_MAX
    pattern: Annotated[str, Field(min_length=1, max_length=100), VISIBLE] | None = None
    check: Annotated[CheckDigit, Strict(strict=False)] | None = None
    required: bool = True
    group: Key | None = None
    example: Annotated[str, Field(min_length=1, max_length=LENGTH_MAX), PLAIN] | None = None
    normalise: Annotated[
        tuple[Annotated[Normalisation, Strict(strict=False)], ...] | None, Field(strict=False)
    ] = None
    choices: dict[ChoiceText, ChoiceText] = Field(default_factory=dict)


class FormDocument(Document):
    """form.yaml."""

    REFUSED: ClassVar[Mapping[str, str]] = {
        "version": Phrase("is given when the form is published; take this line out")
    }

    title: Line
    instructions: Annotated[str, Field(min_length=1, max_length=300), PLAIN] | None = None
    inputs: tuple[InputDocument, ...] = Field(strict=False)
    show: tuple[Label, ...] = Field(
        default=("description", "period", "due_date"), strict=False, max_length=20
    )
    receipt: tuple[Line, ...] = Field(
        default=("{description} {period}", "{amount}"), strict=False, max_length=10
    )


def read_form(values: object, file: str, version: int) -> PaymentForm:
    """Return the payment form that a form.yaml describes.

    Args:
        values: what was read from the file.
        file: its name, for errors.
        version: the number that the form will be published under.

    Raises:
        DocumentError: with every problem and its path.
    """
    document = check_document(FormDocument, values, file)
    try:
        inputs = tuple(_input(asked) for asked in document.inputs)
        form = PaymentForm(
            version=version,
            title=document.title,
            inputs=inputs,
            instructions=document.instructions,
            show=document.show,
            receipt=document.receipt,
        )
    except RuleError as error:
        problems = [Problem("", words_of(error) or str(error))]
    else:
        problems = [*_label_problems(form), *_check_problems(form), *_receipt_problems(form)]
        slow = _pattern_problems(form)
        # The pattern checks the example, so it must be safe to run first.
        problems += slow or _example_problems(form)
        if not problems:
            return form
    raise DocumentError(file, problems)


def _input(asked: InputDocument) -> Input:
    given = {name: getattr(asked, name) for name in InputDocument.model_fields}
    if asked.normalise is None:
        # A free text is a name, or something as varied. Published forms keep the steps that they have.
        given["normalise"] = OF_NAMES if asked.type is InputType.TEXT else ()
    return Input(**given)


def _label_problems(form: PaymentForm) -> list[Problem]:
    """Refuse labels that are ambiguous for a payer or in the header of a file."""
    labels = [asked.label for asked in form.inputs]
    return [
        Problem(f"inputs[{i}].label", Phrase("{label} is the label of another input too", label=label))
        for i, label in enumerate(labels)
        if label in labels[:i]
    ]


def _check_problems(form: PaymentForm) -> list[Problem]:
    """Refuse MOD11 where x instead of X would give another number."""
    return [
        Problem(
            f"inputs[{i}].check",
            Phrase("MOD11 may end in X: add upper to normalise, or make the type NUMERIC"),
        )
        for i, asked in enumerate(form.inputs)
        if asked.check is CheckDigit.MOD11
        and asked.type is not InputType.NUMERIC
        and Normalisation.UPPER not in asked.normalise
    ]


def _pattern_problems(form: PaymentForm) -> list[Problem]:
    """Refuse patterns that some terminals read differently, or that may take long to match."""
    problems = []
    for i, asked in enumerate(form.inputs):
        try:
            check_pattern(asked.pattern or "")
        except PatternSyntaxError as error:
            problems.append(Problem(f"inputs[{i}].pattern", words_of(error) or str(error)))
    return problems


def _example_problems(form: PaymentForm) -> list[Problem]:
    """Refuse examples that their own input refuses: payers copy them."""
    read = (
        (i, asked.read(asked.example)) for i, asked in enumerate(form.inputs) if asked.example is not None
    )
    return [
        Problem(f"inputs[{i}].example", Phrase("its own input refuses it: {reason}", reason=found.reason))
        for i, found in read
        if isinstance(found, InputProblem)
    ]


def _receipt_problems(form: PaymentForm) -> list[Problem]:
    return [
        Problem(
            f"receipt[{i}]",
            Phrase("has a brace that is not a placeholder; write it like {example}", example="{description}"),
        )
        for i, line in enumerate(form.receipt)
        if re.search(r"[{}]", re.sub(r"\{\w+\}", "", line))
    ]


def describe_form(form: PaymentForm) -> dict[str, Any]:
    """Return a form for display, by the keys of form.yaml; empty values are left out."""
    document = form_to_document(form)
    inputs = [
        {key: value for key, value in asked.items() if value not in (None, [], {})}
        for asked in document["inputs"]
    ]
    described = {"version": form.version, **document, "inputs": inputs}
    return {key: value for key, value in described.items() if value is not None}

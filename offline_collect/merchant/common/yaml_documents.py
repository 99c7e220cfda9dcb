"""Documents that people write in YAML: checked against a model, each problem named with its path.

Other modules read the YAML; this package gets mappings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails

from offline_collect.domain.errors import AmountError
from offline_collect.domain.money import billionths, parse_major
from offline_collect.domain.texts.characters import CONTROL, INVISIBLE
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.merchant.common.errors import DocumentError, Problem

AMOUNT_MAX_MINOR = 999_999_999_999
"""The largest amount that DE 4 can carry."""


class Document(BaseModel):
    """Base of all document models: values are not coerced, unknown keys are refused.

    Attributes:
        REFUSED: keys that users may expect, with the reason why they are refused.
    """

    REFUSED: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


Model = TypeVar("Model", bound=Document)


def check_document(model: type[Model], values: object, file: str, **context: Any) -> Model:
    """Return the document in ``values``.

    Args:
        model: of the document.
        values: what was read from the file.
        file: its name, for errors.
        context: what the model's validators look up, such as ``currency``.

    Raises:
        DocumentError: with every problem found; no secret is quoted.
    """
    if not isinstance(values, Mapping):
        raise DocumentError(file, [Problem("", Phrase("must be a mapping of keys to values"))])
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        problems = [_problem(model, detail) for detail in details]
    raise DocumentError(file, problems)


def document_path(location: tuple[int | str, ...]) -> str:
    """Return a place as people write it: ``links[0].dialect``."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path


_WORDS = {
    "missing": Phrase("is missing"),
    "string_type": Phrase("must be a string; quote it"),
    "int_type": Phrase("must be a whole number, without quotes"),
    "bool_type": Phrase("must be true or false"),
    "none_required": Phrase("must be null"),
    "dict_type": Phrase("must be a mapping of keys to values"),
    "model_type": Phrase("must be a mapping of keys to values"),
    "list_type": Phrase("must be a list"),
    "tuple_type": Phrase("must be a list"),
}


def _problem(model: type[Document], detail: ErrorDetails) -> Problem:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        section = _section_at(model, location[:-1])
        known = Phrase("unknown key; known here: {keys}", keys=", ".join(keys_of(section)))
        return Problem(document_path(location), section.REFUSED.get(str(location[-1]), known))
    return Problem(document_path(location), _WORDS.get(detail["type"]) or _reason(detail))


def _reason(detail: ErrorDetails) -> str:
    """Return why a value is refused; what only the configuration's documents can have wrong is in English."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "value_error" if isinstance(words := words_of(context["error"]), Phrase):
            return words
        case "string_too_short":
            least = context["min_length"]
            if least == 1:
                return Phrase("must not be empty")
            return Phrase("must have at least {least} characters", least=least)
        case "string_too_long":
            return Phrase("must have at most {most} characters", most=context["max_length"])
        case "too_long":
            return Phrase("must have at most {most} entries", most=context["max_length"])
        case "greater_than_equal":
            return Phrase("must be greater than or equal to {least}", least=context["ge"])
        case "less_than_equal":
            return Phrase("must be less than or equal to {most}", most=context["le"])
        case "enum":
            return Phrase("must be {expected}", expected=context["expected"])
    reason = detail["msg"].removeprefix("Value error, ")
    reason = re.sub(r"^Input should", "must", reason).replace("must be a valid ", "must be a ")
    return reason[:1].lower() + reason[1:]


def _section_at(model: type[Document], location: tuple[int | str, ...]) -> type[Document]:
    for part in location:
        if isinstance(part, str):
            model = section_of(model, part) or model
    return model


def keys_of(model: type[Document]) -> list[str]:
    """Return the keys of a document as people write them; `from` is a Python keyword."""
    return [field.alias or name for name, field in model.model_fields.items()]


def section_of(model: type[Document], field: str) -> type[Document] | None:
    """Return the model of a field that holds a section, or a list of sections; None for a plain value."""
    known = model.model_fields.get(field)
    waiting: list[Any] = [known.annotation] if known else []
    while waiting:
        annotation = waiting.pop()
        if isinstance(annotation, type) and issubclass(annotation, Document):
            return annotation
        waiting += getattr(annotation, "__args__", ())
    return None


def _visible_text(text: str) -> str:
    """Refuse what nobody sees, as imports do; some of it is printable to Python."""
    if CONTROL.search(text) is None and INVISIBLE.search(text) is not None:
        raise ValueError(Phrase("must not hold invisible characters: delete the text and type it again"))
    return text


def _plain_text(text: str) -> str:
    if not _visible_text(text).isprintable():
        raise ValueError(Phrase("must not hold control characters"))
    if text != text.strip():
        raise ValueError(Phrase("must not begin or end with a space"))
    return text


def _minor(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str):
        raise ValueError(Phrase('must be an amount in quotes, such as "10.00"'))  # noqa: TRY004 - pydantic asks for ValueError
    currency = (info.context or {}).get("currency", "156")
    try:
        minor = parse_major(value, currency)
    except AmountError as error:
        raise ValueError(words_of(error) or str(error)) from None
    if not 0 <= minor <= AMOUNT_MAX_MINOR:
        raise ValueError(Phrase("must be 0 or more, and have at most 12 digits in minor units"))
    return minor


_RATE = re.compile(r"(?:0(?:\.[0-9]{1,9})?|1(?:\.0{1,9})?)")


def _billionths(value: object) -> int:
    if not isinstance(value, str) or not _RATE.fullmatch(value):
        raise ValueError(Phrase('must be a rate from 0 to 1 in quotes, at most 9 decimals, such as "0.0005"'))
    return billionths(value)


def matching(pattern: str, hint: str) -> AfterValidator:
    """Return a validator of texts that must match ``pattern`` as a whole; ``hint`` says it in words."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(Phrase("must be {expected}", expected=hint))
        return value

    return AfterValidator(check)


VISIBLE = AfterValidator(_visible_text)
"""Without characters that nobody sees."""

PLAIN = AfterValidator(_plain_text)
"""Printable, without space around it."""

Name = Annotated[str, Field(min_length=1, max_length=60), PLAIN]

Amount = Annotated[int, BeforeValidator(_minor)]
"""Major units in quotes, read as minor units of the context's ``currency``."""

PositiveAmount = Annotated[int, BeforeValidator(_minor), Field(gt=0)]

Rate = Annotated[int, BeforeValidator(_billionths)]
"""A decimal rate in quotes, read in units of 10⁻⁹."""

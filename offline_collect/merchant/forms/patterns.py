"""Forms that a merchant's first form can begin with, from `schemas/form-patterns.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from offline_collect.domain.forms import PaymentForm
from offline_collect.merchant.common.errors import DocumentError, Problem
from offline_collect.merchant.common.yaml_documents import Document, Name, check_document, matching
from offline_collect.merchant.forms.definition import read_form

PATTERNS_MAX = 30
_UNPUBLISHED = 1


@dataclass(frozen=True, slots=True)
class FormPattern:
    """One form to begin with.

    Attributes:
        name: of it, in addresses.
        says: what it is for, in English.
        says_zh: in Chinese.
        form: not published; its version means nothing.
    """

    name: str
    says: str
    says_zh: str
    form: PaymentForm


class _Says(Document):
    en: Name
    zh: Name


class _Row(Document):
    name: Annotated[str, matching(r"[a-z][a-z0-9-]{0,29}", "1 to 30 small letters, digits or dashes")]
    says: _Says
    form: dict[str, Any]


class _Table(Document):
    patterns: Annotated[list[_Row], Field(max_length=PATTERNS_MAX)]


def read_patterns(values: Mapping[str, Any], file: str) -> tuple[FormPattern, ...]:
    """Return the patterns of a file.

    Args:
        values: the file's content.
        file: its name, for errors.

    Raises:
        DocumentError: it is invalid; names the place and the reason.
    """
    rows = check_document(_Table, values, file).patterns
    names = [row.name for row in rows]
    problems = [
        Problem(f"patterns[{at}].name", f"{name} is there twice")
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    if problems:
        raise DocumentError(file, problems)
    return tuple(
        FormPattern(
            row.name, row.says.en, row.says.zh, read_form(row.form, f"{file}: {row.name}", _UNPUBLISHED)
        )
        for row in rows
    )

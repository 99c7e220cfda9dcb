"""The words of notices, from `schemas/notices.yaml`: a text that cannot be told is refused before any is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.wording import placeholders_of, template_problems
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked


class _Texts(StrictModel):
    zh: str
    en: str


class _Kinds(StrictModel):
    PAID: _Texts
    REVERSED: _Texts
    DEBIT_FAILED: _Texts
    # A bank's own file may be older than these: it gets the shipped words.
    BILL_IMPORTED: _Texts | None = None
    DUE_SOON: _Texts | None = None
    OVERDUE: _Texts | None = None
    DEBIT_DUE: _Texts | None = None
    MANDATE_CHANGED: _Texts | None = None
    STATEMENT_READY: _Texts | None = None


class _File(StrictModel):
    notices: _Kinds


def compile_templates(
    mapping: Mapping[str, Any], language: str, source: str = "notices", *, with_url: bool = True
) -> dict[NoticeKind, str]:
    """Check the words of all notices that a file has, and return those of a language.

    Args:
        mapping: the content of the file.
        language: ``zh`` or ``en``.
        source: the file's name, for errors.
        with_url: whether the bank has set a link to the payer's app.

    Raises:
        LayoutError: one cannot be told; names the place in ``source`` and the reason.
    """
    found = checked(_File, mapping, source).notices
    texts = {kind: texts for kind in NoticeKind if (texts := getattr(found, kind.value)) is not None}
    for kind, own in texts.items():
        for name in _Texts.model_fields:
            problems = template_problems(getattr(own, name), placeholders_of(kind, with_url=with_url))
            if problems:
                raise LayoutError(f"{source}: notices.{kind.value}.{name}: {'; '.join(problems)}")
    return {kind: getattr(own, language) for kind, own in texts.items()}

"""The words of notices, from `schemas/notices.yaml`: a text that cannot be told is refused before any is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.wording import template_problems
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked


class _Texts(StrictModel):
    zh: str
    en: str


class _Kinds(StrictModel):
    PAID: _Texts
    REVERSED: _Texts
    DEBIT_FAILED: _Texts


class _File(StrictModel):
    notices: _Kinds


def compile_templates(
    mapping: Mapping[str, Any], language: str, source: str = "notices"
) -> dict[NoticeKind, str]:
    """Check the words of all notices, and return those of a language.

    Args:
        mapping: the content of the file.
        language: ``zh`` or ``en``.
        source: the file's name, for errors.

    Raises:
        LayoutError: one cannot be told; names the place in ``source`` and the reason.
    """
    found = checked(_File, mapping, source).notices
    for kind in NoticeKind:
        for name in _Texts.model_fields:
            problems = template_problems(getattr(getattr(found, kind.value), name))
            if problems:
                raise LayoutError(f"{source}: notices.{kind.value}.{name}: {'; '.join(problems)}")
    return {kind: getattr(getattr(found, kind.value), language) for kind in NoticeKind}

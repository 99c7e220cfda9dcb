"""The first column of an error workbook, which says what is wrong; an import leaves it out."""

from __future__ import annotations

from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import LANGUAGES, said

REASON = Phrase("What is wrong (left out by an import)")

REASON_TITLES = frozenset(plain_title(said(REASON, languages)) for languages in LANGUAGES.values())
"""Its title in each language, as headers are compared."""

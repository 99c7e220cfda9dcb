"""Pages as HTML: Jinja templates in the language of the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from offline_collect.console.code_words import KEYS as OWN_KEYS
from offline_collect.console.code_words import code_word
from offline_collect.console.forms import ONCE, SEEN, TOKEN, document_text, new_once, token_of
from offline_collect.console.languages import NAMES, TAGS, in_language
from offline_collect.console.page import Page
from offline_collect.console.sections import section_of
from offline_collect.console.visit import Visit
from offline_collect.domain.access.sessions import SessionState
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.money import format_major
from offline_collect.merchant.common.code_words import KEYS
from offline_collect.translations import Language, catalogue

PAGES = Path(__file__).parent / "pages"
DOMAIN = "console"
"""The catalogue of the templates' texts."""


@cache
def _environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(catalogue(language, DOMAIN), newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "say": lambda text: in_language(text, language),
        "amount": amount,
        "currency": code_of,
        "key": lambda name: _key(name, language),
        "word": lambda code, key: in_language(code_word(key, code), language),
        "pair": lambda value: (value, value),
    }
    made.globals |= {"tag": TAGS[language], "language": language.value, "languages": NAMES}
    return made


def render(visit: Visit, template: str, values: Mapping[str, Any], pages: Sequence[Page]) -> str:
    """Return a page.

    Args:
        visit: the request.
        template: the file's name in ``pages/``.
        values: what the template shows.
        pages: all that the user may open.
    """
    signed_in = visit.session is not None and visit.session.state is SessionState.OPEN
    shared = {
        "visit": visit,
        "title": visit.page.title,
        "linked": {page.path for page in pages},
        "menu": _menu(pages) if signed_in else (),
        "section": section_of(visit.page.path),
        "form_fields": lambda seen=None: _form_fields(visit, seen),
        "moment": lambda moment: _moment(moment, visit.office.zone),
        "typed": lambda name, default="": _typed(visit, name, default),
        "chosen": lambda name, value, default="": _chosen(visit, name, value, default),
    }
    return _environment(visit.language).get_template(template).render({**shared, **values})


def _key(name: str, language: Language) -> str:
    """Return what a key of a document is called; codes are keys too: a limit of a channel."""
    word = KEYS.get(name) or OWN_KEYS.get(name) or code_word("channel", name)
    said = in_language(word, language)
    return said.replace("_", " ").capitalize() if said == name and name.islower() else said


def _menu(pages: Sequence[Page]) -> list[Page]:
    """Return the pages of the navigation in their order."""
    listed = [(page.menu, page) for page in pages if page.menu is not None]
    return [page for _, page in sorted(listed, key=itemgetter(0))]


def amount(minor: int, currency: str) -> str:
    """Return minor units as people read them: ``1,234.50``."""
    whole, point, part = format_major(abs(minor), currency).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{part}"


def code_of(currency: str) -> str:
    """Return the letters of a currency by its number."""
    return CURRENCIES[currency].code


def _moment(moment: dt.datetime | None, zone: dt.tzinfo) -> Markup:
    """Return a moment in the zone of people, to the second."""
    if moment is None:
        return Markup("–")
    local = moment.astimezone(zone)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat("T", "seconds"), local.strftime("%Y-%m-%d %H:%M:%S")
    )


def _form_fields(visit: Visit, seen: Any) -> Markup:
    """Return the hidden fields of each form: its token, the one of its sending, and what it was opened on."""
    fields = [(TOKEN, token_of(visit.key)), (ONCE, new_once())]
    if seen is not None:
        fields.append((SEEN, document_text(seen)))
    return hidden(fields)


def hidden(fields: Sequence[tuple[str, str]]) -> Markup:
    """Return hidden fields."""
    made = (f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in fields)
    return Markup("".join(made))  # noqa: S704 - each part is escaped


def _typed(visit: Visit, name: str, default: str) -> str:
    """Return what was typed into a field when its form is shown again."""
    sent = dict(visit.form.typed)
    return sent.get(name, default if default is not None else "")


def _chosen(visit: Visit, name: str, value: str, default: str) -> Markup:
    """Return ``selected`` for the choice that was made."""
    return Markup("selected") if _typed(visit, name, default) == value else Markup()

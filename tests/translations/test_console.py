"""The catalogue of the console has every text of its pages, in Chinese, and nothing else."""

import io
import re

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from offline_collect.console.rendering import DOMAIN, PAGES
from offline_collect.translations import LOCALE

FOLDER = LOCALE / "zh_CN/LC_MESSAGES"
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?]|[,;:!?][一-鿿]")
PART = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trimmed": "true"}
TEMPLATES = sorted(PAGES.glob("*.html"))


def texts_of(template):
    found = babel_extract(io.BytesIO(template.read_bytes()), KEYWORDS, (), OPTIONS)
    # A text with parts comes with a place for each.
    return {text[0] if isinstance(text, tuple) else text for _, _, text, _ in found}


def entries():
    with (FOLDER / f"{DOMAIN}.po").open("rb") as file:
        return [entry for entry in read_po(file, abort_invalid=True) if entry.id]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_is_one_that_can_be_translated(template):
    assert all(isinstance(text, str) for text in texts_of(template))


def test_the_catalogue_has_what_the_pages_say_and_nothing_else():
    said = set().union(*(texts_of(template) for template in TEMPLATES))
    assert {entry.id for entry in entries()} == said, "run make translations"


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.id) for entry in entries()])
def test_a_text_is_translated_with_its_parts_and_full_width_punctuation(entry):
    assert entry.string, "not translated"
    assert not entry.fuzzy, "a guess that nobody has looked at"
    assert sorted(PART.findall(entry.string)) == sorted(PART.findall(entry.id))
    assert HALF_WIDTH.search(entry.string) is None


def test_what_is_compiled_is_what_is_written():
    compiled = read_mo(io.BytesIO((FOLDER / f"{DOMAIN}.mo").read_bytes()))
    shown = {entry.id: entry.string for entry in compiled if entry.id}
    assert shown == {entry.id: entry.string for entry in entries()}, "run make translations"

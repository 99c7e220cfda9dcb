"""The catalogue has every text for people, complete and in Chinese; `make translations` updates it."""

import ast
import io
import re
from string import Formatter
from typing import get_type_hints

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from offline_collect.domain.forms import InputProblem
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import CellProblemError, FileError, MappingError, RowProblem
from offline_collect.merchant.common.errors import TranslatableError
from offline_collect.translations import LOCALE
from tests.support.tree import ROOT, modules, name, parse

FOLDER = LOCALE / "zh_CN/LC_MESSAGES"
HALF_WIDTH = re.compile(r"[一-鿿][,;:!?]|[,;:!?][一-鿿]")
PHRASES = {"Phrase", "in_context"}
SHELL = {"msgid", "words", "say", "ask", "choose", "confirm", "ask_amount", "ask_date"}
SOURCES = {
    # The room of translations translates the texts of others, and has no texts itself.
    "platform": ([path for path in modules("offline_collect") if path.parent != LOCALE.parent], PHRASES),
    "terminal": ([ROOT / "offline_collect/domain/forms.py", *modules("simulators")], PHRASES | SHELL),
}
"""By catalogue: the modules whose texts it has, and the calls that take them."""


def calls(domain):
    """Return every call that takes a text of a catalogue, by its place."""
    sources, keywords = SOURCES[domain]
    return {
        f"{name(path)}:{node.lineno}:{node.col_offset}": node
        for path in sources
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and _function(node) in keywords
    }


def _function(call):
    return getattr(call.func, "id", None) or getattr(call.func, "attr", None)


def _texts(call):
    """Return the context and the template of a call; neither where it gives on what it was given."""
    given = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return ("", *given)[-2:] if _function(call) == "in_context" else ("", *given[:1])


def entries(domain):
    with (FOLDER / f"{domain}.po").open("rb") as file:
        return [entry for entry in read_po(file, abort_invalid=True) if entry.id]


def parts(text):
    return {part for _, part, _, _ in Formatter().parse(text) if part is not None}


EVERY = [pytest.param(entry, id=f"{domain}: {entry.id}") for domain in SOURCES for entry in entries(domain)]


@pytest.mark.parametrize("domain", SOURCES)
def test_a_catalogue_has_what_the_code_says_and_nothing_else(domain):
    said = {_texts(call) for call in calls(domain).values()} - {("",)}
    assert {(entry.context or "", entry.id) for entry in entries(domain)} == said, "run make translations"


@pytest.mark.parametrize("entry", EVERY)
def test_a_text_is_translated_with_its_parts_and_full_width_punctuation(entry):
    assert entry.string, "not translated"
    assert not entry.fuzzy, "a guess that nobody has looked at"
    assert parts(entry.string) == parts(entry.id)
    assert HALF_WIDTH.search(entry.string) is None


@pytest.mark.parametrize("domain", SOURCES)
def test_what_is_compiled_is_what_is_written(domain):
    compiled = read_mo(io.BytesIO((FOLDER / f"{domain}.mo").read_bytes()))
    shown = {(entry.context, entry.id): entry.string for entry in compiled if entry.id}
    written = {(entry.context, entry.id): entry.string for entry in entries(domain)}
    assert shown == written, "run make translations"


@pytest.mark.parametrize("call", [pytest.param(call, id=place) for place, call in calls("platform").items()])
def test_every_template_is_there_to_be_read_and_has_its_parts(call):
    texts = call.args
    assert all(isinstance(text, ast.Constant) for text in texts), "written where it is used, as one text"
    assert len(texts) == (2 if _function(call) == "in_context" else 1)
    assert {keyword.arg for keyword in call.keywords} == parts(texts[-1].value)


@pytest.mark.parametrize("kind", [RowProblem, InputProblem])
def test_no_reason_goes_without_a_template(kind):
    """The type checker enforces it: a plain text is not a phrase."""
    assert get_type_hints(kind)["reason"] in (Phrase, Phrase | None)


def test_no_remedy_goes_without_a_template():
    hints = get_type_hints(CellProblemError.__init__)
    assert (hints["reason"], hints["remedy"], get_type_hints(RowProblem)["remedy"]) == (
        Phrase,
        Phrase,
        Phrase,
    )


@pytest.mark.parametrize("kind", [FileError, *FileError.__subclasses__()])
def test_no_refusal_of_a_file_goes_without_a_template(kind):
    """The type checker enforces it, also where they are raised."""
    hints = get_type_hints(kind.__init__)
    assert (hints["reason"], hints["remedy"]) == (Phrase, Phrase)


@pytest.mark.parametrize("kind", [MappingError, TranslatableError])
def test_no_error_that_a_merchant_reads_goes_without_a_template(kind):
    assert get_type_hints(kind.__init__)["words"] is Phrase

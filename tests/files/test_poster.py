"""A poster is one page, whatever its texts, and no character of it is left out."""

import os
from dataclasses import replace
from functools import partial

import pytest
import segno
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_collect.files.errors import FontError, TooLargeError, UnwritableError
from offline_collect.files.write import poster as posters
from offline_collect.files.write import poster_child
from offline_collect.files.write.poster import Poster, PosterInput, format_of, qr_code, write_poster

REQUIRED = "OFFLINE_COLLECT_TEST_REQUIRE_CHROMIUM"
"""What this sets comes with the fonts of pages: without them the test fails there, and is not skipped."""

LINK = "https://pay.bank.example/m/SCHOOL01/"
STUDENT = PosterInput("Student number", "On the back of the card", "2026030117", None)
ENGLISH = Poster(
    title="School fees",
    merchant="Sunshine School",
    instructions="Ask the office",
    need="Have this at hand",
    ways=[[STUDENT]],
    or_else="or",
    example="for example",
    how="How to pay",
    link=None,
    steps=["Go to a counter", "Give your student number", "Keep the receipt"],
    chinese=False,
)
STARTS = {"pdf": b"%PDF-", "svg": b"<svg ", "png": b"\x89PNG\r\n"}


write_without_system_fonts = partial(write_poster, system_fonts=False)
"""On a machine without fonts: only those that Typst brings, which have no Chinese."""


def has_chinese():
    return any(font in typst.Fonts().families() for font in poster_child.FONTS[:6])


@pytest.mark.parametrize("ending", STARTS)
def test_a_poster_is_written_in_the_format_that_its_name_asks_for(tmp_path, ending):
    path = tmp_path / f"poster.{ending.upper()}"
    write_without_system_fonts(path, ENGLISH)
    assert path.read_bytes().startswith(STARTS[ending])
    assert format_of(path) == ending


@pytest.mark.parametrize("name", ["poster", "poster.jpg", "poster.pdf.txt"])
def test_another_name_is_refused(tmp_path, name):
    with pytest.raises(UnwritableError, match=r"let it end with one of \.pdf, \.svg, \.png"):
        write_poster(tmp_path / name, ENGLISH)
    assert list(tmp_path.iterdir()) == []


def test_a_poster_that_is_there_is_only_replaced_if_that_was_asked_for(tmp_path):
    path = tmp_path / "poster.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UnwritableError, match="is there already"):
        write_without_system_fonts(path, ENGLISH)
    write_without_system_fonts(path, ENGLISH, overwrite=True)
    assert path.read_bytes().startswith(b"<svg ")


@pytest.mark.parametrize("ending", STARTS)
def test_a_character_without_a_font_is_refused_and_nothing_is_written(tmp_path, ending):
    with pytest.raises(
        FontError, match=r"no font of this machine has 学; install one, such as fonts-noto-cjk"
    ):
        write_without_system_fonts(tmp_path / f"poster.{ending}", replace(ENGLISH, title="学费"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not has_chinese() and os.environ.get(REQUIRED) != "1",
    reason="no font with Chinese characters: apt-get install fonts-noto-cjk",
)
def test_chinese_characters_are_in_the_file(tmp_path):
    path = tmp_path / "poster.pdf"
    write_poster(path, replace(ENGLISH, title="阳光小学缴费", chinese=True))
    assert b"/FontFile" in path.read_bytes()


def test_texts_of_a_merchant_are_never_markup(tmp_path):
    evil = replace(ENGLISH, title="#panic() *x* $y$ \\ ] </svg>", instructions='#read("/etc/passwd")')
    write_without_system_fonts(tmp_path / "poster.svg", evil)
    write_without_system_fonts(tmp_path / "poster.pdf", evil)
    assert b"root:" not in (tmp_path / "poster.svg").read_bytes()


def test_the_code_is_that_of_the_link_with_its_quiet_zone():
    drawn = qr_code(LINK)
    code = segno.make(LINK, error="m", micro=False)
    assert code.error == "M"
    side = code.symbol_size(scale=4, border=4)[0]
    assert f'width="{side}" height="{side}"' in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_with_a_link_the_poster_has_its_code_and_says_it(tmp_path):
    write_without_system_fonts(tmp_path / "without.svg", ENGLISH)
    write_without_system_fonts(tmp_path / "with.svg", replace(ENGLISH, link=LINK))
    assert b"<image" not in (tmp_path / "without.svg").read_bytes()
    assert b"<image" in (tmp_path / "with.svg").read_bytes()


TEXTS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60)
INPUTS = st.builds(PosterInput, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.none() | TEXTS)
POSTERS = st.builds(
    Poster,
    title=TEXTS, merchant=TEXTS, instructions=st.none() | st.text("ab ", max_size=200), need=TEXTS,
    ways=st.lists(st.lists(INPUTS, min_size=1, max_size=3), min_size=1, max_size=3), or_else=st.just("or"),
    example=st.just("e.g."), how=TEXTS, link=st.none() | st.just(LINK),
    steps=st.lists(TEXTS, min_size=3, max_size=3), chinese=st.booleans(),
)  # fmt: skip


@settings(max_examples=15)
@given(poster=POSTERS)
def test_what_a_form_can_say_fits_on_a_page(tmp_path_factory, poster):
    path = tmp_path_factory.mktemp("poster") / "poster.svg"
    write_poster(path, poster)
    assert path.read_bytes().startswith(b"<svg ")


def test_what_does_not_fit_is_refused(tmp_path):
    long = replace(ENGLISH, steps=["word " * 4_000])
    with pytest.raises(TooLargeError, match="does not fit on a page; shorten the form's texts"):
        write_without_system_fonts(tmp_path / "poster.pdf", long)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), [("_CHILD", "offline_collect.nothing"), ("SECONDS_MAX", 0)])
def test_a_process_that_fails_or_takes_too_long_leaves_no_file(tmp_path, monkeypatch, name, value):
    monkeypatch.setattr(posters, name, value)
    with pytest.raises(UnwritableError, match="the page could not be set; try again"):
        write_poster(tmp_path / "poster.pdf", ENGLISH)
    assert list(tmp_path.iterdir()) == []

"""A name is the same however it was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.texts.text import OF_NAMES, normalise


def name(text):
    return normalise(text, OF_NAMES, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "王　明",
        " 王 明 ",
        "王\u00a0明",
        "王  明",
        "王\u2003明",
        "王\u200b明",
        "王\ufe00明",
        "王\U000e0100明",
        "王\u3164明",
        "⺩明",
        "⽟明",
    ],
)
def test_a_chinese_name_is_found(typed):
    assert name(typed) == ("玉明" if typed[0] == "⽟" else "王明")


@pytest.mark.parametrize("dot", "·•・‧･∙⋅．.。｡․﹒●\u0387")
@pytest.mark.parametrize("around", ["", " ", "　"])
def test_the_dots_of_a_name_are_one(dot, around):
    assert name(f"艾力{around}{dot}{around}买买提") == "艾力·买买提"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Li  Lei", "Li Lei"),
        ("Ｌｉ Ｌｅｉ", "Li Lei"),
        ("J. Smith", "J. Smith"),
        ("Ali · Can", "Ali·Can"),
        ("3.5幢 2单元", "3.5幢2单元"),
        ("王明。", "王明。"),
        ("\uf900\u2ee2", "豈马"),
        ("\ue816", "\U00020087"),
        ("\ue000", "\ue000"),
    ],
)
def test_what_is_changed_and_what_is_not(typed, kept):
    assert name(typed) == kept


def test_every_radical_is_a_usual_character_afterwards():
    radicals = [chr(code) for code in range(0x2E80, 0x2FE0) if unicodedata.name(chr(code), "")]
    assert {name(each) for each in radicals if 0x2E80 <= ord(name(each)) <= 0x2FDF} == {"⺀", "⺚"} & set(
        radicals
    )


@given(st.text(st.sampled_from("王明ali .。·•　 \u00a0\ufe0f⻢")))
def test_a_name_that_is_normalised_stays(text):
    assert name(name(text)) == name(text)

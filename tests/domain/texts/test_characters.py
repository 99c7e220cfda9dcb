"""Characters that nobody sees are found, and those that have moved in Unicode are put right."""

import sys
import unicodedata

import pytest

from offline_collect.domain.texts.characters import CONTROL, INVISIBLE, todays

NOT_SHOWN = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010)),
    *(*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0),
    *(*range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)),
]
"""Unicode's Default_Ignorable_Code_Point, which Python does not know."""

OLD_AND_TODAYS = {
    "A6D9": "︐",
    "A6DA": "︒",
    "A6DB": "︑",
    "A6DC": "︓",
    "A6DD": "︔",
    "A6DE": "︕",
    "A6DF": "︖",
    "A6EC": "︗",
    "A6ED": "︘",
    "A6F3": "︙",
    "A8BC": "ḿ",
    "FE51": "\U00020087",
    "FE52": "\U00020089",
    "FE53": "\U000200cc",
    "FE59": "龴",
    "FE61": "龵",
    "FE66": "龶",
    "FE67": "龷",
    "FE6C": "\U000215d7",
    "FE6D": "龸",
    "FE76": "\U0002298f",
    "FE7E": "龹",
    "FE90": "龺",
    "FE91": "\U000241fe",
    "FEA0": "龻",
}
"""Bytes of GB18030 whose characters Python puts into the private area, as GB18030-2000 did; checked with iconv."""


def test_all_of_unicodes_invisible_categories_are_found():
    missed = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
        and not INVISIBLE.search(chr(code))
    ]
    assert missed == []


def test_what_programs_do_not_show_is_found():
    assert [f"U+{code:04X}" for code in NOT_SHOWN if not INVISIBLE.search(chr(code))] == []


def test_nothing_that_people_see_is_found():
    seen = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] in "LMNPSZ"
        and unicodedata.category(chr(code)) not in {"Zl", "Zp"}
        and code not in NOT_SHOWN
        and INVISIBLE.search(chr(code))
    ]
    assert seen == ["U+FFFC", "U+FFFD"], "they stand for what is not text, or was lost"


def test_controls_are_told_from_the_rest():
    assert CONTROL.search("\x07")
    assert not CONTROL.search("\u200b")


@pytest.mark.parametrize(("code", "character"), OLD_AND_TODAYS.items())
def test_characters_of_the_old_standard_are_todays(code, character):
    old = bytes.fromhex(code).decode("gb18030")
    assert INVISIBLE.search(old)
    assert todays(f"王{old}") == f"王{character}"
    assert not INVISIBLE.search(character)


def test_other_private_characters_stay():
    assert todays("\ue000王") == "\ue000王"

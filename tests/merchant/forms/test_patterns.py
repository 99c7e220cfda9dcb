"""Patterns of inputs: what every terminal reads, and how long the worst text keeps an engine busy."""

import itertools
import re

import pytest

from offline_collect.merchant.common.errors import PatternSyntaxError
from offline_collect.merchant.forms.pattern_cost import STEPS_MAX, steps_of
from offline_collect.merchant.forms.pattern_syntax import Either, One, Repeat, Sequence, read_pattern
from tests.support.backtracking import tried_at_most

MOST = 60
HARMLESS = [
    r"[0-9]{8}",
    r"^1[3-9]\d{9}$",
    r"[0-9]{1,2}幢-[0-9]单元-[0-9]{3,4}",
    r"0\d{2,3}-?\d{7,8}|1\d{10}",
    r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]",
    r"[一-龥]{2,20}(·[\u4e00-\u9fa5]{2,20})*",
    r"[^@ ]+@[^@ ]+",
    r"([a-z0-9]+\.)*[a-z]+",
    r"(a|b)+c",
    r"([A-Z]|[0-9])+",
    r"\w+(\s\w+)*",
    r".{2,60}",
    r".*\d.*",
    r".*a.{20}b",
    r"[]-]+[^]]",
    r"(?:ab)+?c",
    r"(|a|b)*",
    r"()*",
    r"a{70}",
    r"\x41\u4e00",
    r"\\xzz",
]
SLOW = [
    r"(a+)+b",
    r"([a-zA-Z]+)*",
    r"(\w+\s?)+",
    r"(a|aa)+b",
    r"(a|b|ab)*c",
    r"(([a-z])+.)+[A-Z]([a-z])+",
    r"(x+x+)+y",
    r"a*a*a*a*a*a*b",
    r"(.*a){12}",
    r"(a|a){30}b",
    r"(a?){20}a{20}",
    r"(\d{1,3}){1,20}",
    r"(.{1,10}-){0,5}.{1,10}",
    r"((a{60}){60}){60}",
]


@pytest.mark.parametrize("pattern", HARMLESS)
def test_patterns_that_merchants_write_are_taken(pattern):
    assert steps_of(pattern, MOST) <= STEPS_MAX


@pytest.mark.parametrize("pattern", SLOW)
def test_patterns_that_one_text_keeps_busy_for_ever_are_found(pattern):
    re.compile(pattern)
    assert steps_of(pattern, MOST) > STEPS_MAX


def test_a_pattern_that_is_slow_on_long_texts_may_be_taken_for_short_ones():
    assert steps_of(r"(a+)+b", 8) <= STEPS_MAX < steps_of(r"(a+)+b", 16)


@pytest.mark.parametrize("pattern", [*HARMLESS, *SLOW[:9], r"(a?b?c?){3}", r"a{2,}|(ab?){1,2}c"])
def test_no_text_takes_more_steps_than_were_counted(pattern):
    """Each pattern's texts of up to five of its own characters, all of them, walked by a plain engine."""
    tree = read_pattern(pattern)
    letters = [*sorted({char for char in pattern if char.isalnum()})[:3], "-"]
    texts = ("".join(text) for size in range(6) for text in itertools.product(letters, repeat=size))
    assert max(tried_at_most(tree, text) for text in texts) <= steps_of(pattern, 5)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(?=a)a", r"begins a group with (?=: terminals need not know"),
        (r"(?<!a)a", "begins a group with (?<"),
        (r"(?P<name>a)", "begins a group with (?P"),
        (r"(?i)a", "begins a group with (?i"),
        (r"(a)\1", r"has \1, which terminals need not know: write it with classes"),
        (r"\bA", r"has \b, which"),
        (r"a*+", "has a possessive repeat"),
        (r"a{,5}", r"has a { that counts nothing: write {0,5}, or \{ for the character"),
    ],
)
def test_what_not_every_terminal_reads_is_refused_by_name(pattern, reason):
    re.compile(pattern)
    with pytest.raises(PatternSyntaxError, match=re.escape(reason)):
        steps_of(pattern, MOST)


def test_a_pattern_is_read_as_a_tree():
    assert read_pattern(r"[a\]b](c|\.)*?$") == Sequence(
        (One(r"[a\]b]"), Repeat(Either((One("c"), One(r"\."))), 0, None), Sequence(()))
    )
    assert read_pattern("a{2}b{3,}c{4,5}d?e+") == Sequence(
        (
            Repeat(One("a"), 2, 2),
            Repeat(One("b"), 3, None),
            Repeat(One("c"), 4, 5),
            Repeat(One("d"), 0, 1),
            Repeat(One("e"), 1, None),
        )
    )

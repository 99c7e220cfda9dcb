"""Patterns of inputs: what every terminal reads in the same way, and how long the worst text takes to match."""

import re
from collections import Counter
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.merchant.common.errors import PatternSyntaxError
from offline_collect.merchant.forms.pattern_grammar import CHOICES_MAX, VARYING_MAX, check_pattern
from tests.support.backtracking import Either, One, Repeat, Sequence, tried_at_most, written

TAKEN = [
    r"[0-9]{8}",
    r"1002.{3}[02468]",
    r"^1[3-9]\d{9}$",
    r"[0-9]{1,2}幢-[0-9]单元-[0-9]{3,4}",
    r"(东|西)区[0-9]{1,2}(栋|幢)[0-9]{1,2}单元[0-9]{3,4}",
    r"0\d{2,3}-?\d{7,8}|1\d{10}",
    r"(\+86)?1\d{10}",
    r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]",
    r"((0[1-9])|(10|11|12))(([0-2][1-9])|10|20|30|31)(18|19|20)",
    r"[一-龥]{2,20}(·[一-龥]{2,20})?",
    r"[^@ ]+@[^@ ]+",
    r".{2,60}",
    r".*\d.*",
    r".*a.{20}b",
    r"[^\]]+[\[\]-]",
    r"[-a-z&|~.]+?",
    r"[\x41-\x5a]{3,}",
    r"(?:ab)??c",
    r"(a){1}|(b){0,1}",
    r"(|a|b)",
    r"()",
    r"a{70}",
    r"\\xzz\-}]",
]
ANYWHERE = [
    (r"(a|b)*", "repeats a group (character {0}): a group may be left out, (…)?, but not repeated"),
    (r"(?:ab)+", "repeats a group (character {0})"),
    (r"(a){0,2}", "repeats a group (character {0})"),
    (r"(a)++", "repeats a group (character {0})"),
    (r"(?=a)a", "has (?=, which not every terminal reads alike (character {0}): begin a group with ( or (?:"),
    (r"(?<!a)a", "has (?<!, which"),
    (r"(?P<name>a)", "has (?P, which"),
    (r"(?i:a)", "has (?i, which"),
    (r"(a)\1", r"has \1, which not every terminal reads alike (character {3}): write the character itself"),
    (r"\bA", r"has \b, which"),
    (r"\u4e00", r"has \u, which not every terminal reads alike (character {0}): write the character itself"),
    (r"\_", r"has \_, which"),
    (r"x*+", "has +, which not every terminal reads alike (character {2}): write one sign for each repeat"),
    (
        r"x{,5}",
        r"has {{, which not every terminal reads alike (character {1}): write a count such as {{0,5}}",
    ),
    (r"x{1001}", "counts to more than 1000 (character {1}): write a lower count"),
    (r"x^x", r"has ^, which not every terminal reads alike (character {1}): the whole text must match"),
    (r"x$x", r"has $, which not every terminal reads alike (character {1}): the whole text must match"),
    (r"[]a]", r"has ], which not every terminal reads alike (character {1}): in a class, put a \ before"),
    (r"[a[b]", r"has [, which not every terminal reads alike (character {2}): in a class, put a \ before"),
    (r"[+-9-z]", r"has -, which not every terminal reads alike (character {4}): in a class, put a \ before"),
    (r"[\u4e00]", r"has \u, which not every terminal reads alike (character {1}): write the character"),
    (r"[.x.]", r"has [, which not every terminal reads alike (character {0}): in a class, put a \ before"),
    (r"𠮷", r"has 𠮷, which not every terminal reads alike (character {0}): write \S+ for words with it"),
    (r"[𠮷]", r"has 𠮷, which not every terminal reads alike (character {1}): write \S+ for words with it"),
    (r"a?b+c*d{1,2}", "has more than 3 parts whose length varies (character {6}): give some a fixed length"),
    (
        "(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b)",
        "combines its alternatives in too many ways (character {36}): write classes, such as [ABC] for (A|B|C)",
    ),
    ("(a|b|c|d|e)x+y+z+", "combines its alternatives in too many ways (character {15})"),
]


@pytest.mark.parametrize("pattern", TAKEN)
def test_patterns_that_merchants_write_are_taken(pattern):
    re.compile(pattern)
    assert check_pattern(pattern) is None


@pytest.mark.parametrize(("pattern", "reason"), ANYWHERE)
@pytest.mark.parametrize("before", ["", "9", "幢|9"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_what_is_not_of_the_grammar_is_refused_with_its_place(pattern, reason, before):
    whole = before + pattern
    re.compile(whole)
    places = range(len(before) + 1, len(whole) + 1)
    with pytest.raises(PatternSyntaxError, match=re.escape(reason.format(*places))):
        check_pattern(whole)


def test_too_many_alternatives_of_the_whole_are_refused():
    whole = "|".join(["a*b*c*"] * 4)
    assert check_pattern(whole) is None
    with pytest.raises(PatternSyntaxError, match=r"in too many ways \(character 29\)"):
        check_pattern(f"{whole}|d")


ones = st.sampled_from([One("a"), One("."), One("[ab]"), One(r"\w"), One("b")])
counts = st.sampled_from([(0, None), (1, None), (0, 1), (2, None), (0, 3), (1, 2), (2, 2), (3, 3)])
atoms = st.one_of(ones, st.builds(lambda one, count: Repeat(one, *count), ones, counts))


def _larger(parts):
    rows = st.lists(parts, max_size=4).map(lambda row: Sequence(tuple(row)))
    options = st.lists(rows, min_size=2, max_size=4).map(lambda each: Either(tuple(each)))
    return st.one_of(rows, options, st.builds(Repeat, rows | options, st.just(0), st.just(1)))


patterns = st.recursive(atoms, _larger, max_leaves=12)


def ways_through(tree):
    """Return the number of paths through a tree, by the number of their repeats with a variable length."""
    match tree:
        case One(_):
            return Counter([0])
        case Repeat(One(_), least, most):
            return Counter([0 if least == most else 1])
        case Repeat(part, 0, 1):
            return ways_through(part) + Counter([0])
        case Either(options):
            return sum(map(ways_through, options), Counter())
        case Sequence(parts):
            ways = Counter([0])
            for part in map(ways_through, parts):
                joined = Counter()
                for varying, count in ways.items():
                    joined.update({varying + more: count * times for more, times in part.items()})
                ways = joined
            return ways


def steps_at_most(varying, length):
    return comb(length + varying + 2, varying + 1) - 1


@given(patterns, st.text("ab", max_size=6))
def test_what_is_taken_keeps_no_engine_busy_for_long(tree, text):
    ways = ways_through(tree)
    fits = max(ways) <= VARYING_MAX and sum(n * 4**varying for varying, n in ways.items()) <= CHOICES_MAX
    try:
        check_pattern(written(tree))
    except PatternSyntaxError:
        assert not fits
    else:
        assert fits
        for each in (text, "a" * 6, "a" * 5 + "b"):
            most = sum(n * steps_at_most(varying, len(each)) for varying, n in ways.items())
            assert tried_at_most(tree, each) <= most


@given(patterns, st.sampled_from([pattern for pattern, _ in ANYWHERE]), patterns)
def test_a_pattern_with_a_part_that_is_not_of_the_grammar_is_refused(before, part, after):
    with pytest.raises(PatternSyntaxError):
        check_pattern(f"({written(before)}){part}({written(after)})")


def test_the_bound_on_steps_is_what_the_worst_pattern_takes():
    length = 20
    worst = Sequence((*[Repeat(One("a"), 0, None)] * VARYING_MAX, Repeat(One("a"), length + 1, length + 1)))
    check_pattern(written(worst))
    assert tried_at_most(worst, "a" * length) == steps_at_most(VARYING_MAX, length)
    assert CHOICES_MAX // 4**VARYING_MAX * steps_at_most(VARYING_MAX, 60) == 2_708_156

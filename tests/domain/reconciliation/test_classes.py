"""The class of each row: every combination against a table that was written apart from the rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.classes import (
    DUPLICATE,
    MOVES_MONEY,
    POSSIBLE,
    DifferenceClass,
    FollowUp,
    HeldDay,
    RowKind,
    Side,
    Standing,
    Verdict,
    classify,
    held,
)

P, R = RowKind.PAYMENT, RowKind.REVERSAL
DAY, NEXT, LATER = BusinessDate(2026, 11, 22), BusinessDate(2026, 11, 23), BusinessDate(2026, 11, 24)

TABLE = [
    (P, 100, 100, {}, "MATCHED", "NONE"),
    (P, 100, (100, 1), {}, "DAY_DIFFERS", "NONE"),
    (P, 100, (100, -1), {}, "DAY_DIFFERS", "NONE"),
    (P, 100, (100, 2), {}, "DAY_DIFFERS", "NOTE"),
    (P, 100, 101, {}, "AMOUNT_DIFFERS", "DIFFERENCE"),
    (P, 100, (99, 1), {}, "AMOUNT_DIFFERS", "DIFFERENCE"),
    (P, 100, None, {}, "FEP_ONLY_UNKNOWN", "SUSPENSE"),
    (P, 100, None, {"paired": True}, "FEP_ONLY_UNKNOWN", "NOTE"),
    (P, 100, None, {"refused": True}, "FEP_ONLY_REFUSED", "POST"),
    (P, 100, None, {"refused": True, "paired": True}, "FEP_ONLY_REFUSED", "NOTE"),
    (P, None, 100, {"in_force": True}, "PLATFORM_ONLY", "CONTRA"),
    (P, None, 100, {}, "PLATFORM_ONLY", "NOTE"),
    (R, 100, 100, {}, "MATCHED", "NONE"),
    (R, 100, (100, -1), {}, "DAY_DIFFERS", "NONE"),
    (R, 100, 90, {}, "AMOUNT_DIFFERS", "NOTE"),
    (R, 100, None, {"in_force": True}, "STATE_DIFFERS", "CONTRA"),
    (R, 100, None, {"refused": True}, "FEP_ONLY_REFUSED", "NOTE"),
    (R, 100, None, {}, "FEP_ONLY_UNKNOWN", "NOTE"),
    (R, None, 100, {"paired": True}, "STATE_DIFFERS", "POST"),
    (R, None, 100, {}, "PLATFORM_ONLY", "NOTE"),
]


def side(found):
    if found is None:
        return None
    return Side(*found) if isinstance(found, tuple) else Side(found)


@pytest.mark.parametrize(("kind", "theirs", "ours", "standing", "difference", "follow_up"), TABLE)
def test_each_row_has_its_class_and_follow_up(kind, theirs, ours, standing, difference, follow_up):
    found = classify(kind, side(theirs), side(ours), Standing(**standing))
    assert found == Verdict(DifferenceClass(difference), FollowUp(follow_up))
    assert found.is_open == (follow_up != "NONE")


sides = st.none() | st.builds(Side, st.integers(0, 10**12), st.integers(-3, 3))
standings = st.builds(Standing, st.booleans(), st.booleans(), st.booleans())


@given(st.sampled_from(RowKind), sides, sides, standings)
def test_what_is_proposed_is_possible_and_moves_money_only_where_the_sides_differ(
    kind, theirs, ours, standing
):
    if theirs is None and ours is None:
        return
    found = classify(kind, theirs, ours, standing)
    assert found.follow_up in POSSIBLE[found.difference] | {FollowUp.NONE}
    same = theirs is not None and ours is not None and theirs.amount_minor == ours.amount_minor
    if same:
        assert found.follow_up not in MOVES_MONEY
    if not found.is_open:
        assert same


def test_a_repeated_row_is_flagged_and_moves_no_money():
    assert Verdict(DifferenceClass.DUPLICATE_ROW, FollowUp.NOTE) == DUPLICATE


@pytest.mark.parametrize(
    ("difference", "follow_up", "open_date", "expected"),
    [
        ("PLATFORM_ONLY", "CONTRA", NEXT, HeldDay(NEXT)),
        ("PLATFORM_ONLY", "CONTRA", LATER, None),
        ("PLATFORM_ONLY", "NOTE", NEXT, None),
        ("STATE_DIFFERS", "CONTRA", NEXT, None),
    ],
)
def test_our_payment_is_held_until_the_next_day_is_cut(difference, follow_up, open_date, expected):
    verdict = Verdict(DifferenceClass(difference), FollowUp(follow_up))
    assert held(verdict, NEXT, open_date) == expected

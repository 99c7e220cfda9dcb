"""Which merchants an answer is for."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.answered import LAST_HOURS, KnownBy, Writer, answered_writers
from tests.fakes.bank import NOON

SECOND = dt.timedelta(seconds=1)
SCHOOL = Writer("SCHOOL01", "C1", NOON - dt.timedelta(hours=2))
WATER = Writer("WATER001", "C2", NOON - dt.timedelta(hours=1))
LATER = Writer("POWER001", "C3", None)


@pytest.mark.parametrize(
    ("writers", "said", "known_by", "expected"),
    [
        ([SCHOOL, WATER], {"named": "SCHOOL01", "extension_of": "WATER001"}, KnownBy.NAMED, [SCHOOL]),
        ([SCHOOL, WATER], {"named": "OTHER"}, KnownBy.NAMED, []),
        ([SCHOOL, WATER], {"extension_of": "SCHOOL01"}, KnownBy.EXTENSION, [SCHOOL]),
        ([SCHOOL, WATER, LATER], {"extension_of": "OTHER"}, KnownBy.LAST_MESSAGE, [WATER]),
        ([SCHOOL, WATER, LATER], {}, KnownBy.LAST_MESSAGE, [WATER]),
        ([LATER], {}, KnownBy.ALL, [LATER]),
        ([], {}, KnownBy.ALL, []),
    ],
)
def test_an_answer_is_for_whom_it_names_else_for_the_last_who_wrote(writers, said, known_by, expected):
    assert answered_writers(writers, NOON, **said) == (known_by, expected)


def test_messages_that_went_out_together_are_all_the_last():
    together = Writer("POWER001", "C3", WATER.last_at)
    assert answered_writers([SCHOOL, WATER, together], NOON) == (KnownBy.LAST_MESSAGE, [WATER, together])


def test_long_after_the_last_message_an_answer_is_for_all_who_wrote():
    end = WATER.last_at + LAST_HOURS
    assert answered_writers([SCHOOL, WATER], end)[0] is KnownBy.LAST_MESSAGE
    assert answered_writers([SCHOOL, WATER], end + SECOND) == (KnownBy.ALL, [SCHOOL, WATER])


_WRITERS = st.lists(
    st.builds(
        Writer,
        st.sampled_from(["A", "B", "C"]),
        st.just("C1"),
        st.none() | st.integers(0, 100).map(lambda hours: NOON - dt.timedelta(hours=hours)),
    ),
    unique_by=lambda each: each.merchant_id,
)


@given(_WRITERS, st.none() | st.sampled_from(["A", "B", "X"]))
def test_whoever_wrote_to_a_number_some_merchant_is_answered_and_only_such_as_wrote(writers, extension_of):
    _, found = answered_writers(writers, NOON, extension_of=extension_of)
    assert bool(found) is bool(writers)
    assert all(each in writers for each in found)

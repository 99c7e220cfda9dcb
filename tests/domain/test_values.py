"""Values that are sent between processes do not change when they are copied and pickled."""

import copy
import pickle

import pytest

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.values import value
from tests.fakes.bank import NOON
from tests.messages.commands import Terminal

ANSWER = Answer(ResponseCode.APPROVED, values={"bill_no": "S-1"}, records=(Record({"bill_no": "S-1"}),))


@value
class Single:
    """A value with one field; a tuple of fields must not be mistaken for it."""

    parts: tuple[int, ...]


@pytest.mark.parametrize("made", [ANSWER, Terminal().payment(NOON, "SCHOOL01", "S-1", 100)])
def test_a_value_is_itself_again_after_the_journey(made):
    again = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own
    assert again == made
    assert type(again) is type(made)


def test_a_value_of_one_field_keeps_it_whole():
    assert copy.copy(Single((1, 2))) == Single((1, 2))


def test_pickled_by_place_a_value_does_not_name_its_fields():
    assert b"records" not in pickle.dumps(ANSWER)

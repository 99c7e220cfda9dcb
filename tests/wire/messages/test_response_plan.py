"""Plans of responses and the general way write the same private data."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.message_types import AnswerPlan, ValuePlan
from offline_collect.wire.messages.response_plan import ResponsePlan
from tests.messages.golden import TODAY, VECTORS, messages, shipped, writer
from tests.wire.messages.test_request_plan import requests

NAMES = ("bill_no", "receipt", "posted_at", "serial_number", "total_payable", "payer_fee", "original_state")


class General(ResponsePlan):
    """A plan that leaves all private data to the general way."""

    def private(self, _values, _room):
        return None


@cache
def general(name):
    made = writer(shipped(name))
    for kind, plan in made._plans.items():
        made._plans[kind] = General(plan.answer, plan._echo)
    return made


@cache
def planned(name):
    return writer(shipped(name))


@cache
def payment(name):
    return next(
        message for message in requests(name) if planned(name)._router.find(message).name == "payment"
    )


def written(by, request, answer):
    try:
        return by.write(request, answer, TODAY)
    except EncodeError as error:
        return str(error)


@pytest.mark.parametrize("name", VECTORS)
@given(
    values=st.dictionaries(
        st.sampled_from(NAMES),
        st.text(max_size=60) | st.text("ab \n水", max_size=1000) | st.integers(0, 10**9),
    ),
    code=st.sampled_from([ResponseCode.APPROVED, ResponseCode.ALREADY_PAID]),
)
def test_private_data_is_written_alike(name, values, code):
    request = payment(name)
    answer = Answer(code, TODAY, "brief", "reason", values)
    assert written(planned(name), request, answer) == written(general(name), request, answer)


def test_codes_among_the_tags_are_left_to_the_general_way():
    plan = AnswerPlan(tags={"0081": ValuePlan("original_code", "response_code")})
    assert ResponsePlan(plan, frozenset()).private({"original_code": "APPROVED"}, 999) is None
    status = next(kind for kind in messages().types if kind.name == "payment-status")
    assert ResponsePlan(status.answer, frozenset())._converts


def test_a_request_of_other_elements_is_repeated_by_its_own():
    plan = ResponsePlan(AnswerPlan(), frozenset({3, 11}))
    assert plan.repeated({3: "a", 4: "b", 11: "c"}) == {3: "a", 11: "c"}
    assert plan.repeated({4: "b", 11: "c"}) == {11: "c"}
    assert plan.repeated({4: "x", 11: "y"}) == {11: "y"}

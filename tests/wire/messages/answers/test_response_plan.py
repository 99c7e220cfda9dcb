"""Plans of responses and the general way write the same private data."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import EncodeError
from offline_collect.wire.messages.answers.plan import ResponsePlan
from offline_collect.wire.messages.message import Message
from offline_collect.wire.messages.message_set.types import AnswerPlan, ValuePlan
from tests.messages.golden import TODAY, VECTORS, dialect_values, messages, shipped, writer
from tests.wire.messages.requests.test_request_plan import requests

NUMBERS = f"{'0812345678901':<13}{'AC1':<14}{'5350123456789':<13}{'x' * 60}"
PAYING = {4: "000000064000", 7: "1128140040", 11: "000007", 32: "014", 41: "TERM0001", 49: "360"}
PAYMENTS = {
    "ppob-postpaid": Message("0200", {2: "053501", 3: "170000", **PAYING, 48: "1535012345678"}),
    "sulteng": Message("0200", {3: "500000", **PAYING, 61: NUMBERS, 63: "B777"}),
}
NAMES = ("bill_no", "receipt", "posted_at", "serial_number", "total_payable", "payer_fee", "original_state")


class General(ResponsePlan):
    """A plan that leaves all private data to the general way."""

    def private(self, _values, _charset, _room):
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
    assert ResponsePlan(plan, frozenset()).private({"original_code": "APPROVED"}, "utf-8", 999) is None
    status = next(kind for kind in messages().types if kind.name == "payment-status")
    assert ResponsePlan(status.answer, frozenset())._converts


def test_half_a_character_is_left_to_the_general_way():
    plan = ResponsePlan(AnswerPlan(tags={"0081": ValuePlan("brief")}), frozenset())
    assert plan.private({"brief": "水"}, "utf-8", 999) == "0081003水"
    assert plan.private({"brief": "\ud800"}, "utf-8", 999) is None


def test_a_request_of_other_elements_is_repeated_by_its_own():
    plan = ResponsePlan(AnswerPlan(), frozenset({3, 11}))
    assert plan.repeated({3: "a", 4: "b", 11: "c"}) == {3: "a", 11: "c"}
    assert plan.repeated({4: "b", 11: "c"}) == {11: "c"}
    assert plan.repeated({4: "x", 11: "y"}) == {11: "y"}


@pytest.mark.parametrize("name", ["ppob-postpaid", "sulteng"])
@given(
    values=st.dictionaries(
        st.sampled_from(["approval_code", "receipt", "payer_fee", "total_payable", "page_total"]),
        st.integers(0, 10**7).map(lambda number: number * 100),
    ),
    code=st.sampled_from([ResponseCode.APPROVED, ResponseCode.ALREADY_PAID]),
    record=st.booleans(),
)
def test_private_data_that_comes_back_is_written_alike(name, values, code, record):
    by, other = writer(shipped(name)), writer(shipped(name))
    for plan in other._plans.values():
        plan.is_plain = False
    assert by._plans["payment"].is_plain
    request = PAYMENTS[name]
    records = (Record({"bill_no": "B1"}, "next", 100),) if record else ()
    answer = Answer(code, TODAY, "brief", "reason", values, records=records)
    assert written(by, request, answer) == written(other, request, answer)


def test_private_data_that_comes_back_fits_the_frame():
    values = dialect_values("sulteng")
    values["frame"]["length_max"] = 120
    short = writer(compile_dialect(values, "sulteng.yaml"))
    with pytest.raises(EncodeError, match="too long for the frame"):
        short.write(PAYMENTS["sulteng"], Answer(ResponseCode.APPROVED, TODAY), TODAY)


def test_only_what_comes_back_as_it_came_is_plain():
    plans = writer(shipped("ppob-postpaid"))._plans
    assert {name for name, plan in plans.items() if not plan.is_plain} == {"bill-inquiry"}
    paged = AnswerPlan(elements={4: ValuePlan("page_total")})
    first = AnswerPlan(elements={63: ValuePlan("first_bill_no")})
    assert [ResponsePlan(plan, frozenset()).is_plain for plan in (paged, first)] == [False, False]

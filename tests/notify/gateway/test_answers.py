"""Answers and reports of gateways that are not what they should be."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.notify.channels.http_exchange import HttpAnswer
from offline_collect.notify.gateway.answers import gateway_reports, gateway_result
from offline_collect.notify.gateway.format import Answers, Reports

ANSWERS = Answers(
    code=["a.0.code", "error"],
    receipt="a.0.id",
    accepted=["0"],
    again=["busy", "LATER*"],
    stop=["bad", "LATER_NEVER*", "gone"],
    bad_number=["gone", "busy"],
)
REPORTS = Reports(
    form_field="status",
    within="list",
    receipt="sid",
    code="why",
    outcome="state",
    delivered=["1"],
    undelivered=["2"],
)


def said(document, status=200):
    return gateway_result(ANSWERS, HttpAnswer(status, None, json.dumps(document).encode()))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"a": [{"code": 0, "id": 77}]}, Result(Verdict.ACCEPTED, receipt="77")),
        ({"a": [{"code": "0", "id": "x" * 65}]}, Result(Verdict.ACCEPTED)),
        ({"a": [{"code": "0"}]}, Result(Verdict.ACCEPTED)),
        ({"a": [{"code": "bad"}]}, Result(Verdict.STOP, "the gateway answered bad")),
        ({"error": "gone"}, Result(Verdict.STOP, "the gateway answered gone", bad_address=True)),
        ({"a": [], "error": "busy"}, Result(Verdict.TRY_AGAIN, "the gateway answered busy")),
        (
            {"a": {"0": {"code": "LATER_NEVER_1"}}},
            Result(Verdict.TRY_AGAIN, "the gateway answered LATER_NEVER_1"),
        ),
        (
            {"error": "no! 13800138000"},
            Result(Verdict.TRY_AGAIN, "the gateway answered a code that is none"),
        ),
        ({"error": ["bad"]}, Result(Verdict.TRY_AGAIN, "answered 200, without a code")),
        ([], Result(Verdict.TRY_AGAIN, "answered 200, without a code")),
    ],
)
def test_the_first_code_that_is_there_decides(document, expected):
    assert said(document) == expected


@given(st.binary(max_size=200))
def test_an_answer_of_any_bytes_is_tried_again(body):
    assert gateway_result(ANSWERS, HttpAnswer(502, None, b"x" + body)).verdict is Verdict.TRY_AGAIN


def test_an_answer_that_is_nested_too_deep_is_none():
    assert gateway_result(ANSWERS, HttpAnswer(200, None, b"[" * 16_000)).verdict is Verdict.TRY_AGAIN


def test_reports_stand_in_a_field_of_a_form():
    listed = [{"sid": 7, "state": 1}, {"sid": "8", "state": "2", "why": "full 138"}, {"sid": "9", "state": 3}]
    body = f"status={quote(json.dumps({'list': listed}))}".encode()
    gateway = NoticeChannel.GATEWAY
    assert list(gateway_reports(REPORTS)(b"", body)) == [
        Report(gateway, Outcome.DELIVERED, receipt="7"),
        Report(gateway, Outcome.UNDELIVERED, receipt="8"),
        Report(gateway, Outcome.UNDER_WAY, receipt="9"),
    ]


@given(
    st.one_of(
        st.binary(max_size=100),
        st.recursive(
            st.none() | st.booleans() | st.text(),
            lambda part: st.lists(part) | st.dictionaries(st.text(), part),
        ).map(lambda document: f"status={quote(json.dumps({'list': [document]}))}".encode()),
    )
)
def test_what_is_no_report_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        gateway_reports(REPORTS)(b"", body)


@pytest.mark.parametrize(("code", "bad"), [("GONE", True), ("NO:7", True), ("FULL", False), (None, False)])
def test_the_format_says_which_codes_are_about_the_number(code, bad):
    reports = REPORTS.model_copy(update={"form_field": None, "within": None, "bad_number": ["GONE", "NO:*"]})
    document = {"sid": "7", "state": "2", "why": code}
    (report,) = gateway_reports(reports)(b"", json.dumps(document).encode())
    assert report.bad_number is bad

"""What payers answer, in the formats of gateways."""

import datetime as dt
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.notices.replies import UpstreamSms, said_at
from offline_collect.notify.gateway.documents import moment_of
from offline_collect.notify.gateway.format import Replies
from offline_collect.notify.gateway.upstream import gateway_upstream
from tests.fakes.bank import NOON

FORM = Replies(form_field="up", within="list", number="from", text="words")
BEIJING = dt.timezone(dt.timedelta(hours=8))


def shipped(name, document):
    read = gateway_upstream(Schemas().gateway(name).replies)
    return list(read(b"", json.dumps(document).encode()))


def test_aliyun_s_answers_are_read():
    answer = {
        "phone_number": "13800001234",
        "content": "TD",
        "send_time": "2026-11-22 20:00:00",
        "dest_code": "1234",
        "sequence_id": "1234567890",
    }
    at = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    assert shipped("aliyun-sms", [answer] * 2) == [UpstreamSms("13800001234", "TD", at, "1234")] * 2


def test_tencent_s_answer_is_read():
    answer = {
        "extend": "",
        "mobile": "13800001234",
        "nationcode": "86",
        "sign": "…",
        "text": "退订",
        "time": 1795348800,
    }
    at = dt.datetime.fromtimestamp(1795348800, dt.UTC)
    assert shipped("tencent-sms", answer) == [UpstreamSms("8613800001234", "退订", at)]


def test_answers_stand_in_a_field_of_a_form():
    listed = [{"from": 13800001234, "words": ""}, {"from": "2", "words": "T"}]
    body = f"up={quote(json.dumps({'list': listed}))}".encode()
    assert list(gateway_upstream(FORM)(b"", body)) == [UpstreamSms("13800001234", ""), UpstreamSms("2", "T")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22 20:00:00", dt.datetime(2026, 11, 22, 20, tzinfo=BEIJING)),
        ("20261122200000", None),
        ("2026-11-22T12:00:00+00:00", dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)),
        ("yesterday", None),
        ("", None),
        ("٣", None),
    ],
)
def test_a_moment_without_a_zone_is_the_gateway_s(text, expected):
    assert moment_of(text, BEIJING) == expected


@given(st.text() | st.datetimes(timezones=st.just(BEIJING) | st.none()).map(str))
def test_any_text_is_a_moment_that_can_be_compared_or_none(text):
    found = moment_of(text, BEIJING)
    assert found is None or said_at(UpstreamSms("1", "TD", found), NOON) in {found, NOON}


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    ).map(lambda document: f"up={quote(json.dumps({'list': [document]}))}".encode())
    | st.binary(max_size=100)
)
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        gateway_upstream(FORM)(b"", body)

"""What payers answer, on a real store."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.replies import ReplyMeaning, UpstreamSms
from offline_collect.domain.ports import UnavailableError
from offline_collect.notify import replies
from offline_collect.notify.replies import RepliesTaken, Reply, ReplyDesk, take_replies, take_reply
from offline_collect.store import AuditFilter, audit_rows, replace_merchant
from tests.support.actors import user
from tests.support.samples import PUPIL, TENANT, WATER

WORDS = Schemas().reply_words()
NUMBER = "13826030117"


def answered(desk, text, **changes):
    reply = Reply(f"+86 {NUMBER}", text, desk.now(), "kannel")
    return take_reply(desk.store, user("ops"), WORDS, replace(reply, **changes))


def told(desk, bill_no):
    """Have a payer told of a payment; return what became of the notice, and why."""
    desk.teller.pay(bill_no)
    desk.wait()
    desk.sender().round()
    last = max(desk.rows(), key=lambda each: each.notice.created_at)
    return last.state.value, last.reason


def audit(desk):
    with desk.store.snapshot() as reading:
        rows = list(audit_rows(reading, AuditFilter()))
    return [each for each in rows if each.subject_type == "address"]


@pytest.mark.parametrize("text", ["TD", "t。", "Ｒ", " 退 订 "])
def test_who_wants_no_more_gets_no_more(desk, text):
    assert told(desk, "S1") == ("SENT", None)
    assert answered(desk, text).merchants == ["SCHOOL01"]
    assert told(desk, "S2") == ("SUPPRESSED", "the payer wants no more of it")
    assert len(desk.channel.ids) == 1


def test_an_answer_that_comes_again_changes_nothing_and_the_first_is_audited_masked(desk):
    told(desk, "S1")
    answered(desk, "TD")
    assert answered(desk, "TD").merchants == []
    (row,) = audit(desk)
    assert row.what == "notify reply by kannel SCHOOL01 138****0117"
    assert (row.after["class"], row.after["source"]) == ("SERVICE", "SMS")
    assert NUMBER not in repr(row)


def test_what_no_word_says_is_for_people(desk):
    told(desk, "S1")
    assert answered(desk, "谢谢").meaning is ReplyMeaning.OTHER
    assert told(desk, "S2") == ("SENT", None)
    assert audit(desk) == []


def test_a_number_to_which_nothing_went_stops_nobody(desk):
    assert answered(desk, "TD").merchants == []
    assert told(desk, "S1") == ("SENT", None)


def test_only_the_advertising_stops_if_the_payer_answered_that(desk):
    told(desk, "S1")
    answered(desk, "TD", notice_class=NoticeClass.COMMERCIAL)
    assert told(desk, "S2") == ("SENT", None)


def test_an_answer_is_to_all_who_wrote_to_the_number_unless_it_is_said_to_whom(desk):
    with desk.store.transaction() as tx:
        replace_merchant(tx, replace(WATER, notices=True))
    desk.customer("WATER001", TENANT, mobile=f"86-{NUMBER}")
    told(desk, "S1")
    desk.teller.pay("W1", 20_000, "WATER001")
    desk.wait()
    desk.sender().round()
    assert desk.states() == ["SENT", "SENT"]
    assert answered(desk, "TD", merchant_id="WATER001").merchants == ["WATER001"]
    assert told(desk, "S2") == ("SENT", None)
    assert answered(desk, "TD").merchants == ["SCHOOL01"]
    assert told(desk, "S3")[0] == "SUPPRESSED"


@pytest.fixture
def two(desk):
    """A payer of two merchants, with one number; the waterworks has written last."""
    with desk.store.transaction() as tx:
        replace_merchant(tx, replace(WATER, notices=True))
    desk.customer("WATER001", TENANT, mobile=NUMBER)
    told(desk, "S1")
    desk.teller.pay("W1", 20_000, "WATER001")
    desk.wait()
    desk.sender().round()
    return desk


def known_by(desk):
    return [(each.merchant_id, each.after["merchant_known_by"]) for each in audit(desk)]


@pytest.mark.parametrize("text", ["TD", "发错了"])
def test_an_answer_is_for_the_merchant_that_wrote_last_and_long_after_for_all(two, text):
    assert answered(two, text).merchants == ["WATER001"]
    assert told(two, "S2") == ("SENT", None)
    two.wait(25 * 3600)
    assert answered(two, text).merchants == ["SCHOOL01"]
    assert known_by(two) == [("WATER001", "LAST_MESSAGE"), ("SCHOOL01", "ALL")]


def test_an_answer_to_a_merchant_s_extension_is_for_it_whoever_wrote_last(two):
    extensions = {"SCHOOL01": "01", "WATER001": "02", "OTHER": "03"}
    taking = ReplyDesk(two.store, two, user("ops"), WORDS, extensions)
    taking.take([UpstreamSms(NUMBER, "TD", None, "01")], "kannel")
    assert told(two, "S2")[0] == "SUPPRESSED"
    for unknown in ("03", "99", None):
        taking.take([UpstreamSms(NUMBER, "TD", None, unknown)], "kannel")
    assert known_by(two) == [("SCHOOL01", "EXTENSION"), ("WATER001", "LAST_MESSAGE")]


def test_a_number_that_is_not_the_customer_s_gets_nothing_until_it_is_corrected(desk):
    told(desk, "S1")
    assert answered(desk, "发错人了！").merchants == ["SCHOOL01"]
    assert answered(desk, "not me").merchants == []
    assert told(desk, "S2") == ("SUPPRESSED", "who has the address says that he is not the customer")
    desk.customer("SCHOOL01", PUPIL, mobile="13900000000")
    assert told(desk, "S3") == ("SENT", None)
    assert len(audit(desk)) == 1


def test_only_who_sends_for_all_banks_takes_answers(desk):
    reply = Reply(NUMBER, "TD", desk.now(), "kannel")
    for actor, error in (
        (user("ann", Role.AUDITOR), NotPermittedError),
        (replace(user("otto", Role.OPERATOR), scope=Scope(BANK.path)), ScopeError),
    ):
        with pytest.raises(error):
            take_reply(desk.store, actor, WORDS, reply)
        with pytest.raises(error):
            ReplyDesk(desk.store, desk, actor, WORDS)


def test_an_answer_is_not_shown():
    assert NUMBER not in repr(Reply(NUMBER, "secret", None, "kannel"))
    assert "secret" not in repr(Reply(NUMBER, "secret", None, "kannel"))


def test_what_a_gateway_hands_on_is_taken_and_a_repeat_changes_nothing(desk):
    told(desk, "S1")
    before = desk.now() - dt.timedelta(minutes=1)
    upstream = [UpstreamSms(f"86{NUMBER}", "TD", before), UpstreamSms("13900000000", "谢谢")]
    taking = ReplyDesk(desk.store, desk, user("ops"), WORDS)
    for _ in range(2):
        assert taking.take(upstream, "aliyun-sms") == RepliesTaken(stopped=1, others=1)
    assert told(desk, "S2") == ("SUPPRESSED", "the payer wants no more of it")
    (row,) = audit(desk)
    assert row.what == "notify reply by aliyun-sms SCHOOL01 138****0117"
    assert row.after["opted_out_at"] == before.isoformat()


def test_answers_of_one_request_are_all_taken_or_none(desk, monkeypatch):
    told(desk, "S1")
    reply = Reply(NUMBER, "TD", desk.now(), "kannel")
    both = [reply, replace(reply, text="发错了")]

    def fails(*_, **__):
        raise UnavailableError("the store has gone")

    with monkeypatch.context() as broken:
        broken.setattr(replies, "put_address", fails)
        with pytest.raises(UnavailableError):
            take_replies(desk.store, user("ops"), WORDS, both)
    assert audit(desk) == []
    first, second = take_replies(desk.store, user("ops"), WORDS, both)
    assert (first.meaning, first.merchants) == (ReplyMeaning.STOP, ["SCHOOL01"])
    assert (second.meaning, second.merchants) == (ReplyMeaning.NOT_ME, ["SCHOOL01"])

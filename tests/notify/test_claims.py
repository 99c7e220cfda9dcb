"""Claims of senders: their end, the rate of a channel, and indexes that no result changes."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.deliveries import NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.planning import ChannelTerms
from offline_collect.domain.notices.results import Result, Verdict, accepted_changes
from offline_collect.domain.notices.timing import Limits
from offline_collect.notify.backlog import notice_backlog
from offline_collect.notify.view import view_counts, view_notices
from offline_collect.store.schema.notice_tables import notice_claims, notice_deliveries
from tests.notify.conftest import FILE, TERMS
from tests.support.actors import user

RATE = replace(TERMS, channels={FILE: ChannelTerms(None, Limits(2, 100))})


def claims(desk):
    with desk.store.snapshot() as reading:
        return [tuple(row) for row in reading.connection.execute(select(notice_claims))]


def pay(desk, number):
    """Have a payer of his own pay."""
    desk.pupil(f"P{number}", f"X{number}")
    desk.teller.pay(f"X{number}")


def test_no_index_has_what_the_answer_of_a_channel_changes():
    """Else PostgreSQL would write the places of a notice in all indexes again."""
    changed = {"state", "reason_code", *accepted_changes(dt.datetime.now(dt.UTC))}
    assert changed <= set(notice_deliveries.c.keys())
    for index in notice_deliveries.indexes:
        where = str(index.dialect_options["postgresql"]["where"])
        assert not changed & set(index.columns.keys()), index.name
        assert not changed & set(where.split()), index.name


def test_a_claim_has_a_row_until_a_minute_after_its_result(desk):
    desk.teller.pay("S1")
    desk.wait()
    sender = desk.sender()
    begun = sender.begin()
    (claim,) = claims(desk)
    assert claim == ("one/1", "FILE", desk.now(), desk.now() + TERMS.claim, 1, None)
    assert notice_backlog(desk.store, desk.now()).open[NoticeState.CLAIMED, FILE] == 1
    desk.wait(1)
    sender.finish(begun)
    assert claims(desk) == [(*claim[:-1], desk.now())]
    desk.wait(59)
    sender.round()
    assert len(claims(desk)) == 1
    desk.wait(1)
    sender.round()
    assert claims(desk) == []


def test_what_was_sent_in_the_last_minute_counts_for_a_channel_and_what_failed_does_not(desk):
    pay(desk, 1)
    desk.wait()
    desk.channel.says = Result(Verdict.STOP, "answered 410")
    sender = desk.sender(terms=RATE)
    assert sender.round().failed == 1
    desk.channel.says = desk.channel.accepted
    for number in (2, 3, 4):
        pay(desk, number)
    desk.wait(60)
    assert sender.round().sent == 2
    assert sorted(desk.states()) == ["DEAD", "SENT", "SENT", "WAITING"]
    desk.wait(5)
    assert sender.round().sent == 0
    desk.wait(55)
    assert sender.round().sent == 1


def test_what_another_sender_has_claimed_counts_for_the_channel(desk):
    for number in (1, 2, 3):
        pay(desk, number)
    desk.wait()
    other = desk.sender("other", terms=RATE)
    begun = other.begin()
    assert len(begun.claimed.messages) == 2
    desk.wait(120)
    sender = desk.sender(terms=RATE)
    assert sender.round().sent == 0
    other.finish(begun)
    desk.wait(60)
    assert sender.round().sent == 1


def test_a_claim_that_ends_frees_its_notices_alone(desk):
    pay(desk, 1)
    desk.wait()
    lost = desk.sender("lost").begin()
    desk.wait(200)
    pay(desk, 2)
    desk.wait(60)
    kept = desk.sender("kept").begin()
    assert len(lost.claimed.messages) == len(kept.claimed.messages) == 1
    desk.wait(40)
    sender = desk.sender()
    assert sender.round().sent == 1
    assert desk.channel.ids == [lost.claimed.leads[0].notice.notice_id]
    assert sorted(desk.states()) == ["CLAIMED", "SENT"]
    assert [row[0] for row in claims(desk) if row[-1] is None] == ["kept/1"]


@pytest.mark.parametrize(
    ("state", "bills"),
    [(NoticeState.CLAIMED, ["X2"]), (NoticeState.SENT, ["X1"]), (NoticeState.WAITING, ["X3"])],
)
def test_notices_are_listed_by_states_that_no_index_has_too(desk, state, bills):
    pay(desk, 1)
    desk.wait()
    desk.sender().round()
    pay(desk, 2)
    desk.wait()
    desk.sender("two").begin()
    pay(desk, 3)
    desk.sender("three").round()
    ops = user("ops", Role.OPERATOR)
    page = view_notices(desk.store, ops, NoticeFilter(state=state), (None, 5))
    assert [each["bill"] for each in page.documents] == bills
    counts = {name: number for name, number in view_counts(desk.store, ops).items() if number}
    assert counts == {"CLAIMED": 1, "SENT": 1, "WAITING": 1}

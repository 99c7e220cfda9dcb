"""A sender on a real store."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import select

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.planning import ChannelTerms
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.domain.notices.timing import Limits, QuietHours
from offline_collect.domain.ports import ConflictError, StoreError
from offline_collect.notify import look
from offline_collect.notify.send import Sender, SenderName
from offline_collect.store.schema.notice_address_tables import address_keys
from offline_collect.store.schema.tables import outbox
from tests.notify.conftest import FILE, TERMS, WORDS
from tests.support.actors import user
from tests.support.samples import PUPIL

AGAIN = Result(Verdict.TRY_AGAIN, "answered 500")


def test_a_receipt_goes_out_once_after_the_merge_window(desk):
    desk.teller.pay("S1")
    sender = desk.sender()
    assert sender.round().taken == 1
    assert (desk.channel.ids, desk.states()) == ([], ["WAITING"])
    desk.wait()
    assert sender.round().sent == 1
    assert desk.channel.texts == ["【阳光小学】账单*1已缴123.45元。"]
    assert desk.channel.messages[0].to.address == "13826030117"
    desk.wait()
    assert sender.round().idle
    (row,) = desk.rows()
    assert (row.state.value, row.sent_at, row.attempts) == ("SENT", desk.now() - dt.timedelta(minutes=1), 1)


def test_the_outbox_holds_only_what_no_sender_has_taken_and_the_store_stays_whole(desk):
    desk.teller.pay("S1")
    desk.sender().round()
    desk.teller.pay("S2")
    with desk.store.snapshot() as reading:
        left = reading.connection.execute(select(outbox.c.bill_no)).scalars().all()
    assert left == ["S2"]
    assert desk.teller.report().whole


def test_notices_of_one_customer_within_the_window_become_one_message(desk):
    desk.teller.pay("S1")
    desk.wait(30)
    desk.teller.pay("S2")
    sender = desk.sender()
    sender.round()
    desk.wait(30)
    assert sender.round().sent == 1
    assert desk.channel.texts == ["【阳光小学】账单*1已缴123.45元。\n账单*2已缴123.45元。"]
    assert desk.states() == ["SENT", "MERGED"]
    desk.teller.pay("S3")
    desk.wait()
    sender.round()
    assert len(desk.channel.texts) == 2


@pytest.mark.parametrize("apart_s", [0, 1])
def test_what_is_due_too_but_not_in_the_batch_joins_its_customer_s_message(desk, apart_s):
    desk.teller.pay("S1")
    desk.wait(apart_s)
    desk.teller.pay("S2")
    desk.wait()
    assert desk.sender(batch_max=1).round().sent == 1
    assert [len(each.told) for each in desk.channel.messages] == [2]
    assert desk.states() == ["SENT", "MERGED"]


def test_a_receipt_whose_payment_was_reversed_meanwhile_is_cancelled_and_the_reversal_told(desk):
    command, _ = desk.teller.pay("S1")
    desk.teller.ask(desk.teller.terminal.reversal(desk.now(), command))
    desk.wait()
    desk.sender().round()
    assert desk.channel.texts == ["【阳光小学】账单*1的123.45元已撤销。"]
    assert desk.states() == ["CANCELLED", "SENT"]


def test_what_fails_is_tried_again_under_its_id_and_then_dead(desk):
    desk.teller.pay("S1")
    desk.channel.says = AGAIN
    desk.wait()
    sender = desk.sender()
    assert sender.round().failed == 1
    assert sender.round().idle
    desk.wait(10)
    sender.round()
    desk.wait(20)
    sender.round()
    assert len(set(desk.channel.ids)) == 1
    assert len(desk.channel.ids) == 3
    (row,) = desk.rows()
    assert (row.state.value, row.reason, row.attempts) == ("DEAD", "answered 500", 3)


def test_a_message_that_was_tried_takes_no_others_along(desk):
    desk.teller.pay("S1")
    desk.teller.pay("S2")
    desk.channel.says = AGAIN
    desk.wait()
    sender = desk.sender()
    sender.round()
    desk.teller.pay("S3")
    desk.wait(60)
    desk.channel.messages.clear()
    sender.round()
    assert sorted(len(each.told) for each in desk.channel.messages) == [1, 2]
    assert len(set(desk.channel.ids)) == 2


def test_what_a_dead_sender_had_is_sent_by_another_under_the_same_id(desk):
    desk.teller.pay("S1")
    desk.wait()

    class Dies:
        def send(self, messages):
            desk.channel.send(messages)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.sender("dead", port=Dies()).round()
    other = desk.sender("other")
    desk.wait(299)
    assert other.round().idle
    desk.wait(1)
    assert other.round().sent == 1
    assert len(desk.channel.ids) == 2
    assert len(set(desk.channel.ids)) == 1
    assert desk.states() == ["SENT"]


def test_a_sender_that_comes_back_late_changes_nothing_of_what_another_has_taken(desk):
    desk.teller.pay("S1")
    desk.wait()
    other = desk.sender("other")

    class Slow:
        def send(self, messages):
            desk.wait(300)
            assert other.round().sent == 1
            return [Result(Verdict.STOP, "answered 410")] * len(messages)

    desk.sender("slow", port=Slow()).round()
    assert desk.states() == ["SENT"]


def test_without_consent_nothing_is_sent(desk):
    desk.customer("SCHOOL01", PUPIL, consent=False)
    desk.teller.pay("S1")
    desk.wait()
    desk.sender().round()
    (row,) = desk.rows()
    assert (desk.channel.ids, row.state.value) == ([], "SUPPRESSED")
    assert row.reason == "the customer has not consented"


def test_in_quiet_hours_nothing_is_sent(desk):
    quiet = ChannelTerms(QuietHours(dt.time(19), dt.time(21)), Limits(10, 10))
    sender = desk.sender(terms=replace(TERMS, channels={FILE: quiet}))
    desk.teller.pay("S1")
    desk.wait()
    assert sender.round().sent == 0
    desk.wait(3600)
    assert sender.round().sent == 1


def test_limits_of_a_payer_and_of_a_channel_count_what_was_sent_before(desk):
    terms = replace(TERMS, channels={FILE: ChannelTerms(None, Limits(2, 2))})
    for bill in ("S1", "S2", "S3"):
        desk.teller.pay(bill)
        desk.wait()
        desk.sender(terms=terms).round()
    assert desk.states() == ["SENT", "SENT", "WAITING"]
    # The payer's next day begins at midnight in Beijing, 16:00 UTC.
    assert desk.rows()[2].due_at == dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC)


def test_a_round_claims_no_more_than_its_batch_and_the_longest_due_first(desk):
    desk.pupil("2026030118", "T1")
    desk.teller.pay("S1")
    desk.wait(1)
    desk.teller.pay("T1")
    desk.wait()
    sender = desk.sender(batch_max=1)
    assert (sender.round().sent, desk.states()) == (1, ["SENT", "WAITING"])
    assert (sender.round().sent, desk.states()) == (1, ["SENT", "SENT"])


def test_several_senders_share_the_work_and_none_sends_what_another_does(desk):
    for number in range(20):
        desk.pupil(f"20260302{number:02}", f"T{number}")
        desk.teller.pay(f"T{number}")
    desk.wait()
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(_drain, desk.sender(name, batch_max=2)) for name in "abc"]:
            done.result()
    assert len(desk.channel.ids) == len(set(desk.channel.ids)) == 20
    assert set(desk.states()) == {"SENT"}


def test_two_senders_at_once_keep_the_limit_of_a_channel_together(postgresql_desk, monkeypatch):
    desk = postgresql_desk
    desk.pupil("2026030118", "T1")
    for bill in ("S1", "T1"):
        desk.teller.pay(bill)
    # Whoever takes from the outbox takes all that is in it.
    assert desk.sender().round().taken == 2
    desk.wait()
    terms = replace(TERMS, channels={FILE: ChannelTerms(None, Limits(1, 9))})
    waits, pool, others = Event(), ThreadPoolExecutor(1), []
    hold, count = look.hold_limits, look.sent_to

    def holds_or_waits(tx):
        try:
            with desk.store.transaction() as another:
                another.connection.execute(select(address_keys).with_for_update(nowait=True))
        except StoreError:
            waits.set()
        hold(tx)

    def counts_while_another_begins(*arguments):
        monkeypatch.setattr(look, "sent_to", count)
        others.append(pool.submit(_drain, desk.sender("two", terms, batch_max=1)))
        others[0].add_done_callback(lambda _: waits.set())
        waits.wait()
        return count(*arguments)

    monkeypatch.setattr(look, "hold_limits", holds_or_waits)
    monkeypatch.setattr(look, "sent_to", counts_while_another_begins)
    with pool:
        desk.sender("one", terms, batch_max=1).round()
        others[0].result()
    assert sorted(desk.states()) == ["SENT", "WAITING"]


def _drain(sender):
    """Do rounds until nothing is due; one that met a locked store does the next."""
    while True:
        try:
            if sender.round().idle:
                return
        except ConflictError:
            continue


def test_only_an_operator_of_all_banks_sends(desk):
    for actor, error in (
        (user("ann", Role.AUDITOR), NotPermittedError),
        (replace(user("otto", Role.OPERATOR), scope=Scope(BANK.path)), ScopeError),
    ):
        who = SenderName("one", actor)
        with pytest.raises(error):
            Sender(desk.store, desk, TERMS, WORDS, who=who, outlets={}, share=lambda: 1.0, batch_max=1)

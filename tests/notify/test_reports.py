"""What receivers report, on a real store."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.planning import ChannelTerms
from offline_collect.domain.notices.reports import Outcome, Report
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.domain.notices.timing import Limits
from offline_collect.notify.reports import ReportDesk, Taken
from offline_collect.store.notices.address_faults import faulty_addresses
from tests.notify.conftest import TERMS
from tests.support.actors import user

KANNEL, GATEWAY = NoticeChannel.KANNEL, NoticeChannel.GATEWAY
SMS = replace(TERMS, channels={KANNEL: ChannelTerms(None, Limits(1_000, 100))})
ARRIVED, LOST = Outcome.DELIVERED, Outcome.UNDELIVERED


@pytest.fixture
def reports(desk):
    return ReportDesk(desk.store, desk, user("ops"))


@pytest.fixture
def sent(desk):
    """The id of a message that Kannel has accepted."""
    desk.teller.pay("S1")
    desk.wait()
    assert desk.sender(terms=SMS).round().sent == 1
    (message_id,) = desk.channel.ids
    return message_id


def on(message_id, outcome=ARRIVED, channel=KANNEL):
    return Report(channel, outcome, message_id=message_id)


def test_a_report_closes_the_notice_and_again_changes_nothing(desk, reports, sent):
    desk.wait()
    assert reports.take([on(sent)]) == Taken(applied=1)
    assert reports.take([on(sent), on(sent, Outcome.UNDER_WAY)]) == Taken(idle=2)
    (row,) = desk.rows()
    assert (row.state.value, row.reported_at) == ("DELIVERED", desk.now())
    desk.wait(3600)
    assert desk.sender(terms=SMS).round().idle


@pytest.mark.parametrize("outcomes", [(ARRIVED, LOST), (LOST, ARRIVED)])
def test_of_two_parts_the_lost_one_counts_in_either_order(desk, reports, sent, outcomes):
    reports.take([on(sent, each) for each in outcomes])
    assert desk.states() == ["FAILED"]


def test_a_report_on_no_message_of_ours_is_counted_and_not_kept(desk, reports, sent):
    strange = [
        on("PAID:20261122999999"),
        on("x" * 500),
        on("PAID:\0"),
        on(""),
        Report(KANNEL, ARRIVED, receipt="none"),
        Report(KANNEL, ARRIVED),
    ]
    assert reports.take(strange) == Taken(unknown=6)
    assert desk.states() == ["SENT"]


def test_another_channel_s_report_changes_nothing(desk, reports, sent):
    assert reports.take([on(sent, channel=GATEWAY)]) == Taken(idle=1)
    assert desk.states() == ["SENT"]


def test_a_report_that_comes_before_the_sender_has_written_is_kept(desk, reports):
    desk.teller.pay("S1")
    desk.wait()

    class Fast:
        def send(self, messages):
            reports.take([on(each.message_id) for each in messages])
            return [Result(Verdict.TRY_AGAIN, "no whole answer within 10 s")] * len(messages)

    desk.sender(terms=SMS, port=Fast()).round()
    (row,) = desk.rows()
    assert (row.state.value, row.reason) == ("DELIVERED", None)


def test_a_receiver_that_knows_its_own_id_only_is_understood(desk, reports):
    desk.channel.says = Result(Verdict.ACCEPTED, receipt="G-7")
    desk.teller.pay("S1")
    desk.wait()
    desk.sender(terms=SMS).round()
    assert reports.take([Report(GATEWAY, LOST, receipt="G-7")]) == Taken(unknown=1)
    assert reports.take([Report(KANNEL, LOST, receipt="G-7", code="BLACKLIST")]) == Taken(applied=1)
    (row,) = desk.rows()
    assert (row.state.value, row.receipt) == ("FAILED", "G-7")
    assert row.reason.endswith("not delivered: BLACKLIST")


def test_who_may_not_send_may_not_take_reports(desk):
    with pytest.raises(NotPermittedError):
        ReportDesk(desk.store, desk, user("eve", Role.AUDITOR))
    with pytest.raises(ScopeError):
        ReportDesk(desk.store, desk, replace(user("ops"), scope=Scope(BANK)))


def test_a_message_that_is_lost_because_of_its_number_counts_against_it_once(desk, reports, sent):
    lost = replace(on(sent, LOST), code="NACK/0x0000000b", bad_number=True)
    assert reports.take([lost, lost]) == Taken(applied=1, idle=1)
    assert reports.take([lost]) == Taken(idle=1)
    assert failures(desk) == [1]


@pytest.mark.parametrize("outcome", [ARRIVED, LOST])
def test_nothing_counts_against_a_number_that_no_code_names(desk, reports, sent, outcome):
    reports.take([replace(on(sent, outcome), bad_number=outcome is ARRIVED)])
    assert failures(desk) == []


def failures(desk):
    with desk.store.snapshot() as reading:
        return [each.failed for each in faulty_addresses(reading, "SCHOOL01", 1, (None, 10))]

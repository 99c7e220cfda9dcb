"""What a sender does with a notice that is due."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.bills import BillMark
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.opt_out import AddressRecord
from offline_collect.domain.notices.planning import (
    FULL_MINUTE,
    NO_RESULT,
    ChannelTerms,
    Claim,
    Looked,
    SendTerms,
    longest_due,
    plan_message,
)
from offline_collect.domain.notices.recipients import ways_to
from offline_collect.domain.notices.second_look import NotWanted, Overtaken
from offline_collect.domain.notices.templates import words_in_force
from offline_collect.domain.notices.timing import Limits, QuietHours, Retries
from offline_collect.domain.transactions import PaymentState
from tests.domain.notices.notices import waiting
from tests.domain.notices.test_second_look import PAYER
from tests.domain.notices.test_templates import APPROVED
from tests.fakes.bank import BEIJING, DAY, NOON
from tests.support.samples import SCHOOL, school_bill

APP, FILE = NoticeChannel.WEBHOOK, NoticeChannel.FILE
NOW = NOON + dt.timedelta(minutes=2)
CLAIM = Claim("one", NOW)
TERMS = SendTerms(
    zone=BEIJING,
    channels={APP: ChannelTerms(None, Limits(60, 3)), FILE: ChannelTerms(None, Limits(60, 3))},
    retries=Retries(3, 10, 600),
    merge_window=dt.timedelta(minutes=1),
    merge_max=2,
    claim=dt.timedelta(minutes=5),
)
KEY = b"k" * 32
APP_USER = ways_to(PAYER, (APP,), KEY)[0]
OWN = ("SCHOOL01", "2026030117")


def looked(states=(), **changes):
    """What the store says: payments 1 to 5 are approved, unless ``states`` says otherwise."""
    payments = {(f"2026112200000{number}", 1): PaymentState.APPROVED for number in range(1, 6)}
    payments |= {(f"2026112200000{number}", 1): state for number, state in dict(states).items()}
    payers = changes.get("payers", {OWN: PAYER})
    made = Looked(
        merchants={"SCHOOL01": SCHOOL},
        bills={("SCHOOL01", "S2026-11-0117"): school_bill("S2026-11-0117")},
        payments=payments,
        payers=payers,
        today=DAY,
        sent_today={},
        left={APP: 60, FILE: 60},
        ways={own: ways_to(payer, (APP, FILE), KEY) for own, payer in payers.items()},
    )
    return replace(made, **changes)


def states_of(plan):
    return [(each.notice.notice_id[-1], each.state, each.reason) for each in plan.changed]


def test_the_longest_due_comes_first_and_what_is_not_due_waits():
    later, first, same = (
        replace(waiting(number), due_at=NOW - dt.timedelta(seconds=ago))
        for number, ago in ((1, 0), (3, 9), (2, 9))
    )
    not_yet = replace(waiting(4), due_at=NOW + dt.timedelta(seconds=1))
    assert longest_due([not_yet, later, first, same], NOW, 9) == [same, first, later]
    assert longest_due([not_yet, later, first, same], NOW, 2) == [same, first]


def test_a_notice_is_claimed_for_the_payer_s_first_channel():
    seen = looked()
    plan = plan_message(waiting(), [], seen, TERMS, CLAIM)
    (claimed,) = plan.changed
    assert (plan.lead, plan.to) == (claimed, APP_USER)
    assert (claimed.state, claimed.attempts, claimed.message_id) == (
        NoticeState.CLAIMED,
        1,
        claimed.notice.notice_id,
    )
    assert (claimed.channel, claimed.recipient) == (APP, APP_USER.digest)
    assert (claimed.claimed_by, claimed.tried_at) == ("one", NOW)
    assert (seen.left[APP], seen.sent_today) == (59, {APP_USER.digest: 1})


def test_a_reminder_of_a_paid_bill_is_cancelled_and_an_unpaid_one_claimed():
    reminder = replace(waiting().notice, kind=NoticeKind.DUE_SOON, payment_serial=None)
    due, asks = replace(waiting(), notice=reminder), replace(SCHOOL, also_told=frozenset({"DUE_SOON"}))
    paid = school_bill("S2026-11-0117", paid_principal_minor=12_345)
    seen = looked(merchants={"SCHOOL01": asks}, bills={("SCHOOL01", "S2026-11-0117"): paid})
    (cancelled,) = plan_message(due, [], seen, TERMS, CLAIM).changed
    assert (cancelled.state, cancelled.reason) == (NoticeState.CANCELLED, Overtaken.BILL_PAID)
    (claimed,) = plan_message(due, [], looked(merchants={"SCHOOL01": asks}), TERMS, CLAIM).changed
    assert claimed.state is NoticeState.CLAIMED


def test_others_of_the_customer_join_a_new_message_up_to_the_most():
    plan = plan_message(waiting(1), [waiting(2), waiting(3)], looked(), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CLAIMED, None), ("2", NoticeState.MERGED, None)]
    assert {each.message_id for each in plan.changed} == {"PAID:20261122000001"}
    assert [each.notice.notice_id[-1] for each in plan.told] == ["1", "2"]


def test_a_new_message_is_named_after_a_notice_that_is_still_true():
    seen = looked({1: PaymentState.REVERSED})
    plan = plan_message(waiting(1), [waiting(2), waiting(3)], seen, TERMS, CLAIM)
    assert states_of(plan) == [
        ("1", NoticeState.CANCELLED, Overtaken.PAYMENT_REVERSED),
        ("2", NoticeState.CLAIMED, None),
        ("3", NoticeState.MERGED, None),
    ]
    assert plan.lead.message_id == "PAID:20261122000002"


def tried(number, **changes):
    return waiting(number, message_id="PAID:20261122000001", **changes)


def test_a_message_that_was_tried_keeps_its_id_and_its_notices():
    lead, member = tried(1, attempts=1), tried(2, state=NoticeState.MERGED)
    plan = plan_message(lead, [member], looked(), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CLAIMED, None)]
    assert (plan.lead.attempts, plan.lead.message_id) == (2, "PAID:20261122000001")
    assert [each.notice.notice_id[-1] for each in plan.told] == ["1", "2"]


def test_of_a_message_that_was_tried_only_what_is_still_true_is_told_under_its_id():
    lead, member = tried(1, attempts=1), tried(2, state=NoticeState.MERGED)
    plan = plan_message(lead, [member], looked({1: PaymentState.REVERSED}), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CLAIMED, None)]
    assert [each.notice.notice_id[-1] for each in plan.told] == ["2"]
    plan = plan_message(lead, [member], looked({2: PaymentState.REVERSED}), TERMS, CLAIM)
    assert states_of(plan) == [
        ("2", NoticeState.CANCELLED, Overtaken.PAYMENT_REVERSED),
        ("1", NoticeState.CLAIMED, None),
    ]


def test_a_message_of_which_nothing_is_true_is_not_sent():
    lead, member = tried(1, attempts=1), tried(2, state=NoticeState.MERGED)
    both = looked({1: PaymentState.REVERSED, 2: PaymentState.REVERSED})
    plan = plan_message(lead, [member], both, TERMS, CLAIM)
    assert [state for _, state, _ in states_of(plan)] == [NoticeState.CANCELLED] * 2
    assert (plan.lead, plan.told, plan.to) == (None, (), None)


def test_nobody_is_asked_to_pay_a_bill_that_is_in_a_batch_again():
    failed = waiting()
    notice = replace(failed.notice, kind=NoticeKind.DEBIT_FAILED, payment_serial=None)
    bill = school_bill("S2026-11-0117", mark=BillMark.IN_BATCH)
    seen = looked(bills={("SCHOOL01", "S2026-11-0117"): bill})
    plan = plan_message(replace(failed, notice=notice), [], seen, TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CANCELLED, Overtaken.BILL_IN_BATCH)]
    plan = plan_message(replace(failed, notice=notice), [], looked(bills={}), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CANCELLED, Overtaken.BILL_GONE)]


def test_what_nobody_wants_is_suppressed():
    plan = plan_message(waiting(), [], looked(payers={}), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.SUPPRESSED, NotWanted.CUSTOMER_GONE)]


@pytest.mark.parametrize("reversed_one", [None, 1])
def test_a_payer_whom_no_channel_reaches_gets_nothing(reversed_one):
    nowhere = replace(PAYER, app_user=None, mobile=None, email=None)
    seen = looked({reversed_one: PaymentState.REVERSED} if reversed_one else (), payers={OWN: nowhere})
    lead, member = tried(1, attempts=1), tried(2, state=NoticeState.MERGED)
    plan = plan_message(lead, [member], seen, TERMS, CLAIM)
    assert states_of(plan) == [
        ("1", NoticeState.SUPPRESSED, NotWanted.NO_ADDRESS),
        ("2", NoticeState.SUPPRESSED, NotWanted.NO_ADDRESS),
    ]
    assert plan.lead is None


def test_quiet_hours_of_the_channel_postpone_a_message():
    quiet = ChannelTerms(QuietHours(dt.time(19), dt.time(8)), Limits(60, 3))
    terms = replace(TERMS, channels={APP: quiet})
    plan = plan_message(waiting(1), [waiting(2)], looked(), terms, CLAIM)
    assert states_of(plan) == [("1", NoticeState.WAITING, None)]
    assert plan.changed[0].due_at == dt.datetime(2026, 11, 23, 8, tzinfo=BEIJING)
    assert (plan.lead, plan.changed[0].message_id) == (None, None)


def test_a_payer_gets_no_more_than_his_messages_of_a_day():
    seen = looked(sent_today={APP_USER.digest: 2})
    assert plan_message(waiting(1), [], seen, TERMS, CLAIM).lead is not None
    plan = plan_message(waiting(2), [], seen, TERMS, CLAIM)
    assert plan.changed[0].due_at == dt.datetime(2026, 11, 23, tzinfo=BEIJING)


def test_a_channel_sends_no_more_than_its_messages_of_a_minute():
    seen = looked(left={APP: 1, FILE: 60})
    assert plan_message(waiting(1), [], seen, TERMS, CLAIM).lead is not None
    plan = plan_message(waiting(2), [], seen, TERMS, CLAIM)
    assert (plan.lead, plan.changed[0].due_at) == (None, NOW + FULL_MINUTE)


def test_a_notice_whose_senders_died_at_every_attempt_is_dead():
    plan = plan_message(tried(1, attempts=3), [], looked(), TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.DEAD, NO_RESULT)]


def test_a_step_that_the_life_does_not_have_is_a_fault():
    with pytest.raises(AssertionError, match="cannot happen in SENT"):
        plan_message(waiting(state=NoticeState.SENT), [], looked(), TERMS, CLAIM)


def test_an_address_with_a_fault_is_passed_over_for_another_of_the_payer():
    seen = looked(addresses={("SCHOOL01", APP_USER.digest): AddressRecord(refused=True)})
    plan = plan_message(waiting(), [], seen, TERMS, CLAIM)
    assert (plan.to.channel, plan.to.address) == (FILE, "13800138000")
    elsewhere = looked(addresses={("WATER001", APP_USER.digest): AddressRecord(refused=True)})
    assert plan_message(waiting(), [], elsewhere, TERMS, CLAIM).to == APP_USER


def test_a_payer_whose_only_address_has_failed_too_often_gets_nothing():
    payers = {OWN: replace(PAYER, mobile=None, email=None)}
    for failed, state, reason in (
        (1, NoticeState.CLAIMED, None),
        (2, NoticeState.SUPPRESSED, NotWanted.ADDRESS_BAD),
    ):
        known = {("SCHOOL01", APP_USER.digest): AddressRecord(failed=failed)}
        terms = replace(TERMS, failed_max=2)
        plan = plan_message(waiting(), [], looked(payers=payers, addresses=known), terms, CLAIM)
        assert states_of(plan) == [("1", state, reason)]


def test_who_opted_out_with_one_address_is_not_written_to_at_another():
    _, _, mobile, _ = ways_to(PAYER, (APP, FILE), KEY)
    known = {("SCHOOL01", mobile.digest): AddressRecord(opted_out=frozenset({NoticeClass.SERVICE}))}
    plan = plan_message(waiting(1), [waiting(2)], looked(addresses=known), TERMS, CLAIM)
    assert states_of(plan) == [
        ("1", NoticeState.SUPPRESSED, NotWanted.OPTED_OUT),
        ("2", NoticeState.SUPPRESSED, NotWanted.OPTED_OUT),
    ]


@pytest.mark.parametrize(
    ("proved", "opted_out", "expected"),
    [
        ({OWN}, (), 2),
        ({OWN}, (NoticeClass.COMMERCIAL,), 1),
        ((), (), 1),
    ],
)
def test_whoever_may_not_be_advertised_to_gets_his_notice_in_plain_words(proved, opted_out, expected):
    plain = replace(APPROVED, template_id=1)
    praise = replace(APPROVED, template_id=2, notice_class=NoticeClass.COMMERCIAL)
    seen = looked(
        addresses={("SCHOOL01", APP_USER.digest): AddressRecord(opted_out=frozenset(opted_out))},
        proved=proved,
        templates=words_in_force([plain, praise], "zh", with_url=False),
    )
    plan = plan_message(waiting(), [], seen, TERMS, CLAIM)
    assert states_of(plan) == [("1", NoticeState.CLAIMED, None)]
    assert seen.words_for(plan.told[0].notice, FILE).template_id == expected
    assert seen.words_for(plan.told[0].notice, APP) is None


def test_an_opt_out_of_an_address_that_no_channel_uses_counts():
    known = AddressRecord(opted_out=frozenset({NoticeClass.SERVICE}))
    at = looked(others={OWN: ["e"]}, addresses={("SCHOOL01", "e"): known})
    plan = plan_message(waiting(1), [], at, TERMS, CLAIM)
    assert (plan.lead, states_of(plan)) == (
        None,
        [("1", NoticeState.SUPPRESSED, "the payer wants no more of it")],
    )

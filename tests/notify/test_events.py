"""Notices that many bills cause at once: reminders, imports, debits to come, mandates."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.notices.messages import message_document
from offline_collect.domain.notices.reminders import ReminderTerms
from offline_collect.domain.ports import ConflictError
from offline_collect.merchant.mandates.decide import MandateOrder, resume, suspend
from offline_collect.notify import remind as remind_module
from offline_collect.notify.remind import remind_payers
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    put_bills,
    replace_merchant,
    require_merchant,
    set_merchant_status,
)
from offline_collect.store.debits.bank_decisions import BankDecision, decide_by_bank
from offline_collect.store.notices import reminders as pages
from offline_collect.store.schema.notice_tables import notice_reminders
from offline_collect.store.schema.tables import outbox
from tests.fakes.bank import DAY
from tests.notify.conftest import TERMS
from tests.settlement.debit.desk import Desk as Debits
from tests.settlement.debit.desk import payer
from tests.store import importing as imports
from tests.support.actors import user
from tests.support.samples import DUE, PUPIL, TENANT

ACCOUNT_OF_PUPIL = {
    name: getattr(payer(PUPIL, "R-PUPIL"), name)
    for name in ("debit_account", "debit_bank", "mandate_ref", "mandate_signed_on")
}
REMINDERS = ReminderTerms((3,), (1, 7))


def tell(desk, *kinds, merchant_id="SCHOOL01"):
    """Have a merchant send kinds of notices that he must ask for."""
    with desk.store.transaction() as tx:
        merchant = require_merchant(tx, merchant_id)
        replace_merchant(tx, replace(merchant, also_told=frozenset(kinds)))


def owe(desk, due_in, bill_no="D1", **changes):
    """Add a bill of the pupil that is due some days from the open business day."""
    record = BillRecord(bill_no, PUPIL.customer_no, 20_000, DAY + dt.timedelta(days=due_in))
    with desk.store.transaction() as tx:
        put_bills(tx, "SCHOOL01", [replace(record, **changes)])


def remind(desk, again=True, terms=REMINDERS):
    done = remind_payers(desk.store, user("ops"), terms, desk, again=again)
    assert done.busy == []
    return done.written


def in_outbox(desk):
    with desk.store.snapshot() as reading:
        rows = reading.connection.execute(select(outbox).order_by(outbox.c.notice_id))
        return [(row.kind, row.bill_no, row.amount_minor) for row in rows]


@pytest.fixture
def reminding(desk):
    """A school that reminds its payers, whose other bills are due in eight days."""
    tell(desk, "DUE_SOON", "OVERDUE")
    return desk


@pytest.mark.parametrize(
    ("due_in", "kind"),
    [(4, None), (3, "DUE_SOON"), (0, "DUE_SOON"), (-1, "OVERDUE"), (-13, "OVERDUE"), (-14, None)],
)
def test_a_bill_is_reminded_by_its_due_date(reminding, due_in, kind):
    owe(reminding, due_in)
    assert remind(reminding) == (kind is not None)
    assert in_outbox(reminding) == ([] if kind is None else [(kind, "D1", 20_000)])


def test_a_bill_is_reminded_once_for_a_threshold_also_after_its_notice_was_taken(reminding):
    owe(reminding, 2)
    assert remind(reminding) == 1
    assert remind(reminding) == 0
    reminding.sender().round()
    assert in_outbox(reminding) == []
    assert remind(reminding) == 0
    assert remind(reminding, terms=ReminderTerms((3, 2), ())) == 1


def test_a_bill_whose_due_date_was_moved_is_reminded_of_the_new_one(reminding):
    owe(reminding, 2)
    remind(reminding)
    owe(reminding, 3)
    assert remind(reminding) == 1
    owe(reminding, 2)
    assert remind(reminding) == 0


def test_two_processes_remind_each_bill_once(reminding):
    for number in range(20):
        owe(reminding, 2, f"D{number}")

    def at_once(_):
        # One that waits for the merchant too long leaves it to the next look.
        return remind_payers(reminding.store, user("ops"), REMINDERS, reminding, again=True).written

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(at_once, range(4)))
    assert sum(done) + remind(reminding) == 20
    assert len(in_outbox(reminding)) == 20


def test_bills_are_looked_at_page_by_page(reminding, monkeypatch):
    monkeypatch.setattr(pages.next_page, "__defaults__", (3,))
    for number in range(7):
        reminding.pupil(f"202603012{number}", f"D{number}")
    owe(reminding, 8, "E1")
    written = remind(reminding, terms=ReminderTerms((8,), ()))
    told = [bill_no for _, bill_no, _ in in_outbox(reminding)]
    assert written == len(told) == len(set(told))
    assert {"E1", *(f"D{number}" for number in range(7))} <= set(told)


@pytest.mark.parametrize(
    "changes", [{"open_from": DAY + dt.timedelta(days=1)}, {"expires_on": DAY - dt.timedelta(days=1)}]
)
def test_nobody_is_reminded_of_a_bill_that_cannot_be_paid(reminding, changes):
    owe(reminding, 2, **changes)
    assert remind(reminding) == 0


def test_nobody_is_reminded_of_a_paid_bill(reminding):
    owe(reminding, 2)
    reminding.teller.pay("D1", 20_000)
    assert remind(reminding) == 0


def test_a_merchant_who_did_not_ask_or_is_suspended_reminds_nobody(desk):
    owe(desk, 2)
    assert remind(desk) == 0
    tell(desk, "OVERDUE")
    assert remind(desk) == 0
    tell(desk, "DUE_SOON")
    with desk.store.transaction() as tx:
        set_merchant_status(tx, "SCHOOL01", MerchantStatus.SUSPENDED)
    assert remind(desk) == 0


def test_a_sender_reminds_once_a_business_day_and_dunns_nobody_who_has_paid(reminding):
    owe(reminding, 2)
    owe(reminding, 2, "D2")
    sender = reminding.sender(terms=replace(TERMS, reminders=REMINDERS))
    assert sender.round().reminded == 2
    owe(reminding, 2, "D3")
    assert sender.round().reminded == 0
    reminding.teller.pay("D1", 20_000)
    reminding.wait(120)
    sender.round()
    reminding.wait(120)
    sender.round()
    (text,) = reminding.channel.texts
    assert text == "【阳光小学】账单*2的200.00元将于2026-11-24到期。\n账单*1已缴200.00元。"
    assert "CANCELLED" in reminding.states()


def test_a_merchant_that_somebody_holds_is_left_for_the_next_look_and_others_are_not(reminding, monkeypatch):
    tell(reminding, "DUE_SOON", merchant_id="WATER001")
    owe(reminding, 2)
    required = remind_module.require_merchant

    def held(tx, merchant_id, *, lock):
        if merchant_id == "SCHOOL01":
            raise ConflictError
        return required(tx, merchant_id, lock=lock)

    with monkeypatch.context() as patched:
        patched.setattr(remind_module, "require_merchant", held)
        done = remind_payers(reminding.store, user("ops"), REMINDERS, reminding)
        assert (done.written, done.busy) == (0, ["SCHOOL01"])
    assert remind(reminding, again=False) == 1


def test_a_reminder_asks_for_what_the_bill_owes_with_its_late_fee(desk):
    tell(desk, "OVERDUE", merchant_id="WATER001")
    with desk.store.transaction() as tx:
        merchant = require_merchant(tx, "WATER001")
        replace_merchant(tx, replace(merchant, notices=True))
        overdue = BillRecord("D1", TENANT.customer_no, 100_000, DAY - dt.timedelta(days=12))
        put_bills(tx, "WATER001", [overdue])
    assert remind(desk) == 1
    desk.wait()
    desk.sender().round()
    # 0.05 % of the principal on each of the seven days after the five days of grace.
    assert desk.channel.texts == ["【清源自来水】账单*1的1003.50元已于2026-11-10到期。"]
    assert message_document(desk.channel.messages[0])["data"]["notices"][0]["amount"] == "1003.50"


def test_only_who_sends_notices_of_all_banks_reminds(desk):
    with pytest.raises(NotPermittedError):
        remind_payers(desk.store, user("eve", Role.AUDITOR), REMINDERS, desk)
    with pytest.raises(ScopeError):
        remind_payers(
            desk.store, replace(user("bob", Role.OPERATOR), scope=Scope(BANK.path)), REMINDERS, desk
        )


def test_what_was_reminded_is_kept(reminding):
    owe(reminding, -1)
    remind(reminding)
    with reminding.store.snapshot() as reading:
        (row,) = reading.connection.execute(select(notice_reminders))
    assert (row.bill_no, row.due_date, row.days) == ("D1", DAY - dt.timedelta(days=1), 1)


def kinds(desk):
    return [(kind, bill_no) for kind, bill_no, _ in in_outbox(desk)]


def test_an_import_tells_of_its_new_bills_once_they_are_released_and_one_message_goes_to_each_customer(desk):
    tell(desk, "BILL_IMPORTED")
    new = [BillRecord(f"D{number}", PUPIL.customer_no, 20_000 + number, DUE) for number in range(5)]
    changed = BillRecord("S1", PUPIL.customer_no, 9_900, DUE)
    number = imports.staged(desk.store, *new, changed, withdrawn=["S2"])
    assert kinds(desk) == []
    imports.release(desk.store, number)
    imports.tidy(desk.store, number)
    assert sorted(bill_no for _, bill_no in kinds(desk)) == ["D0", "D1", "D2", "D3", "D4"]
    desk.wait()
    desk.sender().round()
    (text,) = desk.channel.texts
    assert text.startswith("【阳光小学】新账单*0，200.00元。\n新账单*1，200.01元。")


@pytest.mark.parametrize("taken", [False, True])
def test_an_undo_that_is_ended_does_not_tell_of_the_bills_again(desk, taken):
    tell(desk, "BILL_IMPORTED")
    number = imports.staged(desk.store, BillRecord("D1", PUPIL.customer_no, 20_000, DUE))
    imports.release(desk.store, number)
    imports.tidy(desk.store, number)
    if taken:
        desk.sender().round()
    imports.start_undo(desk.store, number)
    assert imports.mark(desk.store, number) == []
    imports.cancel(desk.store, number)
    imports.tidy(desk.store, number)
    desk.sender().round()
    assert (kinds(desk), desk.states()) == ([], ["WAITING"])


def test_a_row_that_has_the_number_of_a_removed_one_has_notices_of_its_own(desk):
    tell(desk, "BILL_IMPORTED", "DUE_SOON")
    for bill_no in ("D1", "E1"):
        bill = BillRecord(bill_no, PUPIL.customer_no, 20_000, DAY + dt.timedelta(days=2))
        number = imports.staged(desk.store, bill, sha256=bill_no * 32)
        imports.release(desk.store, number)
        imports.tidy(desk.store, number)
        assert remind(desk) == 1
        assert kinds(desk) == [("BILL_IMPORTED", bill_no), ("DUE_SOON", bill_no)]
        desk.sender().round()
        imports.undo(desk.store, number)
    assert len(desk.rows()) == 4


def test_an_import_tells_nobody_if_the_merchant_did_not_ask_or_it_is_of_customers(desk):
    bill = BillRecord("D1", PUPIL.customer_no, 20_000, DUE)
    imports.tidy(desk.store, imports.release(desk.store, imports.staged(desk.store, bill)).import_id)
    tell(desk, "BILL_IMPORTED")
    people = imports.staged_people(desk.store, CustomerRecord("N1", "李", {"student_no": "9" * 10}))
    imports.tidy(desk.store, imports.release(desk.store, people).import_id)
    assert kinds(desk) == []


def test_a_payer_is_told_of_the_debit_to_come_while_it_is_to_come(desk, tmp_path):
    tell(desk, "DEBIT_DUE")
    debits = Debits(desk.teller, tmp_path)
    desk.customer("SCHOOL01", payer(PUPIL, "R-PUPIL"), **ACCOUNT_OF_PUPIL)
    made = debits.export(collect_on=DAY + dt.timedelta(days=2)).batch
    told = in_outbox(desk)
    assert {kind for kind, _, _ in told} == {"DEBIT_DUE"}
    assert (len(told), sum(amount for _, _, amount in told)) == (made.record_count, made.total_minor)
    desk.wait()
    desk.sender().round()
    assert "账单*1将于2026-11-24扣款123.45元。" in desk.channel.texts[0]


def test_nobody_is_told_of_a_debit_whose_batch_was_cancelled(desk, tmp_path):
    debits = Debits(desk.teller, tmp_path)
    desk.customer("SCHOOL01", payer(PUPIL, "R-PUPIL"), **ACCOUNT_OF_PUPIL)
    debits.cancel(debits.export().batch.batch_no)
    assert in_outbox(desk) == []
    tell(desk, "DEBIT_DUE")
    debits.cancel(debits.export().batch.batch_no)
    desk.wait()
    desk.sender().round()
    assert desk.channel.texts == []
    assert set(desk.states()) == {"CANCELLED"}


def test_a_payer_is_told_that_his_mandate_was_changed_by_whomever(desk):
    desk.customer("SCHOOL01", payer(PUPIL, "R-PUPIL"), **ACCOUNT_OF_PUPIL)
    order = MandateOrder("SCHOOL01", "R-PUPIL", user("ops"), desk.now())
    suspend(desk.store, order, "asked for")
    assert in_outbox(desk) == []
    tell(desk, "MANDATE_CHANGED")
    resume(desk.store, order, "asked for")
    with desk.store.transaction() as tx:
        by = BankDecision("SCHOOL01", "R-PUPIL", MandateEffect.CANCELLED, "1005")
        assert decide_by_bank(tx, by, DAY, user("ops"), desk.now())
    assert in_outbox(desk) == [("MANDATE_CHANGED", "R-PUPIL", 0)] * 2
    desk.wait()
    desk.sender().round()
    assert desk.channel.texts == ["【阳光小学】授权*PIL已变更：已终止。\n授权*PIL已变更：已终止。"]


def test_a_payer_reads_what_has_become_of_his_mandate_and_what_may_be_debited_now(desk):
    desk.customer("SCHOOL01", payer(PUPIL, "R-PUPIL"), **ACCOUNT_OF_PUPIL)
    tell(desk, "MANDATE_CHANGED")
    order = MandateOrder("SCHOOL01", "R-PUPIL", user("ops"), desk.now())
    for decide, state in ((suspend, "已暂停"), (resume, "有效")):
        decide(desk.store, order, "asked for")
        desk.wait()
        desk.sender().round()
        read = f"【阳光小学】授权*PIL已变更：{state}。扣款账户***{ACCOUNT_OF_PUPIL['debit_account'][-4:]}"
        assert desk.channel.texts[-1].startswith(read)


def test_a_mandate_that_its_customer_has_no_more_is_told_without_its_terms(desk):
    desk.customer("SCHOOL01", payer(PUPIL, "R-PUPIL"), **ACCOUNT_OF_PUPIL)
    tell(desk, "MANDATE_CHANGED")
    suspend(desk.store, MandateOrder("SCHOOL01", "R-PUPIL", user("ops"), desk.now()), "asked for")
    desk.customer("SCHOOL01", PUPIL)
    desk.wait()
    desk.sender().round()
    assert desk.channel.texts == ["【阳光小学】授权*PIL已变更：已暂停。"]

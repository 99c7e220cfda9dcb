"""Runs of payouts: made with the day's settlement, written byte for byte again, answered once, and paid again if they fail."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import (
    BankFileError,
    BankFileTakenError,
    PayoutError,
    ReconciliationError,
)
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import FeeRule, SettlementAccount
from offline_collect.domain.ports import StoreError
from offline_collect.domain.reconciliation.items import ItemEvent, ItemState
from offline_collect.domain.settlement.cycles import SettlementTerms, parse_cycle
from offline_collect.domain.settlement.payouts import PayoutAccount, PayoutKind, PayoutState, RunState
from offline_collect.files.fixed_width.layout import compile_fixed_layout
from offline_collect.merchant.postings.failed_payouts import RetryOrder, other_account, retry_failed
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.settlement.payouts.make import PayoutTerms
from offline_collect.settlement.payouts.view import view_run, view_runs
from offline_collect.settlement.payouts.write_file import write_run
from offline_collect.store import AuditFilter, NotFoundError, audit_rows
from offline_collect.store.schema.payout_tables import (
    payout_runs,
    payouts,
    settlement_dues,
    settlement_entries,
)
from tests.databases.disarmed import disarm
from tests.fakes.bank import NOON
from tests.files.fixed_width.layouts import content
from tests.settlement.evening import OPS, OUT, Evening
from tests.support.actors import user
from tests.support.samples import ACCOUNT

MONTHLY_FEES = SettlementTerms(fees_monthly=True)


@pytest.fixture
def evening(desk):
    found = Evening(desk)
    found.change("SCHOOL01", fee=FeeRule(100))
    return found


def test_a_day_is_paid_less_its_fees_in_one_run_of_the_bank(evening):
    evening.pay("S1", "S2", "W1")
    (run,) = evening.end()
    assert (run.organisation_id, run.bank_number, run.currency) == ("BANK", "8801", "156")
    assert (run.payout_count, run.total_minor) == (2, 2 * 12_345 - 200 + 20_000)
    school, water = evening.payouts(run)
    assert (school.merchant_id, school.amount_minor, school.kind) == ("SCHOOL01", 24_490, PayoutKind.PAYOUT)
    assert school.account == PayoutAccount(ACCOUNT, "阳光小学")
    assert school.remark == "结算款 2026-11-22"
    assert evening.balance(Account.FEE_INCOME, "BANK") == -200
    assert evening.balance(Account.PAYABLE, "SCHOOL01") == 24_690
    assert evening.balance(Account.PAYOUT_CLEARING, "BANK") == -run.total_minor
    assert water.state is PayoutState.OUT
    evening.whole()
    assert evening.end() == []


def test_what_is_not_ripe_or_too_little_is_carried_over_and_paid_once(evening):
    evening.change("SCHOOL01", settlement=SettlementTerms(parse_cycle("T+1"), 30_000))
    evening.change("WATER001", settlement=SettlementTerms(parse_cycle("weekly: tuesday")))
    evening.pay("S1", "W1")
    assert evening.end() == []
    evening.pay("S2", "S3")
    assert evening.end() == []
    evening.pay("S4")
    (run,) = evening.end()
    assert {each.merchant_id: each.amount_minor for each in evening.payouts(run)} == {
        "SCHOOL01": 3 * 12_245,
        "WATER001": 20_000,
    }
    evening.whole()
    (last,) = (evening.pay("S5", "S6", "S7"), evening.end(), evening.end())[2]
    assert [each.amount_minor for each in evening.payouts(last)] == [4 * 12_245]
    evening.whole()


def test_monthly_fees_are_charged_with_the_last_day_of_the_month(evening):
    evening.change("SCHOOL01", settlement=MONTHLY_FEES)
    evening.pay("S1", "S2")
    (run,) = evening.end(days=8)
    assert [each.amount_minor for each in evening.payouts(run)] == [2 * 12_345]
    assert evening.balance(Account.FEES_RECEIVABLE, "SCHOOL01") == 200
    evening.whole()
    assert evening.day == BusinessDate(2026, 11, 30)
    (run,) = evening.end()
    (fees,) = evening.payouts(run)
    assert (fees.kind, fees.amount_minor, fees.remark) == (PayoutKind.FEES, -200, "手续费 2026-11-22")
    assert run.total_minor == 200
    assert b"-" in evening.write(run).path.read_bytes()
    assert evening.balance(Account.FEES_RECEIVABLE, "SCHOOL01") == 0
    evening.whole()


def test_a_file_is_the_same_byte_for_byte_and_account_and_name_are_as_they_were(evening):
    evening.change("SCHOOL01", settlement_account=SettlementAccount(ACCOUNT, "102100099996", "阳光小学食堂"))
    evening.pay("S1", "W1")
    (run,) = evening.end()
    first = evening.write(run)
    raw = first.path.read_bytes()
    assert "阳光小学食堂".encode("gb18030") in raw
    evening.change("SCHOOL01", settlement_account=SettlementAccount("A-2"), name="另一小学")
    first.path.unlink()
    again = evening.write(run)
    assert (again.path.read_bytes(), again.digest) == (raw, first.digest)
    assert view_run(evening.store, OPS, run.run_no).stored.run.state is RunState.WRITTEN
    changed = content("settle-out")
    changed["detail"]["fields"][-1]["width"] -= 10
    changed["detail"]["length"] -= 10
    narrower = compile_fixed_layout(changed)
    with pytest.raises(PayoutError, match="other bytes than at first"):
        write_run(evening.store, run.run_no, evening.folder, narrower, (OPS, evening.now))


def test_booked_payouts_are_paid_and_a_failed_one_is_payable_again(evening):
    evening.pay("S1", "W1")
    (run,) = evening.end()
    evening.write(run)
    taken = evening.ingest(evening.result(run, 2))
    assert (taken.failed, taken.booked_minor) == (1, 12_245)
    school, water = evening.payouts(run)
    assert (school.state, water.state, water.reason) == (PayoutState.BOOKED, PayoutState.FAILED, "销户")
    assert evening.balance(Account.PAYABLE, "WATER001") == 0
    assert evening.balance(Account.PAYOUT_CLEARING, "BANK") == -12_245
    (item,) = evening.desk.items(open_only=True)
    assert (item.difference, item.match_key, item.ours_minor) == ("PAYOUT_FAILED", water.reference, 20_000)
    evening.whole()
    with pytest.raises(ReconciliationError, match=f"settle retry {water.reference}"):
        resolve(evening.store, ResolveOrder(item.item_no, None, "x", "156"), OPS, evening.now)
    # The item keeps no day open, and nothing is paid before somebody says so.
    assert evening.end() == []
    with pytest.raises(PayoutError, match="its file is not written again"):
        evening.write(run)


def test_a_failed_payout_goes_into_the_next_run_to_the_account_that_was_named(evening):
    evening.pay("S1", "W1")
    (run,) = evening.end()
    evening.ingest(evening.result(run, 1, 2))
    school, water = evening.payouts(run)
    now = evening.now
    retry_failed(
        evening.store, RetryOrder(school.reference, other_account(None, None, None), "reopened"), OPS, now
    )
    other = RetryOrder(water.reference, other_account("A-3", "105", "清源公司"), "closed")
    retry_failed(evening.store, replace(other, other=other_account("A-1", None, None)), OPS, now)
    retry_failed(evening.store, other, OPS, now)
    assert {each.state for each in evening.desk.items()} == {ItemState.RESOLVED}
    evening.whole()
    (following,) = evening.end()
    again = evening.payouts(following)
    assert [(each.amount_minor, each.again) for each in again] == [
        (12_245, (run.run_no, 1)),
        (20_000, (run.run_no, 2)),
    ]
    assert [each.account for each in again] == [
        PayoutAccount(ACCOUNT, "阳光小学"),
        PayoutAccount("A-3", "清源公司", "105"),
    ]
    assert {each.state for each in evening.payouts(run)} == {PayoutState.REPLACED}
    evening.whole()
    with pytest.raises(PayoutError, match="only one that FAILED"):
        retry_failed(evening.store, other, OPS, now)
    assert evening.end() == []


def refused(evening, path):
    with pytest.raises(BankFileError) as caught:
        evening.ingest(path)
    return "\n".join(caught.value.differences) or str(caught.value)


def test_a_result_that_differs_in_anything_is_refused_whole(evening):
    evening.pay("S1", "W1")
    (run,) = evening.end()
    wrongs = {
        "the bank is 9999, but the run has 8801": {"bank": "9999"},
        "the business date is 2026-11-23": {"business_date": BusinessDate(2026, 11, 23)},
        "the currency is 840": {"currency": "840"},
        "the run S1 is not known here": {"run_no": "S1"},
    }
    for told, wrong in wrongs.items():
        assert told in refused(evening, evening.result(run, **wrong))
    raw = evening.result(run).read_bytes()
    changes = {
        "payout 2 of the run is not in the file": (b"D0000000002", b"D0000000009"),
        "payout 9 is not in the run": (b"D0000000002", b"D0000000009"),
        "payout 1 is there twice": (b"D0000000002", b"D0000000001"),
        "is of merchant SCHOOL02, but the run has SCHOOL01": (b"SCHOOL01", b"SCHOOL02"),
        "has the return code 7777, which is in no table": (
            b"00000000000122450000",
            b"00000000000122457777",
        ),
        "digest": (b"SCHOOL01", b"SCHOOL02"),
    }
    path = evening.folder / "changed.dat"
    for told, (one, other) in changes.items():
        assert one in raw
        path.write_bytes(raw.replace(one, other))
        assert told in refused(evening, path)
    assert view_run(evening.store, OPS, run.run_no).stored.run.state is RunState.MADE
    evening.ingest(evening.result(run))
    with pytest.raises(BankFileTakenError, match="was taken before"):
        evening.ingest(evening.result(run))
    assert "is TAKEN" in refused(evening, evening.result(run, 1))
    evening.whole()


def test_who_may(evening):
    evening.pay("S1")
    (run,) = evening.end()
    checker = user("li.na", Role.CHECKER)
    with pytest.raises(NotPermittedError):
        write_run(evening.store, run.run_no, evening.folder, OUT, (checker, evening.now))
    with pytest.raises(NotPermittedError):
        evening.ingest(evening.result(run), checker)
    with pytest.raises(NotPermittedError):
        retry_failed(
            evening.store, RetryOrder("S1-1", other_account(None, None, None), "x"), checker, evening.now
        )


def test_a_user_sees_the_runs_of_his_own_bank(evening):
    evening.pay("S1")
    (run,) = evening.end()
    for scope, seen in (
        (Scope("/BANK/"), True),
        (Scope("/BANK2/"), False),
        (Scope("/BANK/BR1/"), False),
        (Scope("/BANK/", frozenset({"SCHOOL01"})), False),
    ):
        store = evening.store.within(scope)
        found, _ = view_runs(store, OPS, None, (None, 10))
        assert [each.run.run_no for each in found] == [run.run_no] * seen
        if not seen:
            with pytest.raises(NotFoundError, match="there is no run"):
                view_run(store, OPS, run.run_no)


def test_a_name_that_does_not_fit_is_carried_over_until_the_account_has_one(evening):
    evening.change("SCHOOL01", name="阳" * 40)
    evening.pay("S1", "W1")
    (run,) = evening.end()
    assert [each.merchant_id for each in evening.payouts(run)] == ["WATER001"]
    (item,) = evening.desk.items(open_only=True)
    assert (item.difference, item.merchant_id, item.ours_minor) == ("PAYOUT_LEFT_OUT", "SCHOOL01", 12_245)
    evening.whole()
    # Without another payout there is no run, and the item is opened once.
    evening.pay("S2")
    assert evening.end() == []
    assert evening.desk.items(open_only=True) == [item]
    with evening.store.snapshot() as reading:
        last, *_ = audit_rows(reading, AuditFilter(action="day settle"))
    assert (last.after["left_out"], last.after["left_out_first"]) == (1, ["SCHOOL01"])
    with pytest.raises(ReconciliationError, match="ends with the run that pays SCHOOL01"):
        resolve(evening.store, ResolveOrder(item.item_no, None, "x", "156"), OPS, evening.now)
    evening.change("SCHOOL01", settlement_account=SettlementAccount(ACCOUNT, name="阳光小学"))
    (run,) = evening.end()
    assert [each.merchant_id for each in evening.payouts(run)] == ["SCHOOL01"]
    assert evening.desk.items(open_only=True) == []
    assert [each.event for each in evening.desk.items()] == [ItemEvent.PAID]
    evening.pay("S3")
    with pytest.raises(ReconciliationError, match=r"settlement\.banks"):
        evening.end(terms=PayoutTerms(layout=OUT, bank_numbers={"BANK": "123456789012"}))


def test_the_store_refuses_to_change_what_a_settled_day_owes(evening):
    evening.pay("S1")
    evening.end()
    for change in (
        update(settlement_entries).values(amount_minor=1),
        delete(settlement_entries),
        update(settlement_dues).values(payable_minor=1),
        delete(settlement_dues),
    ):
        with pytest.raises(StoreError), evening.store.transaction() as tx:
            tx.connection.execute(change)
    evening.whole()


REFUSED = r"refuses a row or statement \((23514|SQLITE_CONSTRAINT_TRIGGER)\)"
FIXED = {
    payouts: {
        "run_no": "S9",
        "sequence": 9,
        "merchant_id": "WATER001",
        "kind": "FEES",
        "amount_minor": 1,
        "account": "A-9",
        "account_bank": "105",
        "account_name": "另一公司",
        "remark": "x",
        "posting": "x",
        "again_run": "S9",
        "again_sequence": 9,
    },
    payout_runs: {
        "run_no": "S9",
        "organisation_id": "BANK2",
        "bank_number": "9",
        "business_date": BusinessDate(2026, 1, 1),
        "currency": "840",
        "payout_count": 9,
        "total_minor": 9,
        "made_by": "x",
        "made_at": NOON,
    },
}


def test_the_store_refuses_to_send_a_payout_of_a_settled_day_elsewhere(evening):
    evening.pay("S1")
    (run,) = evening.end()
    changes = [
        update(table).values({name: value}) for table, own in FIXED.items() for name, value in own.items()
    ]
    for change in (*changes, delete(payouts), delete(payout_runs)):
        with pytest.raises(StoreError, match=REFUSED), evening.store.transaction() as tx:
            tx.connection.execute(change)
    evening.ingest(evening.result(run, 1))
    evening.whole()


def test_a_file_that_would_go_to_another_account_is_not_written(evening):
    evening.pay("S1")
    (run,) = evening.end()
    evening.write(run)
    with evening.store.transaction() as tx:
        disarm(tx.connection)
        tx.connection.execute(update(payouts).values(account="A-9"))
    with pytest.raises(PayoutError, match="or a payout was changed"):
        evening.write(run)

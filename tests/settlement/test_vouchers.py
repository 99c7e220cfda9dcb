"""The vouchers of a settled day: what the ledger says, for each bank, fixed, and written the same each time."""

import csv
import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, update

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import (
    BANK,
    GROUP,
    OrganisationKind,
    Scope,
    organisation_under,
)
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.ports import StoreError
from offline_collect.files.errors import UnwritableError
from offline_collect.settlement.reconciliation.voucher_file import ACCOUNTS, VoucherOrder, write_vouchers
from offline_collect.settlement.reconciliation.vouchers import view_vouchers
from offline_collect.store import add_organisation
from offline_collect.store.reconciliation.day_documents import written_documents
from offline_collect.store.reconciliation.vouchers import voucher_lines_of
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.schema.tables import entries, merchants, payments
from offline_collect.store.schema.voucher_tables import voucher_lines
from tests.fakes.bank import BEIJING, DAY
from tests.merchant.exported import minor, table
from tests.settlement.fep import Book
from tests.settlement.test_days_end import OPS, end
from tests.support.actors import user

OTHER = organisation_under(GROUP, "BANK2", OrganisationKind.BANK, "Second bank")
BRANCH = organisation_under(OTHER, "B2-EAST", OrganisationKind.BRANCH, "East")
AT_BANK2 = replace(user("otto", Role.OPERATOR), scope=Scope(OTHER.path))


@pytest.fixture
def settled(desk):
    """A settled day of two banks: a school's payments and a reversal, a water works' payment, money for a stranger."""
    teller, book = desk.teller, Book()
    with desk.store.transaction() as tx:
        add_organisation(tx, OTHER)
        add_organisation(tx, BRANCH)
        moved = merchants.c.merchant_id == "WATER001"
        tx.connection.execute(update(merchants).where(moved).values(organisation_id=BRANCH.organisation_id))
    book.pay(teller.pay("S1")[0])
    back, _ = teller.pay("S4")
    book.pay(back)
    reversal = teller.terminal.reversal(teller.now, back)
    assert teller.ask(reversal).approved
    book.undo(reversal, back)
    book.pay(teller.pay("W1", 20_000, "WATER001")[0])
    told = teller.terminal.advice(teller.now, "NOBODY", "N1", 777)
    assert teller.ask(told).approved
    book.pay(told)
    desk.cutover(DAY)
    desk.ingest(book)
    end(desk)
    return desk


def posted(desk):
    """What the entries themselves say: debits and credits by bank and account."""
    banks = {"WATER001": "BANK2"}
    debits, credits_ = Counter(), Counter()
    same = payments.c.serial_number == entries.c.payment_serial
    asked = select(entries, payments.c.merchant_id).join_from(entries, payments, same)
    with desk.store.snapshot() as reading:
        for row in reading.connection.execute(asked):
            account = banks.get(row.merchant_id, "BANK"), row.account, row.owner
            (debits if row.amount_minor > 0 else credits_)[account] += abs(row.amount_minor)
        for row in reading.connection.execute(select(settlement_entries)):
            bank = row.owner if row.account == "PAYOUT_CLEARING" else banks.get(row.owner, "BANK")
            (debits if row.amount_minor > 0 else credits_)[bank, row.account, row.owner] += abs(
                row.amount_minor
            )
    return {key: (debits[key], credits_[key]) for key in debits.keys() | credits_.keys()}


def lines(desk):
    with desk.store.snapshot() as reading:
        return {
            (found.key.bank, line.account.value, line.owner): (line.debits_minor, line.credits_minor)
            for found in view_vouchers(desk.store, OPS, DAY)
            for line in voucher_lines_of(reading, DAY, found.key)
        }


def order(desk, place, **more):
    return VoucherOrder(DAY, place, BEIJING, actor=more.pop("actor", OPS), now=desk.teller.now, **more)


def test_each_bank_has_a_voucher_of_its_entries_that_balances(settled):
    found = view_vouchers(settled.store, OPS, DAY)
    assert [each.key.bank for each in found] == ["BANK", "BANK2"]
    assert lines(settled) == posted(settled)
    for each in found:
        assert sum(line.debits_minor for line in each.sums) == sum(line.credits_minor for line in each.sums)
    assert {Account.SUSPENSE, Account.PAYOUT_CLEARING} < {line.account for line in found[0].sums}
    assert settled.teller.report().whole


def test_who_sees_vouchers(settled):
    (own,) = view_vouchers(settled.store, AT_BANK2, DAY)
    assert own.key.bank == "BANK2"
    for scope in (Scope(BRANCH.path), Scope(BANK.path, frozenset({"SCHOOL01"}))):
        with pytest.raises(ScopeError):
            view_vouchers(settled.store, replace(AT_BANK2, scope=scope), DAY)
    with pytest.raises(NotPermittedError):
        view_vouchers(settled.store, replace(OPS, roles=frozenset()), DAY)
    with pytest.raises(ReconciliationError, match="no voucher before it is settled"):
        view_vouchers(settled.store, OPS, type(DAY)(2026, 11, 23))


def test_the_store_refuses_every_change_of_a_voucher(settled):
    for change in (update(voucher_lines).values(debits_minor=1), delete(voucher_lines)):
        with pytest.raises(StoreError), settled.store.transaction() as tx:
            tx.connection.execute(change)
    assert settled.teller.report().whole


def test_verify_says_which_account_a_voucher_has_wrong(settled):
    row = {
        "business_date": DAY,
        "organisation_id": "BANK",
        "currency": "156",
        "account": "PAYABLE",
        "owner": "SCHOOL09",
        "debits_minor": 5,
        "credits_minor": 4,
    }
    with settled.store.transaction() as tx:
        tx.connection.execute(insert(voucher_lines), row)
    found = {(each.invariant, each.subject) for each in settled.teller.report().findings}
    assert found == {(5, "2026-11-22 PAYABLE SCHOOL09 156"), (5, "2026-11-22 BANK 156")}


def test_a_day_whose_entries_do_not_balance_is_not_settled(desk):
    desk.teller.pay("S1")
    desk.cutover(DAY)
    desk.ingest(book_of(desk))
    with desk.store.transaction() as tx:
        wrong = entries.c.account == Account.CLEARING.value
        tx.connection.execute(update(entries).where(wrong).values(amount_minor=entries.c.amount_minor + 1))
    with pytest.raises(ReconciliationError, match="do not balance"):
        end(desk)
    assert desk.teller.count(voucher_lines) == 0


def book_of(desk):
    """The front end's file of all payments that are there."""
    book = Book()
    with desk.store.snapshot() as reading:
        for key, amount in reading.connection.execute(select(payments.c.key, payments.c.amount_minor)):
            _, _, terminal, stan, at = key.split("|")
            row = book.made_up(int(stan), amount=amount)
            row.terminal, row.at = terminal, at
    return book


def test_a_workbooks_totals_are_the_ledgers(settled, tmp_path):
    paths = write_vouchers(settled.store, order(settled, tmp_path))
    assert [path.name for path in paths] == [
        "voucher-20261122-BANK-CNY.xlsx",
        "voucher-20261122-BANK2-CNY.xlsx",
    ]
    for path, bank in zip(paths, ("BANK", "BANK2"), strict=True):
        own = {key: amounts for key, amounts in posted(settled).items() if key[0] == bank}
        rows, totals = table(path, "户数 Accounts")
        assert {(bank, row["科目 Account"], row["户主 Owner"]) for row in rows} == set(own)
        for heading, at in (("借方 Debit", 0), ("贷方 Credit", 1)):
            assert minor(totals[heading]) == sum(amounts[at] for amounts in own.values())
    with settled.store.snapshot() as reading:
        assert written_documents(reading, DAY) == {DayDocument.VOUCHER}


def test_a_file_is_the_same_each_time_and_only_the_one_that_is_named(settled, tmp_path):
    write_vouchers(settled.store, order(settled, tmp_path))
    first = {path.name: path.read_bytes() for path in tmp_path.glob("*.xlsx")}
    settled.teller.now += dt.timedelta(days=1)
    write_vouchers(settled.store, order(settled, tmp_path))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.xlsx")} == first
    with pytest.raises(ReconciliationError, match="name a folder"):
        write_vouchers(settled.store, order(settled, tmp_path / "one.csv"))
    one = order(settled, tmp_path / "one.csv", actor=AT_BANK2)
    write_vouchers(settled.store, one)
    with pytest.raises(UnwritableError):
        write_vouchers(settled.store, one)
    write_vouchers(settled.store, order(settled, tmp_path / "one.csv", actor=AT_BANK2, overwrite=True))
    with (tmp_path / "one.csv").open(encoding="utf-8-sig", newline="") as stream:
        *rows, totals = csv.DictReader(stream)
    assert (
        sum(Decimal(row["借方 Debit"]) for row in rows) == Decimal(totals["借方 Debit"]) == Decimal("400.00")
    )
    (path,) = write_vouchers(settled.store, order(settled, tmp_path, actor=AT_BANK2, as_csv=True))
    assert path.read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_every_kind_of_account_has_its_words():
    assert set(ACCOUNTS) == set(Account)

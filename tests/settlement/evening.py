"""A bank that ends days of payments, and pays its merchants."""

from dataclasses import replace

from sqlalchemy import func, select

from offline_collect.domain.settlement.results import PayoutCode, PayoutEffect
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.settlement.payouts.ingest import ingest_run
from offline_collect.settlement.payouts.make import PayoutTerms
from offline_collect.settlement.payouts.view import view_runs
from offline_collect.settlement.payouts.write_file import write_run
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day
from offline_collect.store import get_merchant, replace_merchant
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.settlement.payouts import payouts_of
from tests.fakes.bank import DAY
from tests.files.fixed_width.layouts import layout
from tests.settlement.fep import Book
from tests.support.actors import user

OPS = user("ops")
OUT, RESULT = layout("settle-out"), layout("settle-result")
CODES = {
    "0000": PayoutCode("0000", "booked", "入账成功", PayoutEffect.BOOKED),
    "1002": PayoutCode("1002", "account closed", "账户已销户", PayoutEffect.FAILED),
}
TERMS = PayoutTerms(layout=OUT, bank_numbers={"BANK": "8801"})


class Evening:
    """A bank that ends days of payments."""

    def __init__(self, desk):
        self.desk, self.store, self.folder = desk, desk.store, desk.folder
        self.day, self.book = DAY, Book()
        self.left_out = ()

    def change(self, merchant_id, **values):
        with self.store.transaction() as tx:
            replace_merchant(tx, replace(get_merchant(tx, merchant_id, lock=True), **values))

    def pay(self, *bill_nos):
        for bill_no in bill_nos:
            water = bill_no.startswith("W")
            amount, merchant_id = (20_000, "WATER001") if water else (12_345, "SCHOOL01")
            self.book.pay(self.desk.teller.pay(bill_no, amount, merchant_id)[0])

    def end(self, days=1, terms=TERMS):
        """Cut, reconcile and settle the day; return its runs."""
        day = self.day
        self.day = self.desk.cutover(day, days)
        if self.book.rows:
            self.desk.ingest(self.book)
        self.book = Book()
        self.book.day = self.day
        reconcile_day(self.store, OPS, day, self.now)
        self.left_out = settle_day(self.store, OPS, day, self.now, terms).left_out
        return self.runs(day)

    def runs(self, day):
        return [each.run for each in view_runs(self.store, OPS, day, (None, 10))[0]]

    @property
    def now(self):
        return self.desk.teller.now

    def payouts(self, run):
        with self.store.snapshot() as reading:
            return list(payouts_of(reading, run.run_no))

    def write(self, run):
        return write_run(self.store, run.run_no, self.folder, OUT, (OPS, self.now))

    def result(self, run, *failed, name="result.dat", **wrong):
        """Write the bank's result; payouts of these sequences fail."""
        path = self.folder / name
        with path.open("wb") as stream:
            writer = FixedWidthWriter(stream, RESULT)
            header = {"bank": run.bank_number, "business_date": run.business_date, "run_no": run.run_no}
            writer.header({**header, "currency": run.currency, **_totals(self.payouts(run), failed), **wrong})
            for each in self.payouts(run):
                writer.detail(_answer(each, failed))
            writer.trailer({})
        return path

    def ingest(self, path, actor=OPS):
        return ingest_run(self.store, path, RESULT, CODES, (actor, self.now))

    def balance(self, account, owner):
        own = settlement_entries.c
        with self.store.snapshot() as reading:
            return reading.connection.execute(
                select(func.coalesce(func.sum(own.amount_minor), 0)).where(
                    own.account == account.value, own.owner == owner
                )
            ).scalar_one()

    def whole(self):
        report = self.desk.teller.report()
        assert report.whole, report.findings


def _totals(payouts, failed):
    booked = [abs(each.amount_minor) for each in payouts if each.sequence not in failed]
    return {"count": len(payouts), "settled_count": len(booked), "settled_total": sum(booked)}


def _answer(payout, failed):
    amount = abs(payout.amount_minor)
    fails = payout.sequence in failed
    return {
        "sequence": payout.sequence,
        "merchant_id": payout.merchant_id,
        "amount": amount,
        "return_code": "1002" if fails else "0000",
        "settled_amount": 0 if fails else amount,
        "core_serial": None,
        "reason": "销户" if fails else None,
    }

"""The table of reversals, cell by cell."""

import pytest

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import Reversal, ReversalReason, Tender
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.transactions import PaymentState, ReversalOutcome, TransactionKind
from tests.fakes.bank import DAY
from tests.support.samples import school_bill

COLUMNS = {
    "reason 17, 0400": (ReversalReason.WRITE_OFF, False),
    "reason 17, 0420": (ReversalReason.WRITE_OFF, True),
    "reason 68, 0400": (ReversalReason.NO_ANSWER, False),
    "reason 06, 0400": (ReversalReason.ERROR, False),
    "reason 96, 0400": (ReversalReason.MALFUNCTION, False),
    "reason 68, 0420": (ReversalReason.NO_ANSWER, True),
    "reason 06, 0420": (ReversalReason.ERROR, True),
    "reason 96, 0420": (ReversalReason.MALFUNCTION, True),
}

# original is               | reason 17                 | other, 0400                | other, 0420
TABLE = """
absent                      | NOT_FOUND                 | NOT_FOUND, tombstone       | APPROVED, tombstone
tombstone                   | NOT_FOUND                 | NOT_FOUND, tombstone       | APPROVED, tombstone
declined                    | NOT_FOUND                 | APPROVED, nothing          | APPROVED, nothing
refunded                    | NOT_FOUND, item           | APPROVED, nothing, item    | APPROVED, nothing, item
approved today              | APPROVED, applied         | APPROVED, applied          | APPROVED, applied
approved on a day cut       | OTHER_BUSINESS_DAY        | APPROVED, applied          | APPROVED, applied
approved on a day reconciled| OTHER_BUSINESS_DAY        | APPROVED, applied          | APPROVED, applied
approved on a day settled   | SETTLED, item             | SETTLED, item              | APPROVED, nothing, item
suspense today              | APPROVED, applied         | APPROVED, applied          | APPROVED, applied
suspense on a day cut       | OTHER_BUSINESS_DAY        | APPROVED, applied          | APPROVED, applied
suspense on a day settled   | SETTLED, item             | SETTLED, item              | APPROVED, nothing, item
applied today               | APPROVED, applied         | APPROVED, applied          | APPROVED, applied
applied on a day cut        | OTHER_BUSINESS_DAY        | APPROVED, applied          | APPROVED, applied
applied on a day settled    | SETTLED, item             | SETTLED, item              | APPROVED, nothing, item
reversed today              | APPROVED, nothing         | APPROVED, nothing          | APPROVED, nothing
reversed on a day cut       | APPROVED, nothing         | APPROVED, nothing          | APPROVED, nothing
reversed on a day settled   | APPROVED, nothing         | APPROVED, nothing          | APPROVED, nothing
debited in a batch          | NOT_FOUND                 | NOT_FOUND                  | NOT_FOUND
paid at the office          | NOT_FOUND                 | NOT_FOUND                  | NOT_FOUND
"""
ROWS = {
    row: cells
    for row, *cells in ([cell.strip() for cell in line.split("|")] for line in TABLE.split("\n"))
    if row
}
ITEMS = {"refunded": ItemKind.REVERSAL_OF_REFUNDED}


def cases() -> list[object]:
    return list(_cases())


def _cases():
    for row, (write_off, request, advice) in ROWS.items():
        for column, (reason, advised) in COLUMNS.items():
            cell = write_off if reason is ReversalReason.WRITE_OFF else advice if advised else request
            yield pytest.param(row, reason, advised, cell, id=f"{row}: {column}")


@pytest.fixture
def original(bank, teller, row):
    """The payment, in the state that the row names."""
    what, _, when = row.partition(" ")
    suspense = what in {"suspense", "applied", "refunded"}
    make = teller.advice if suspense else teller.payment
    payment = make(bank.now, "SCHOOL01", "S1", 1 if suspense or what == "declined" else 12_345)
    if what not in {"absent", "tombstone"}:
        bank.ask(payment)
    if what == "tombstone":
        bank.ask(teller.reversal(bank.now, payment))
    if "on a day" in when:
        bank.cutover()
    _to_state(bank, teller, payment, what, row)
    if "on a day" in when:
        bank.store.put_day_state(DAY, DayState(when.rpartition(" ")[2].upper()))
    return payment


def _to_state(bank, teller, payment, what, row):
    serial = next(iter(bank.tables.payments), None)
    if what == "refunded":
        bank.refund(serial)
    elif what == "applied":
        bank.store.put_bills(school_bill("S9", 1, bill_id=9))
        bank.apply(serial, "S9")
    elif what == "reversed":
        bank.ask(teller.reversal(bank.now, payment))
    elif row == "debited in a batch":
        bank.store.put_payment(serial, tender=Tender.BATCH)
    elif row == "paid at the office":
        bank.store.put_payment(serial, tender=Tender.OUTSIDE)


@pytest.fixture
def reversal(bank, teller, original, reason, advised) -> Reversal:
    return teller.reversal(bank.now, original, reason, advice=advised)


@pytest.mark.parametrize(("row", "reason", "advised", "cell"), cases())
class TestTable:
    def test_the_answer_is_the_cell_s(self, bank, reversal, cell):
        code, *rest = cell.split(", ")
        answer = bank.ask(reversal)
        did = [what.upper() for what in rest if what != "item"]
        assert answer.code.value == code
        assert [answer.values[name] for name in ("reversal_did",) if name in answer.values] == did
        assert answer.business_date == bank.store.open_day().date
        assert ("serial_number" in answer.values) == bool(did)

    def test_what_is_kept_is_what_was_answered(self, bank, reversal, cell):
        answer = bank.ask(reversal)
        kept = bank.tables.reversals[reversal.key]
        done = [outcome for outcome in ReversalOutcome if outcome.value.lower() in cell.split(", ")]
        assert kept.outcome == (done or [ReversalOutcome.DECLINED])[0]
        assert kept.original_key == reversal.original_key
        assert bank.tables.transactions[reversal.key].answer == answer

    def test_only_what_is_applied_takes_the_money_back(self, bank, reversal, cell):
        before = bank.tables
        bank.ask(reversal)
        if "applied" not in cell:
            assert bank.tables.entries == before.entries
            assert bank.tables.payments == before.payments
            assert bank.tables.bills == before.bills
            return
        (payment,) = bank.tables.payments.values()
        assert payment.state is PaymentState.REVERSED
        assert payment.state_by == bank.tables.reversals[reversal.key].serial_number
        assert len(bank.tables.entries) == len(before.entries) + 2
        assert not any(bill.paid_principal_minor for bill in bank.tables.bills.values())

    def test_an_item_is_opened_where_the_cell_says_so(self, bank, row, reversal, cell):
        bank.ask(reversal)
        items = list(bank.tables.items.values())
        assert len(items) == ("item" in cell)
        for item in items:
            assert item.kind is ITEMS.get(row, ItemKind.REVERSAL_OF_SETTLED)
            assert item.payment_serial in bank.tables.payments
            assert (item.key, item.amount_minor) == (reversal.key, reversal.amount_minor)

    def test_a_tombstone_lies_where_the_cell_says_so(self, bank, row, reversal, cell):
        bank.ask(reversal)
        found = bank.tables.transactions.get(reversal.original_key)
        buried = found is not None and found.kind is TransactionKind.TOMBSTONE
        assert buried == ("tombstone" in cell or row == "tombstone")

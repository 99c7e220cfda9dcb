"""Statements of settled days: fees as settled, what was paid out, and what is still owed after both."""

import pytest

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.merchants import FeeRule
from offline_collect.domain.settlement.cycles import SettlementTerms, parse_cycle
from offline_collect.merchant.reports.export import FileFormat, HandOutOrder, ReportKind, hand_out
from offline_collect.merchant.reports.settled_day import StatementsOrder, write_statements
from offline_collect.translations import Language
from tests.fakes.bank import BEIJING, DAY
from tests.merchant.exported import minor, read_sheet
from tests.settlement.evening import OPS, Evening


@pytest.fixture
def evening(desk):
    found = Evening(desk)
    found.change("SCHOOL01", fee=FeeRule(100))
    return found


def statement(evening, first, last=None, merchant_id="SCHOOL01"):
    """Return the rows of a merchant's statement by heading, and its summary by type."""
    order = HandOutOrder(
        report=ReportKind.STATEMENT,
        merchant_id=merchant_id,
        first=first,
        last=last or first,
        languages=(Language.EN,),
        zone=BEIJING,
        path=evening.folder / "statement.xlsx",
        file_format=FileFormat.XLSX,
        overwrite=True,
        actor=OPS,
        now=evening.now,
    )
    hand_out(evening.store, order)
    lines = read_sheet(order.path, "Statement")
    at = next(at for at, line in enumerate(lines) if line[0] == "Business date")
    rows = [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 : -1]]
    return rows, {line[0]: line[2] for line in read_sheet(order.path, "Summary") if len(line) > 2}


def amounts(row, *headings):
    return tuple(minor(row[heading] or 0) for heading in headings)


FIGURES = ("Opening", "Fees", "Net", "Paid out", "Closing")


def test_what_is_owed_falls_by_fees_and_payouts(evening):
    evening.pay("S1", "S2")
    (run,) = evening.end()
    ((row,), summary) = statement(evening, DAY)
    assert amounts(row, *FIGURES) == (0, 200, 24_490, 24_490, 0)
    assert row["Runs"] == run.run_no
    assert minor(summary[f"Paid out {run.run_no}"]) == 24_490
    assert "Fees (expected)" not in row
    evening.pay("S3")
    open_day = evening.day
    (row,), _ = statement(evening, open_day)
    assert amounts(row, "Opening", "Fees (expected)", "Net", "Closing") == (0, 100, 12_245, 12_345)
    rows, summary = statement(evening, DAY, open_day)
    mixed = "expected where not settled"
    assert [amounts(row, f"Fees ({mixed})", "Closing") for row in rows] == [(200, 0), (100, 12_345)]
    assert minor(summary[f"Fees ({mixed})"]) == 300
    evening.end()
    rows, _ = statement(evening, DAY, open_day)
    assert [amounts(row, "Opening", "Closing") for row in rows] == [(0, 0), (0, 0)]


def test_a_later_payout_has_a_statement_of_its_day_and_a_failed_one_is_owed_again(evening):
    evening.change("SCHOOL01", settlement=SettlementTerms(parse_cycle("T+1")))
    evening.pay("S1")
    assert evening.end() == []
    (row,), _ = statement(evening, DAY)
    assert amounts(row, *FIGURES) == (0, 100, 12_245, 0, 12_245)
    paid_on = evening.day
    (run,) = evening.end()
    order = StatementsOrder(paid_on, evening.folder, FileFormat.CSV, zone=BEIJING, actor=OPS, now=evening.now)
    assert [done.merchant.merchant_id for done in write_statements(evening.store, order)] == ["SCHOOL01"]
    (row,), _ = statement(evening, paid_on)
    assert amounts(row, *FIGURES) == (12_245, 0, 0, 12_245, 0)
    evening.write(run)
    evening.ingest(evening.result(run, 1))
    failed_on = evening.day
    (row,), summary = statement(evening, failed_on)
    assert amounts(row, "Opening", "Payouts that failed", "Closing") == (0, 12_245, 12_245)
    assert minor(summary[f"Payouts that failed {run.run_no}"]) == 12_245
    assert evening.balance(Account.PAYABLE, "SCHOOL01") == 100, "the payment's own entry is in another table"
    evening.end()
    (row,), _ = statement(evening, failed_on)
    assert amounts(row, "Opening", "Payouts that failed", "Closing") == (0, 12_245, 12_245)


def test_fees_of_the_month_are_not_taken_off_and_are_shown_on_their_day(evening):
    evening.change("SCHOOL01", settlement=SettlementTerms(fees_monthly=True))
    evening.pay("S1", "S2")
    (row,), _ = statement(evening, DAY)
    assert amounts(row, "Fees (expected)", "Charged with the month", "Net") == (200, 200, 24_690)
    evening.end(days=8)
    (row,), summary = statement(evening, DAY)
    assert amounts(row, *FIGURES) == (0, 200, 24_690, 24_690, 0)
    assert amounts(row, "Charged with the month", "Fees of the month charged") == (200, 0)
    assert minor(summary["Charged with the month"]) == 200
    # Other terms from now on change nothing of a settled day.
    evening.change("SCHOOL01", settlement=SettlementTerms())
    last = evening.day
    assert last == BusinessDate(2026, 11, 30)
    (run,) = evening.end()
    (row,), summary = statement(evening, last)
    assert amounts(row, *FIGURES) == (0, 0, 0, 0, 0)
    assert amounts(row, "Fees of the month charged") == (200,)
    assert row["Runs"] == run.run_no
    assert minor(summary[f"Fees of the month charged {run.run_no}"]) == 200
    (row,), _ = statement(evening, DAY)
    assert amounts(row, "Charged with the month", "Net") == (200, 24_690)

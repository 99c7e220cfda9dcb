"""A statement and CSV as the merchant gets them, read back and compared with the ledger to the minor unit."""

import csv
from collections import Counter
from dataclasses import replace

import pytest

from offline_collect.files.errors import UnwritableError
from offline_collect.merchant.reports.balances import day_balances
from offline_collect.merchant.reports.export import FileFormat, hand_out
from offline_collect.merchant.reports.labels import KINDS
from offline_collect.store import require_merchant
from tests.databases.school_week import (
    AMOUNT,
    EXPECTED,
    FEES,
    MONDAY,
    OPERATOR,
    OWED,
    POSTINGS,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from tests.merchant.exported import ledger, minor, minor_text, of_days, read_sheet, table


def test_a_statement_has_a_row_a_business_day(week, order):
    store, _ = week
    hand_out(store, of_days(order, MONDAY, THURSDAY))
    lines = read_sheet(order.path, "Statement")
    heading = next(at for at, line in enumerate(lines) if line[0] == "Business date")
    days = [dict(zip(lines[heading], line, strict=True)) for line in lines[heading + 1 : -1]]
    totals = dict(zip(lines[heading], lines[-1], strict=True))
    assert [day["Business date"] for day in days] == list(EXPECTED)
    opening = 0
    for day in days:
        on = day["Business date"]
        assert minor(day["Opening"]) == opening
        opening += OWED[on]
        assert minor(day["Closing"]) == opening
        assert (minor(day["Fees (expected)"]), minor(day["Net"])) == (FEES[on], OWED[on] - FEES[on])
        for kind, words in KINDS.items():
            shown = (int(day[f"{words}, count"]), minor(day[f"{words}, amount"]))
            assert shown == EXPECTED[on].get(kind.value, (0, 0)), (on, kind)
    assert opening == -ledger(store, "PAYABLE", "OUTSIDE", owner="SCHOOL01")
    assert minor(totals["Net"]) == sum(OWED.values()) - sum(FEES.values())
    assert [day["State"] for day in days] == ["Cut", "Cut", "Cut", "Open"]


def test_a_statement_holds_all_details_of_its_days(week, order):
    done = hand_out(week[0], of_days(order, TUESDAY, THURSDAY))
    rows, _ = table(order.path, "Details")
    assert Counter(row["Business date"] for row in rows) == {TUESDAY: 5, THURSDAY: 1}
    assert done.files == ((order.path, 6),)
    assert done.days[0].opening_minor == OWED[MONDAY]


def test_csv_is_one_table_that_programs_read(week, order):
    store, serials = week
    path = order.path.with_suffix(".csv")
    hand_out(store, replace(order, first=TUESDAY, last=TUESDAY, path=path, file_format=FileFormat.CSV))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == POSTINGS[TUESDAY]
    assert sum(minor_text(row["Principal"]) for row in rows) == -ledger(store, "PAYABLE", on=TUESDAY)
    (reversal,) = (row for row in rows if row["Type"] == "Reversed")
    assert (reversal["Original"], reversal["Original business date"]) == (serials.taken_back, str(MONDAY))
    assert {row["Teller"] for row in rows} >= {f"'{OPERATOR}"}


def test_a_statement_as_csv_has_its_details_beside_it(week, order, tmp_path):
    path = tmp_path / "november.csv"
    wanted = replace(of_days(order, MONDAY, THURSDAY), path=path, file_format=FileFormat.CSV)
    done = hand_out(week[0], wanted)
    assert done.files == ((path, 4), (tmp_path / "november-details.csv", sum(POSTINGS.values())))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        nets = [minor_text(row["Net"]) for row in csv.DictReader(stream)]
    assert nets == [OWED[day] - FEES[day] for day in EXPECTED]
    path.unlink()
    with pytest.raises(UnwritableError, match=r"november-details\.csv: is there already"):
        hand_out(week[0], wanted)
    assert not path.exists()


def test_fees_are_those_of_the_rule_that_held_on_the_payments_own_date(week, order):
    store, _ = week
    with store.snapshot() as reading:
        school = require_merchant(reading, "SCHOOL01")
        dearer = replace(school, fee=DearerFrom(TUESDAY))
        figures = {day.date: day.fees_minor for day in day_balances(reading, dearer, MONDAY, THURSDAY)}
    # Tuesday: a payment, the reversal of a payment of Monday, and a payment of Monday applied from suspense.
    assert figures == {MONDAY: 3 * 20, TUESDAY: 50 - 20 + 20, WEDNESDAY: 0, THURSDAY: -20}


class DearerFrom:
    """A fee rule of 0.20 a payment, and 0.50 from a day on."""

    def __init__(self, day):
        self._day = day

    def fee_of(self, amount_minor, date):
        assert amount_minor == AMOUNT
        return 50 if date >= self._day else 20

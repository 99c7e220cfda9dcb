"""A day's details as the merchant gets them, read back and compared with the ledger to the minor unit."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from offline_collect.domain.access.roles import Role
from offline_collect.merchant.reports.export import hand_out
from offline_collect.translations import LANGUAGES
from tests.databases.school_week import (
    AMOUNT,
    EXPECTED,
    FEE,
    FEES,
    MONDAY,
    OPERATOR,
    OWED,
    POSTINGS,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from tests.merchant.exported import KINDS_IN_ENGLISH, ledger, minor, read_sheet, table
from tests.support.actors import user


@pytest.mark.parametrize("day", [MONDAY, TUESDAY, THURSDAY], ids=str)
def test_the_totals_of_details_are_the_ledgers(week, order, day):
    store, _ = week
    hand_out(store, replace(order, first=day, last=day))
    rows, totals = table(order.path, "Details")
    for column in ("Principal", "Late fee", "Suspense", "Total", "Fee (expected)"):
        assert minor(totals[column]) == sum(minor(row[column]) for row in rows)
    parts = minor(totals["Principal"]) + minor(totals["Late fee"])
    assert parts == -ledger(store, "PAYABLE", on=day)
    assert minor(totals["Suspense"]) == -ledger(store, "SUSPENSE", on=day)
    assert minor(totals["Total"]) == ledger(store, "CLEARING", "OUTSIDE", on=day)
    assert minor(totals["Fee (expected)"]) == FEES[day]
    assert len(rows) == POSTINGS[day]


def test_every_kind_of_posting_is_a_row_in_words(week, order):
    hand_out(week[0], order)
    rows, _ = table(order.path, "Details")
    assert Counter(row["Type"] for row in rows) == {
        KINDS_IN_ENGLISH[kind]: count for kind, (count, _) in EXPECTED[MONDAY].items()
    }


def test_a_row_says_who_paid_what_where_and_when(week, order):
    store, serials = week
    hand_out(store, order)
    rows, _ = table(order.path, "Details")
    (kept,) = (row for row in rows if row["Serial number"] == serials.kept)
    assert kept == {
        "Business date": MONDAY,
        "Serial number": serials.kept,
        "Posted at (UTC+08:00)": dt.datetime(2026, 11, 22, 20, 0),  # noqa: DTZ001 - as a clock there shows it
        "Type": "Paid",
        "Bill number": "S1",
        "Customer number": "2026030117",
        "Name": "王小明",
        "Description": "十一月餐费",
        "Period": "2026-11",
        "Principal": 123.45,
        "Late fee": 0.0,
        "Suspense": 0.0,
        "Total": 123.45,
        "Fee (expected)": 0.2,
        "Channel": "Teller",
        "Tender": "Cash",
        "Teller": "T001",
        "State now": "Approved",
        "Original": "",
        "Original business date": "",
        "Remark": "",
    }


def test_identifiers_are_text_and_times_and_amounts_are_none(week, order):
    hand_out(week[0], order)
    rows, _ = table(order.path, "Details")
    for row in rows:
        assert isinstance(row["Serial number"], str)
        assert len(row["Serial number"]) == 20
        assert isinstance(row["Bill number"], str)
        assert isinstance(row["Customer number"], str)
        assert isinstance(row["Total"], float)


def test_a_reversal_of_another_day_names_both_dates(week, order):
    store, serials = week
    hand_out(store, replace(order, first=TUESDAY, last=TUESDAY))
    rows, _ = table(order.path, "Details")
    (row,) = (row for row in rows if row["Type"] == "Reversed")
    assert (row["Business date"], row["Original business date"]) == (TUESDAY, MONDAY)
    assert (row["Original"], row["Remark"]) == (serials.taken_back, "No answer in time")
    assert minor(row["Total"]) == -AMOUNT
    assert minor(row["Fee (expected)"]) == -FEE


def test_what_looks_like_a_formula_comes_out_as_text(week, order):
    hand_out(week[0], replace(order, first=TUESDAY, last=TUESDAY))
    rows, _ = table(order.path, "Details")
    assert {row["Teller"] for row in rows} >= {OPERATOR}
    assert "=1+1" in {row["Remark"] for row in rows}


def test_names_are_masked_where_they_may_not_be_seen(week, order):
    hand_out(week[0], replace(order, actor=user("ops", Role.AUDITOR)))
    rows, _ = table(order.path, "Details")
    assert {row["Name"] for row in rows} == {"王*明", ""}
    notes = [row[0] for row in read_sheet(order.path, "Summary")]
    assert "Names are masked." in notes


@pytest.mark.parametrize(
    ("language", "sheets", "headings", "kind"),
    [
        ("zh", ["汇总", "明细"], ("流水号", "滞纳金"), "缴费"),
        (None, ["汇总", "明细"], ("流水号", "滞纳金"), "缴费"),
        ("en", ["Summary", "Details"], ("Serial number", "Late fee"), "Paid"),
        (
            "both",
            ["汇总 Summary", "明细 Details"],
            ("流水号 Serial number", "滞纳金 Late fee"),
            "缴费 Paid",
        ),
    ],
)
def test_headings_and_words_are_in_the_language_asked_for(week, order, language, sheets, headings, kind):
    hand_out(week[0], replace(order, languages=language and LANGUAGES[language]))
    with CalamineWorkbook.from_path(order.path) as workbook:
        assert workbook.sheet_names == sheets
    heading, first, *_ = read_sheet(order.path, sheets[-1])
    assert set(headings) <= set(heading)
    assert kind in first


def test_the_summary_counts_each_kind_and_says_when_fees_are_booked(week, order):
    hand_out(week[0], order)
    rows = read_sheet(order.path, "Summary")
    summed = {row[0]: row[1:] for row in rows if row[2] != ""}
    for kind, (count, amount) in EXPECTED[MONDAY].items():
        assert (summed[KINDS_IN_ENGLISH[kind]][0], minor(summed[KINDS_IN_ENGLISH[kind]][1])) == (
            count,
            amount,
        )
    assert minor(summed["Fees (expected)"][1]) == FEES[MONDAY]
    assert minor(summed["Net to the merchant"][1]) == OWED[MONDAY] - FEES[MONDAY]
    assert any("settlement books them later" in row[0] for row in rows)
    assert not any("still open" in row[0] for row in rows)


def test_an_open_day_says_that_more_may_come(week, order):
    hand_out(week[0], replace(order, first=THURSDAY, last=THURSDAY))
    notes = [row[0] for row in read_sheet(order.path, "Summary")]
    assert f"{THURSDAY}: the business day is still open: more may come." in notes


def test_a_day_without_postings_is_a_file_without_rows(week, order):
    done = hand_out(week[0], replace(order, first=WEDNESDAY, last=WEDNESDAY))
    assert done.files == ((order.path, 0),)
    rows, totals = table(order.path, "Details")
    assert rows == []
    assert minor(totals["Total"]) == 0


def test_what_was_paid_at_the_merchants_office_went_through_no_channel(week, order):
    store, serials = week
    hand_out(store, order)
    rows, _ = table(order.path, "Details")
    (outside,) = (row for row in rows if row["Serial number"] == serials.outside)
    assert (outside["Type"], outside["Channel"], outside["Tender"]) == ("Paid outside", "", "Outside")
    assert (outside["Remark"], minor(outside["Fee (expected)"])) == ("R-0001", 0)

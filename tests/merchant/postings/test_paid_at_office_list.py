"""A list of bills paid at the merchant's office is posted as a whole or not at all."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
import xlsxwriter
from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.commands import Tender
from offline_collect.files.errors import FileError
from offline_collect.merchant.common.refused_rows import ListRefusedError, ListTooLongError
from offline_collect.merchant.postings import paid_at_office_list as outside_list
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.store import NotFoundError, verify
from offline_collect.store.schema.tables import payments
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW
from tests.merchant.importing import bills_of
from tests.support.actors import user
from tests.support.audited import said

HEADER = "账单编号,金额,凭证号,收款日期\n"
LAYOUT = Schemas().read("files/outside")


@pytest.fixture
def billed(pupils):
    pupils.take("bills", bills_of(*(f"B{n},C1,{n}.00,2026-12" for n in (1, 3, 2, 4, 5))))
    return pupils


def post(desk, text, *, merchant="SCHOOL01", name="office.csv"):
    file = desk.folder / name
    if text is not None:
        file.write_text(HEADER + text, encoding="utf-8")
    return settle_list(desk.store, OutsideList(merchant, file, None, LAYOUT, user("clerk")), NOW)


def posted(desk):
    with desk.store.snapshot() as reading:
        assert verify(reading).findings == ()
        outside = select(payments.c.bill_no).where(payments.c.tender == Tender.OUTSIDE.value)
        return sorted(reading.connection.execute(outside).scalars())


def told(desk, text):
    with pytest.raises(ListRefusedError) as refused:
        post(desk, text)
    assert posted(desk) == []
    return [(each.row, each.column, each.reason) for each in refused.value.problems]


def test_a_list_is_posted_in_its_order_with_one_audit_row(billed):
    made = post(billed, "B3,3.00,R-1,2026-11-20\nB1,1.00,R-2,\n")
    assert [(each.bill_no, each.reference, each.amount_minor) for each in made] == [
        ("B3", "R-1", 300),
        ("B1", "R-2", 100),
    ]
    assert posted(billed) == ["B1", "B3"]
    with billed.store.snapshot() as reading:
        newest = select(audit_trail).order_by(audit_trail.c.sequence.desc()).limit(1)
        row = reading.connection.execute(newest).one()
    after = json.loads(row.after)
    assert said(row) == "bills settle-outside --file SCHOOL01"
    assert (after["file"], after["payments"], after["amount_minor"]) == ("office.csv", 2, 400)
    assert (after["first"], after["last"]) == (made[0].serial_number, made[1].serial_number)


def test_a_workbook_is_read_as_well(billed):
    with closing(xlsxwriter.Workbook(billed.folder / "office.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["bill_no", "amount", "reference"])
        sheet.write_row(1, 0, ["B2", 2.0, "R-9"])
    assert [each.amount_minor for each in post(billed, None, name="office.xlsx")] == [200]


def test_bad_rows_are_told_all_at_once(billed):
    assert told(billed, "B1,1.234,R-1,\nB2,2.00,,\n,3.00,R-3,soon\n") == [
        (2, "金额", "has more than the 2 decimals of CNY"),
        (3, "凭证号", "is blank"),
        (4, "账单编号", "is blank"),
        (4, "收款日期", "is not a date"),
    ]


def test_bills_that_cannot_take_it_keep_the_whole_list_out(billed):
    billed.pay("B2")
    assert told(billed, "B1,1.00,R-1,\nB2,2.00,R-2,\nB3,9.00,R-3,\nB9,1.00,R-4,\n") == [
        (3, "bill_no", "bill B2 is paid already"),
        (4, "bill_no", "bill B3 owes 3.00, not 9.00: give the amount that it owes"),
        (5, "bill_no", "SCHOOL01 has no bill B9: check the number"),
    ]


def test_a_bill_that_is_twice_in_the_list_is_paid_by_the_first_row(billed):
    assert told(billed, "B1,1.00,R-1,\nB1,1.00,R-2,\n") == [(3, "bill_no", "bill B1 is paid already")]
    assert told(billed, "B1,1.00,R-1,\nB1,1.00,R-1,\n") == [
        (3, "bill_no", "has the bill and reference of row 2")
    ]


def test_the_same_list_is_not_posted_twice(billed):
    post(billed, "B1,1.00,R-1,\n")
    with pytest.raises(ListRefusedError) as refused:
        post(billed, None)
    assert refused.value.problems[0].reason.startswith("reference R-1 was posted to bill B1 already")


def test_a_list_has_rows_but_not_too_many(billed, monkeypatch):
    with pytest.raises(ListRefusedError, match="it has no rows"):
        post(billed, "")
    monkeypatch.setattr(outside_list, "LIST_MAX", 1)
    with pytest.raises(ListTooLongError, match="more than 1 rows: split it"):
        post(billed, "B1,1.00,R-1,\nB2,2.00,R-2,\n")


def test_what_is_no_list_is_refused(billed):
    with pytest.raises(FileError, match="column"):
        settle_list(
            billed.store,
            OutsideList("SCHOOL01", billed.folder / "rows.csv", None, LAYOUT, user("clerk")),
            NOW,
        )
    with pytest.raises(NotFoundError, match="NOBODY"):
        post(billed, "B1,1.00,R-1,\n", merchant="NOBODY")


def sheets_of(desk, sheets):
    """Write a workbook of sheets, each of rows of texts."""
    file = desk.folder / "office.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return OutsideList("SCHOOL01", file, None, LAYOUT, user("clerk"))


TITLES = HEADER.strip().split(",")


def test_sheets_with_the_same_header_are_one_list(billed):
    order = sheets_of(
        billed,
        {
            "封面": [["十二月收款"]],
            "上旬": [TITLES, ["B1", "1.00", "R-1", ""]],
            "说明": [["备注", "谁"], ["x", "y"]],
            "下旬": [TITLES, ["B2", "2.00", "R-2", ""], ["B3", "3.00", "R-3", "2026-11-20"]],
        },
    )
    made = settle_list(billed.store, order, NOW)
    assert [(each.bill_no, each.reference) for each in made] == [("B1", "R-1"), ("B2", "R-2"), ("B3", "R-3")]
    assert order.left.read == ["上旬", "下旬"]
    assert [(each.name, each.rows) for each in order.left.sheets] == [("封面", 1), ("说明", 2)]


def test_a_bad_row_and_a_repeated_one_are_named_with_their_sheets(billed):
    again = [TITLES, ["B1", "1.00", "R-1", ""]]
    order = sheets_of(billed, {"上旬": again, "下旬": [*again, ["B2", "x", "R-2", ""]]})
    with pytest.raises(ListRefusedError) as refused:
        settle_list(billed.store, order, NOW)
    told = [(str(each.row), str(each.reason)) for each in refused.value.problems]
    assert told == [("下旬!3", "is not an amount"), ("下旬!2", "has the bill and reference of row 上旬!2")]
    assert posted(billed) == []


def test_a_named_sheet_is_the_only_one_that_is_read(billed):
    order = sheets_of(
        billed,
        {"上旬": [TITLES, ["B1", "1.00", "R-1", ""]], "下旬": [TITLES, ["B2", "2.00", "R-2", ""]]},
    )
    made = settle_list(billed.store, replace(order, sheet="下旬"), NOW)
    assert [each.bill_no for each in made] == ["B2"]

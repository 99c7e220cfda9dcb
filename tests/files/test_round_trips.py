import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_collect.files.layout import compile_layout
from offline_collect.files.records import Record, read_records
from offline_collect.files.table import open_table

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
LAYOUT = compile_layout(
    yaml.safe_load((SCHEMAS / "bills.yaml").read_text(encoding="utf-8")),
    inputs=[{"key": "room", "label": "房号"}],
)
HEADER = ("账单编号", "房号", "金额", "缴费截止日", "项目", "备注")

# What a line on paper holds: no control characters, no white space but single spaces inside.
PRINTED = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=60
).map(lambda text: " ".join(text.split()))
DIGITS = st.from_regex(r"[0-9A-Z][0-9A-Z/-]{0,30}[A-Z]", fullmatch=True) | st.from_regex(
    r"[0-9]{1,32}", fullmatch=True
)
BILLS = st.builds(
    lambda number, room, fen, due, item, note: Record(
        0,
        {"bill_no": number, "amount": fen, "due_date": due} | ({"description": item} if item else {}),
        {"room": room},
        {"备注": note} if note else {},
    ),
    DIGITS,
    DIGITS,
    st.integers(1, 999_999_999_999),
    st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    PRINTED,
    PRINTED,
)


def cells(bill):
    values = bill.values
    return (
        values["bill_no"],
        bill.inputs["room"],
        Decimal(values["amount"]) / 100,
        values["due_date"],
        values.get("description", ""),
        bill.extras.get("备注", ""),
    )


def read(path):
    with open_table(path) as table:
        return [(r.values, r.inputs, r.extras) for r in read_records(table, LAYOUT)]


def expected(bills):
    return [(bill.values, bill.inputs, bill.extras) for bill in bills]


@settings(max_examples=60)
@given(
    st.lists(BILLS, max_size=20),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_bills_survive_being_written_as_csv(tmp_path_factory, bills, encoding, delimiter, quoting):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([HEADER, *map(cells, bills)])
    path = tmp_path_factory.mktemp("csv") / "bills.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert read(path) == expected(bills)


@settings(max_examples=15)
@given(st.lists(BILLS, max_size=20))
def test_bills_survive_being_written_as_a_workbook(tmp_path_factory, bills):
    path = tmp_path_factory.mktemp("xlsx") / "bills.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, HEADER)
        for i, bill in enumerate(bills, start=1):
            page.write_row(i, 0, cells(bill))
    assert read(path) == expected(bills)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_two_kinds_of_file_give_the_same_records(tmp_path, kind):
    bill = Record(
        0, {"bill_no": "00123", "amount": 29, "due_date": dt.date(2026, 11, 30)}, {"room": "3-2"}, {}
    )
    path = tmp_path / f"bills.{kind}"
    if kind == "csv":
        path.write_text(",".join(HEADER) + "\n00123,3-2,0.29,2026-11-30,,\n", encoding="utf-8")
    else:
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            page = workbook.add_worksheet()
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, cells(bill))
    assert read(path) == expected([bill])

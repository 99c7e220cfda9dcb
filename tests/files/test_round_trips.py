import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from offline_collect.domain.money import exact_minor
from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.formula_guard import GUARD, guard
from offline_collect.files.read.open import open_table
from offline_collect.files.write.csv import write_csv
from offline_collect.files.write.sheet import Kind, Sheet, SheetColumn, Written
from offline_collect.files.write.xlsx import write_workbook

SCHEMAS = Path(__file__).parents[2] / "schemas" / "files"
LAYOUT = compile_layout(
    yaml.safe_load((SCHEMAS / "bills.yaml").read_text(encoding="utf-8")),
    inputs=[{"key": "room", "label": "房号"}],
)
HEADER = ("账单编号", "房号", "金额", "缴费截止日", "项目", "备注")

# What a line on paper holds: only characters that people see, and no white space but single spaces inside.
PRINTED = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Z")).filter(
        lambda each: not INVISIBLE.search(each)
    )
    | st.just(" "),
    min_size=1,
    max_size=60,
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


def exported(text):
    """Return a text as a CSV file of another program holds it.

    Where an apostrophe stands before a formula, the reader takes it for the mark of a text and removes it. So a
    text that begins with an apostrophe of its own is read unchanged only if one more was written before it.
    """
    return guard(text) if isinstance(text, str) and text.startswith(GUARD) else text


APOSTROPHES = [
    Record(
        0,
        {"bill_no": "1", "amount": 1, "due_date": dt.date(2026, 11, 30), "description": text},
        {"room": "1"},
        {"备注": text},
    )
    for text in ("'=", "''+1", "'x", "'", "=1")
]


def read(path):
    with open_table(path) as table:
        return [(r.values, r.inputs, r.extras) for r in read_records(table, LAYOUT)]


def expected(bills):
    return [(bill.values, bill.inputs, bill.extras) for bill in bills]


@settings(max_examples=60)
@example(APOSTROPHES, "utf-8", ",", csv.QUOTE_MINIMAL)
@given(
    st.lists(BILLS, max_size=20),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_bills_survive_being_written_as_csv(tmp_path_factory, bills, encoding, delimiter, quoting):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([HEADER, *(map(exported, cells(bill)) for bill in bills)])
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


INSTANTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - bounds have no zone
ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=40) | st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''",
        "+86",
        "-1",
        "@x",
        "00123",
        "1E5",
        "2026-11",
        "TRUE",
        "#N/A",
        "<r>x</r>",
        "_x0041_",
        "",
    ]
)
ROWS = st.tuples(
    ANY_TEXT.map(str.strip),
    st.integers(-(10**14), 10**14),
    st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    st.none() | INSTANTS.map(lambda instant: instant.replace(microsecond=0)),
    st.integers(0, 10**9),
)
ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = [
    SheetColumn("编号", Kind.IDENTIFIER),
    SheetColumn("金额", Kind.MONEY, total=True),
    SheetColumn("日期", Kind.DATE),
    SheetColumn("时间", Kind.INSTANT),
    SheetColumn("笔数", Kind.COUNT, total=True),
]


def read_back(path, amount, date, instant):
    """Return the rows of a file that we wrote; cells by their place, as its readers give them."""
    with open_table(path) as table:
        for row in table:
            text, money, day, moment, number = row.cells
            yield (
                text,
                amount(money),
                None if day == "" else date(day),
                None if moment == "" else instant(moment).replace(tzinfo=ZONE).astimezone(dt.UTC),
                int(number),
            )


def same(found, rows):
    # The library takes such texts for its own XML, so a space is added at their end.
    shown = [
        (text + " " if text[:3] == "<r>" and text[-4:] == "</r>" else text, *rest) for text, *rest in rows
    ]
    return found in ([tuple(row) for row in rows], shown)


def totals(rows):
    return Written(len(rows), {"金额": sum(row[1] for row in rows), "笔数": sum(row[4] for row in rows)})


@settings(max_examples=15)
@given(st.lists(ROWS, max_size=10))
def test_rows_survive_being_handed_out_as_a_workbook(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("out") / "out.xlsx"
    sheet = Sheet("明细", COLUMNS, [*rows, ("end", 0, None, None, 0)], zone=ZONE, totals_label="合计 Total")
    assert write_workbook(path, [sheet]) == [totals([*rows, ("end", 0, None, None, 0)])]
    found = list(read_back(path, exact, lambda day: day, lambda moment: moment))
    assert same(found[: len(rows)], rows)
    assert found[len(rows) + 1] == (
        "合计 Total",
        sum(row[1] for row in rows),
        None,
        None,
        sum(row[4] for row in rows),
    )


@settings(max_examples=60)
@given(st.lists(ROWS, max_size=10), st.sampled_from(["utf-8-sig", "utf-8", "gb18030"]))
def test_rows_survive_being_handed_out_as_csv(tmp_path_factory, rows, encoding):
    path = tmp_path_factory.mktemp("out") / "out.csv"
    assert write_csv(path, Sheet("明细", COLUMNS, rows, zone=ZONE), encoding=encoding) == totals(rows)
    found = list(read_back(path, exact, dt.date.fromisoformat, dt.datetime.fromisoformat))
    assert found == [tuple(row) for row in rows]


def exact(cell):
    return exact_minor(Decimal(str(cell)))


@settings(max_examples=30)
@given(st.lists(BILLS, max_size=10), st.booleans())
def test_bills_that_are_handed_out_can_be_imported_again(tmp_path_factory, bills, as_csv):
    kinds = [Kind.IDENTIFIER, Kind.IDENTIFIER, Kind.MONEY, Kind.DATE, Kind.TEXT, Kind.TEXT]
    columns = [SheetColumn(title, kind) for title, kind in zip(HEADER, kinds, strict=True)]
    rows = [
        (number, room, bill.values["amount"], due, item, note)
        for bill in bills
        for number, room, _, due, item, note in [cells(bill)]
    ]
    path = tmp_path_factory.mktemp("again") / "bills"
    if as_csv:
        write_csv(path, Sheet("账单", columns, rows))
    else:
        write_workbook(path, [Sheet("账单", columns, rows)])
    assert read(path) == expected(bills)

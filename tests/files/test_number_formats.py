"""Numbers of workbooks are read as their formats show them: with leading zeros, or rounded."""

import copy
import pickle
import struct
import zipfile

import pytest
import yaml

from offline_collect.files.cells import RoundedNumber
from offline_collect.files.columns.converters import Altered
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.mapping import map_layout, read_mapping
from offline_collect.files.columns.records import read_records
from offline_collect.files.errors import MappingError
from offline_collect.files.excel.number_formats import (
    STYLES,
    STYLES_SIZE_MAX,
    format_value,
    put_as_shown,
    values_by_style,
)
from offline_collect.files.excel.xls_records import format_text
from offline_collect.files.read.open import open_table
from tests.files.merchants_tables import SCHEMAS, Read
from tests.files.test_excel_read import DATA
from tests.files.workbooks import rezip, rows_of, write

BILLS = yaml.safe_load((SCHEMAS / "bills.yaml").read_text(encoding="utf-8"))
SEEN = [("00000007", 7.0, "0042"), ("123456789", 7.5, "0000")]
HELD = [(7.0, 7.0, 42.0), (123456789.0, 7.5, 0.0)]


@pytest.fixture
def workbook(tmp_path):
    """Numbers in formats with zeros and in others, in a table that begins at B3."""

    def fill(book, page):
        eight, four, other = (book.add_format({"num_format": code}) for code in ("00000000", "0000", "0.00"))
        page.write_row(2, 1, ("客户编号", "用量", "房号"))
        for row, (number, usage, room) in enumerate(HELD, 3):
            page.write_number(row, 1, number, eight)
            page.write_number(row, 2, usage, other)
            page.write_number(row, 3, room, four)

    return write(tmp_path / "customers.xlsx", fill)


def test_zeros_are_what_the_format_shows(workbook):
    assert [row.cells for row in rows_of(workbook)] == SEEN


def test_texts_fractions_and_negative_numbers_stay(tmp_path):
    def fill(book, page):
        four = book.add_format({"num_format": "0000"})
        page.write_row(0, 0, ("a", "b", "c", "d"))
        page.write_row(1, 0, ("7", 7.5, -7, True), four)

    assert [row.cells for row in rows_of(write(tmp_path / "a.xlsx", fill))] == [("7", 7.5, -7.0, True)]


def test_formats_that_cannot_be_read_change_nothing(workbook):
    assert values_by_style(b"<broken") == {}
    with zipfile.ZipFile(workbook) as package:
        styles = package.read(STYLES)
    filler = b"<!--" + b" " * STYLES_SIZE_MAX + b"--></styleSheet>"
    rezip(workbook, **{STYLES: styles.replace(b"</styleSheet>", filler)})
    assert [row.cells for row in rows_of(workbook)] == HELD


@pytest.mark.parametrize(
    ("code", "decimals"),
    [
        *(
            (code, 2)
            for code in ("0.00", "#,##0.00", "0.00_ ", ".00", "#.##", "0.00;@", "¥#,##0.00", "0.00元")
        ),
        *((code, 2) for code in ('0.00"元"', "[$¥-804]#,##0.00", "#,##0.00_);[Red]\\(#,##0.00\\)")),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 2),
        *((code, 0) for code in ("0", "#,##0", "0元")),
        ("0.000", 3),
    ],
)
def test_formats_of_amounts_say_how_many_decimals_are_shown(code, decimals):
    cells: list = [1.23456789]
    put_as_shown(cells, 0, 0, {0: bytearray([format_value(code)])})
    assert cells[0].decimals == decimals


@pytest.mark.parametrize(
    "code",
    [
        *(
            "General",
            "0.00E+00",
            "# ?/?",
            "@",
            "yyyy-mm-dd",
            "[h]:mm:ss",
            "[>1]0.00;0",
            "yyyy年m月d日",
        ),
        *("00-00", "0.0000000000", "#" * 256),
    ],
)
def test_other_formats_say_nothing(code):
    assert format_value(code) is None


def test_a_number_is_shown_rounded_half_up_at_its_fifteen_digits():
    shown = [(10.355, "10.36"), (1.005, "1.01"), (2.675, "2.68"), (0.004, "0.00"), (-1.005, "-1.01")]
    assert [str(RoundedNumber(number, 2).as_shown) for number, _ in shown] == [text for _, text in shown]
    assert str(RoundedNumber(10.5, 0).as_shown) == "11"
    cells: list = [10.350000000000001, 10.35, 8, True, "8", 10.3500001]
    put_as_shown(cells, 0, 0, {place: bytearray([format_value("0.00")]) for place in range(6)})
    assert [type(cell) for cell in cells] == [float, float, int, bool, str, RoundedNumber]


def test_a_rounded_number_keeps_its_decimals_between_processes():
    for made in (pickle.loads(pickle.dumps(RoundedNumber(10.355, 2))), copy.copy(RoundedNumber(10.355, 2))):  # noqa: S301 - ours
        assert (made, made.decimals, type(made)) == (10.355, 2, RoundedNumber)


@pytest.fixture
def amounts(tmp_path):
    """A workbook like formats.xls, which LibreOffice made of it."""

    def fill(book, page):
        eight, two, named = (
            book.add_format({"num_format": code}) for code in ("00000000", "0.00", '#,##0.00"元"')
        )
        page.write_row(0, 0, ["账单编号", "客户编号", "金额", "缴费截止日", "单价"])
        for row, (customer, amount, style, price, shown) in enumerate(
            [(7, 10.355, two, 3.14159, named), (42, 1 / 3, named, 2.5, None), (43, 12.345, None, 2, named)], 1
        ):
            page.write_row(row, 0, [f"K-{row}", "", "", "2026-12-31"])
            page.write_number(row, 1, customer, eight)
            page.write_formula(row, 2, "=0", style, amount)
            page.write_number(row, 4, price, shown)

    return write(tmp_path / "formats.xlsx", fill)


@pytest.mark.parametrize("old", [False, True])
def test_amounts_are_read_as_they_are_shown_and_told_in_new_and_old_workbooks(amounts, old):
    read = Read(DATA / "formats.xls" if old else amounts)
    assert [each.values["customer_no"] for each in read.records] == ["00000007", "00000042"]
    assert read.amounts() == {"K-1": 1036, "K-2": 33}
    assert [each.extras for each in read.records] == [{"单价": "3.14"}, {"单价": "2.5"}]
    assert [[(done, column.key) for done, column in each.altered] for each in read.records] == [
        [(Altered.ROUNDED, "amount")]
    ] * 2
    assert read.problems == [(4, "金额", "has more than the 2 decimals of CNY")]


def test_a_mapping_can_refuse_rounded_amounts(amounts):
    layout = compile_layout(BILLS)
    refusing = map_layout(layout, read_mapping({"rounding": "refuse"}, "map.yaml"))
    with open_table(amounts) as table:
        found = list(read_records(table, refusing))
    assert [(each.row, each.value) for each in found] == [
        (2, "10.355"),
        (3, "0.333333333333333"),
        (4, "12.345"),
    ]
    with pytest.raises(MappingError, match="rounding"):
        read_mapping({"rounding": "down"}, "map.yaml")


def test_an_amount_with_fewer_decimals_than_the_currency_is_not_what_is_meant(tmp_path):
    def fill(book, page):
        page.write_row(0, 0, ["账单编号", "客户编号", "金额", "缴费截止日"])
        for row, (amount, code) in enumerate([(10.555, "0"), (10.55, "0"), (10.5554, "0.000")], 1):
            page.write_row(row, 0, [f"K-{row}", "1", "", "2026-12-31"])
            page.write_number(row, 2, amount, book.add_format({"num_format": code}))

    read = Read(write(tmp_path / "bills.xlsx", fill))
    assert (read.amounts(), [row for row, _, _ in read.problems]) == ({"K-2": 1055}, [2, 4])


def test_old_formats_of_bytes_are_read_like_those_of_wide_characters():
    wide, narrow, oldest = (
        struct.pack("<HHB", 164, 4, 1) + "0.00".encode("utf-16-le"),
        struct.pack("<HHB", 164, 4, 0) + b"0.00",
        struct.pack("<HB", 164, 4) + b"0.00",
    )
    assert [format_text(memoryview(record)) for record in (wide, narrow, oldest)] == ["0.00"] * 3

"""Sums that a row states, and that its other amounts do not make."""

import pytest
import xlsxwriter

from tests.files.merchants_tables import Read

HEADER = ["房号", "水费", "电费", "退餐费", "合计", "缴费截止日"]
DUE = "2030-12-31"


def differing(read):
    sums = read.row_sums
    return [(each.row, each.stated, each.summed) for each in sums.first] if sums.is_sum else []


def test_a_sum_that_is_not_that_of_its_parts_is_told(table_of):
    read = table_of(
        HEADER,
        ["1-101", 10, 20, 5, 25, DUE],
        ["1-102", 10.1, "", "-", 10.1, DUE],
        ["1-103", 10, 20, 0, 40, DUE],
    )
    assert (len(read.records), differing(read)) == (3, [(4, 4000, 3000)])


def test_texts_are_compared_as_amounts(tmp_path):
    path = tmp_path / "bills.csv"
    rows = ['1-101,10元,"1,020.00",5.00,1025.00', "1-102,１,2,,3", "1-103,1,2,,4", "1-104,另计,2,,4"]
    path.write_text("\n".join([",".join(HEADER), *(f"{each},{DUE}" for each in rows)]), encoding="utf-8")
    assert differing(Read(path)) == [(4, 400, 300)]


def test_a_table_in_which_the_amounts_make_something_else_says_nothing(table_of):
    read = table_of(
        HEADER, ["1-101", 1, 2, 3, 9, DUE], ["1-102", 1, 2, 3, 8, DUE], ["1-103", 1, 2, 0, 3, DUE]
    )
    assert differing(read) == []


@pytest.mark.parametrize("cell", [True, "nan"])
def test_a_row_with_what_is_no_amount_is_passed_over(table_of, cell):
    read = table_of(HEADER, *[["1-101", 1, 2, 0, 3, DUE]] * 2, ["1-102", 1, cell, 0, 9, DUE])
    assert (read.row_sums.fitting, read.row_sums.differing) == (2, 0)


def test_rounded_amounts_add_up_within_a_cent_each(tmp_path):
    path = tmp_path / "rounded.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page, money = workbook.add_worksheet(), workbook.add_format({"num_format": "0.00"})
        page.write_row(0, 0, HEADER)
        for row, parts in enumerate([(1.004, 1.004, 2.008), (1.004, 1.004, 2.1), (1, 1, 2)], 1):
            page.write(row, 0, f"1-10{row}")
            for at, number in zip((1, 2, 4), parts, strict=True):
                page.write(row, at, number, money)
            page.write(row, 5, DUE)
    assert differing(Read(path)) == [(3, 210, 200)]

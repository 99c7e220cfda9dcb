"""The format of a cell may say that its number is in another currency."""

import copy
import pickle

import pytest

from offline_collect.domain.currency_signs import may_mean
from offline_collect.files.cells import ForeignNumber, RoundedNumber
from offline_collect.files.columns.values import amount, parse, text
from offline_collect.files.errors import CellProblemError
from offline_collect.files.excel.currency_signs import sign_of
from tests.files.merchants_tables import Read
from tests.files.workbooks import rows_of, write

FOREIGN = [
    "[$$-409]#,##0.00",
    "[$€-2] #,##0.00",
    '"US$"0.00',
    "$#,##0.00",
    r"\$0.00",
    "[$¥-411]#,##0",
    "[$USD] 0.00",
    '0.00"港元"',
    "[$CHF] 0.00",
    "£0.00",
]
OURS = [
    "[$¥-804]#,##0.00",
    "￥0.00",
    '"¥"#,##0.00',
    "[$CNY] 0.00",
    '0.00"元"',
    "0.00",
    "General",
    "[Red]0.00",
]


def bills(tmp_path, code, value=12):
    def fill(book, page):
        page.write_row(0, 0, ["单号", "户号", "金额", "截止日"])
        page.write_row(1, 0, ["K-1", "C1", 5, "2026-12-31"])
        page.write_row(2, 0, ["K-2", "C2", "", "2026-12-31"])
        page.write_number(2, 2, value, book.add_format({"num_format": code}))

    return write(tmp_path / "bills.xlsx", fill)


@pytest.mark.parametrize("code", FOREIGN)
def test_a_number_that_its_format_shows_in_another_currency_is_a_bad_cell(tmp_path, code):
    read = Read(bills(tmp_path, code))
    assert read.amounts() == {"K-1": 500}
    assert read.problems == [(3, "金额", "is shown in another currency by the format of its cell")]


@pytest.mark.parametrize("code", OURS)
def test_the_renminbi_is_no_other_currency(tmp_path, code):
    assert Read(bills(tmp_path, code)).amounts() == {"K-1": 500, "K-2": 1200}


def test_the_merchant_s_own_currency_is_read_as_shown():
    assert parse(amount, ForeignNumber(RoundedNumber(10.355, 2), "US$"), "840") == 1036
    assert parse(amount, ForeignNumber(10.5, "$"), "344") == 1050
    with pytest.raises(CellProblemError):
        parse(amount, ForeignNumber(10.5, "€"), "840")


def test_a_text_is_read_without_the_sign():
    assert parse(text, ForeignNumber(10.5, "€"), "156") == "10.5"


@pytest.mark.parametrize(("code", "cell"), [("[$$-409]0.00", RoundedNumber), ("[$$-409]0.0000", float)])
def test_a_number_with_a_sign_is_rounded_as_any_other(tmp_path, code, cell):
    found = rows_of(bills(tmp_path, code, 10.35551))[1].cells[2]
    assert (type(found), type(found.number), found.sign) == (ForeignNumber, cell, "$")


def test_a_number_with_a_sign_may_come_from_another_process():
    number = ForeignNumber(RoundedNumber(10.355, 2), "€")
    for same in (pickle.loads(pickle.dumps(number)), copy.copy(number)):  # noqa: S301 - our own
        assert (same, same.sign, same.number.decimals) == (number, "€", 2)


def test_a_sign_means_what_it_may_mean():
    assert may_mean("$", "840")
    assert may_mean("EUR", "978")
    assert not may_mean("$", "156")
    assert sign_of("0.00") is None
    assert sign_of('"kg"0.00') is None

import datetime as dt

import pytest

from offline_collect.files.cells import ERROR_CELL, MERGED_CELL
from offline_collect.files.columns.dates import day_first, month_first
from offline_collect.files.columns.values import PARSERS, choice, parse
from offline_collect.files.errors import CellProblemError

MIDNIGHT = dt.datetime(2026, 11, 30)  # noqa: DTZ001 - Excel's times have no zone
MORNING = dt.datetime(2026, 11, 30, 9, 30)  # noqa: DTZ001 - Excel's times have no zone


def read(kind, cell, currency="156"):
    return parse(PARSERS[kind], cell, currency)


def refuse(kind, cell, currency="156"):
    with pytest.raises(CellProblemError) as caught:
        read(kind, cell, currency)
    return caught.value.reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("00123", "00123"),
        ("\t2026030117 ", "2026030117"),
        ('="00123"', "00123"),
        (2026030117.0, "2026030117"),
        (42, "42"),
        ("A/7-b 1", "A/7-b 1"),
        ("1E5", "1E5"),
        ("`202612010001\t", "202612010001"),
    ],
)
def test_identifiers_are_text(cell, expected):
    assert read("identifier", cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2.02603E+09", "has lost digits: it is in scientific notation"),
        ("6.222E+18", "has lost digits: it is in scientific notation"),
        ("123.0", "has become a number with a trailing .0"),
        (1e15, "is a number of over 15 digits: Excel has changed the last ones"),
        (6.222000000000001e18, "is a number of over 15 digits: Excel has changed the last ones"),
        (10**15, "is a number of over 15 digits: Excel has changed the last ones"),
        (1.5, "is a number with decimals"),
        (True, "is not text"),
        (dt.date(2026, 3, 2), "was turned into a date or time by Excel"),
        (dt.time(1, 30), "was turned into a date or time by Excel"),
        ("Ａ１", "has characters other than Latin letters, digits and signs"),
        ("编号1", "has characters other than Latin letters, digits and signs"),
        ("a\x7fb", "has control characters"),
        (MERGED_CELL, "lies under merged cells"),
        (ERROR_CELL, "holds an error of Excel's, such as #N/A"),
    ],
)
def test_identifiers_that_lost_something_are_refused(cell, reason):
    assert refuse("identifier", cell) == reason


def test_the_greatest_number_that_excel_keeps_whole_is_an_identifier():
    assert read("identifier", 999_999_999_999_999.0) == "999999999999999"


@pytest.mark.parametrize(("cell", "expected"), [("3幢-2单元-501", "3幢-2单元-501"), (501.0, "501")])
def test_inputs_of_a_form_may_be_in_any_script(cell, expected):
    assert read("input", cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" 十一月\n餐费 ", "十一月 餐费"),
        (12.0, "12"),
        (12.5, "12.5"),
        (1e-7, "0.0000001"),
        (7, "7"),
        (True, "TRUE"),
        (dt.date(2026, 11, 2), "2026-11-02"),
        (MORNING, "2026-11-30 09:30:00"),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_texts_are_what_people_read_in_one_line(cell, expected):
    assert read("text", cell) == expected


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("amount", 0.1 + 0.2, 30),
        ("amount", 4.5 * 2.3, 1035),
        ("amount", 100.00000000000001, 10_000),
        ("amount", 9_999_999_999.99, 999_999_999_999),
        ("text", 4.5 * 2.3, "10.35"),
        ("text", 12.000000000000002, "12"),
        ("input", 501.00000000000006, "501"),
    ],
)
def test_numbers_are_read_as_excel_shows_them(kind, cell, expected):
    """Excel multiplies usage by price in binary, and shows 15 digits: 10.35 where the file has 10.349999999999998."""
    assert read(kind, cell) == expected


def test_an_ordinary_water_sheet_has_no_bad_amount():
    """Usage in tenths times a price: a third of these were refused, as they are not exact in binary."""
    sheet = [(usage / 10, price / 100) for usage in range(1, 400, 7) for price in (280, 310, 345, 420)]
    read_back = [read("amount", round(usage * 10) * 0.1 * price * 10) for usage, price in sheet]
    assert read_back == [round(usage * 10) * round(price * 100) for usage, price in sheet]


@pytest.mark.parametrize(("cell", "expected"), [("王\ue7c7", "王ḿ"), ("\ue863\ue864", None)])
def test_private_characters_of_the_old_standard_are_todays_and_others_refused(cell, expected):
    if expected is None:
        assert refuse("text", cell) == "has invisible characters"
    else:
        assert read("text", cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "\ufeff王小明",
        "王\u200b明",
        "\u202e明小王",
        "王\ufffc明",
        "王\u200d明",
        "王\ufe0f",
        "\u3164",
        "王\U000e0041",
    ],
)
@pytest.mark.parametrize("kind", ["text", "input"])
def test_characters_that_nobody_sees_are_refused(kind, cell):
    assert refuse(kind, cell) == "has invisible characters"


@pytest.mark.parametrize("cell", ["a\0b", 1e16])
def test_texts_that_cannot_be_meant_are_refused(cell):
    assert refuse("text", cell) in {
        "has control characters",
        "is a number of over 15 digits: Excel has changed the last ones",
    }


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11", "2026-11"),
        (202611.0, "202611"),
        (dt.date(2026, 11, 1), "2026-11"),
        (dt.date(2026, 11, 5), "2026-11-05"),
    ],
)
def test_a_period_that_excel_made_a_date_is_taken_back(cell, expected):
    assert read("period", cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-30",
        "2026/11/30",
        "20261130",
        "2026年11月30日",
        "2026.11.30",
        "２０２６年１１月３０日",
        " 2026-11-30 ",
        "2026-11-30 00:00:00",
        "2026/11/30 0:00",
        20261130.0,
        20261130,
        dt.date(2026, 11, 30),
        MIDNIGHT,
        MORNING,
        "2026/11/30 23:59",
        "2026-11-30T23:59:59.999",
        "2026年11月30日  9:05",
    ],
)
def test_dates_are_read_in_every_way_of_writing_them(cell):
    assert read("date", cell) == dt.date(2026, 11, 30)


@pytest.mark.parametrize("cell", ["2026-1-5", "2026/1/5", "2026年1月5日", "20260105"])
def test_days_and_months_of_one_digit_need_no_zero(cell):
    assert read("date", cell) == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026-11-31", "is not a day of the calendar"),
        ("2026-11/30", "is not a date"),
        ("30.11.2026", "is not a date"),
        ("11/30/2026", "is not a date"),
        ("26-11-30", "is not a date"),
        ("2026-11-30 24:30:00", "is not a date"),
        ("2026-11-30 09:30 Uhr", "is not a date"),
        (46356.0, "is not a date"),
        (46356.5, "is not a date"),
        (True, "is not a date"),
        ("1926-11-30", "is not between 2000 and 2099"),
        (dt.date(2126, 11, 30), "is not between 2000 and 2099"),
    ],
)
def test_dates_that_are_none_are_refused(cell, reason):
    assert refuse("date", cell) == reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1234.50", 123450),
        ("1,234.50", 123450),
        ("１２３４.５０", 123450),
        ("１，２３４．５０", 123450),
        ("￥1,234.50", 123450),
        ("¥ 1234.5", 123450),
        ("1234.5元", 123450),
        ("1280元整", 128000),
        ("8", 800),
        ("123.4500", 12345),
        (123.45, 12345),
        (80, 8000),
        (0.29, 29),
        (1.15, 115),
        ("9999999999.99", 999_999_999_999),
    ],
)
def test_amounts_become_minor_units(cell, expected):
    assert read("amount", cell) == expected


def test_amounts_follow_the_currency():
    assert read("amount", "1,200", "392") == 1200
    assert refuse("amount", "1200.5", "392") == "has more than the 0 decimals of JPY"
    assert refuse("amount", "9" * 20, "392") == "is over 999999999999, the most that can be collected"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("0", "is zero"),
        (0.0, "is zero"),
        ("-5.00", "is negative"),
        ("￥-5.00", "is negative"),
        (-5.0, "is negative"),
        ("1.234", "has more than the 2 decimals of CNY"),
        (10.355, "has more than the 2 decimals of CNY"),
        (100.000000000001, "has more than the 2 decimals of CNY"),
        ("1234,50", "is not an amount"),
        ("12,34.00", "is not an amount"),
        ("1.234,50", "is not an amount"),
        ("(5.00)", "is not an amount"),
        ("5 dollars", "is not an amount"),
        ("1e3", "is not an amount"),
        (float("inf"), "holds an error of Excel's, such as #N/A"),
        (True, "is not an amount"),
        (dt.date(2026, 11, 30), "is not an amount"),
        ("10000000000.00", "is over 9999999999.99, the most that can be collected"),
        ("12345678901234567890", "is over 9999999999.99, the most that can be collected"),
        ("9" * 4000, "is over 9999999999.99, the most that can be collected"),
        ("1,234,567,890,123,456,789.00", "is over 9999999999.99, the most that can be collected"),
        (1e17, "is over 9999999999.99, the most that can be collected"),
        (1e300, "is over 9999999999.99, the most that can be collected"),
        ("1.00000000000000000001", "has more than the 2 decimals of CNY"),
        ("1." + "5" * 3990, "has more than the 2 decimals of CNY"),
        (ERROR_CELL, "holds an error of Excel's, such as #N/A"),
    ],
)
def test_amounts_that_are_none_are_refused(cell, reason):
    assert refuse("amount", cell) == reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Y", True), ("n", False), ("是", True), ("否", False), ("Ｙ", True), (True, True), (False, False)],
)
def test_yes_and_no_are_read_in_both_languages(cell, expected):
    assert read("yes_no", cell) is expected


def test_neither_yes_nor_no_is_refused():
    assert refuse("yes_no", "maybe") == "is neither yes nor no"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("一般户", "1"), ("1", "1"), (1.0, "1"), ("低保户", "2"), ("其他", "其他"), ("3", "3"), ("4", "4")],
)
def test_a_choice_may_be_written_as_its_code_or_by_a_label_that_is_its_own(cell, expected):
    assert choice({"1": "一般户", "2": "低保户", "3": "其他", "4": "其他"})(cell, "156") == expected


@pytest.mark.parametrize(
    ("parser", "cell"),
    [
        (day_first, "30/11/2026"),
        (day_first, "30.11.2026"),
        (month_first, "11/30/2026"),
        (month_first, "11-30-2026"),
    ],
)
def test_dates_that_end_in_their_year_are_read_in_the_order_that_is_named(parser, cell):
    assert parser(cell, "156") == dt.date(2026, 11, 30)
    assert parser("2026-11-30", "156") == dt.date(2026, 11, 30)
    assert parser(MIDNIGHT, "156") == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("parser", "cell", "reason"),
    [
        (day_first, "11/30/2026", "is not a day of the calendar"),
        (month_first, "30/11/2026", "is not a day of the calendar"),
        (day_first, "1/1/1999", "is not between 2000 and 2099"),
        (day_first, "1/1-2026", "is not a date"),
        (month_first, "1/1/26", "is not a date"),
    ],
)
def test_dates_in_the_other_order_are_refused(parser, cell, reason):
    with pytest.raises(CellProblemError) as caught:
        parser(cell, "156")
    assert caught.value.reason == reason


def test_an_amount_may_have_the_sign_of_the_merchants_currency():
    amount = PARSERS["amount"]
    assert amount("HK$1,180.00", "344") == amount("1180 HKD", "344") == amount("$1,180.00", "344") == 118000
    for cell in ("HK$1,180.00", "USD 5", "€5"):
        with pytest.raises(CellProblemError, match="is written in another currency"):
            amount(cell, "156")


def test_renminbi_is_no_amount_of_another_currency():
    amount = PARSERS["amount"]
    assert amount("RMB 5", "156") == 500
    with pytest.raises(CellProblemError, match="is written in renminbi"):
        amount("RMB 5", "344")
    assert amount("5元", "344") == 500

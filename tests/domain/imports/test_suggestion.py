"""What is proposed from titles and values, and what stays a doubt."""

import pytest

from offline_collect.domain.imports.proposal import Choice, Stated, settled, side_by_side
from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, seen, table

DUE = "2030-12-31"
NAMES = ("王小明", "李雷", "韩梅梅")


def proposed(*rows, **how):
    found = suggest(table(*rows, **how))
    return chosen(found), doubted(found)


def test_known_titles_need_no_values():
    rows = (["单号", "客户编号", "金额", "截止日"], ["B1", "X", "1.00", DUE])
    assert proposed(*rows) == ({"bill_no": "A", "customer_no": "B", "amount": "C", "due_date": "D"}, {})


def test_values_name_what_titles_do_not():
    rows = (
        ["票据", "对象", "备注", "收取", "最后期限"],
        ["B1", "C1", "x", "5", DUE],
        ["B2", "C2", "x", "7", DUE],
    )
    assert proposed(*rows) == ({"bill_no": "A", "customer_no": "B", "amount": "D", "due_date": "E"}, {})


def test_values_that_find_customers_are_the_form_s_input():
    found, doubts = proposed(["位置", "金额", "截止日"], ["1-101", "5", DUE], ["1-102", "7", DUE])
    assert (found["room"], doubts) == ("A", {})


@pytest.mark.parametrize("title", ["房间", "住户"])
def test_unknown_customers_are_a_doubt(title):
    rows = (["序", title, "金额", "截止日"], ["1", "X1", "5", DUE], ["2", "X2", "7", DUE])
    assert proposed(*rows)[1] == {"customer_no": "B"}


def test_two_columns_of_known_customers_are_a_doubt():
    rows = (["甲", "乙", "金额", "截止日"], ["C1", "C2", "5", DUE], ["C2", "C3", "7", DUE])
    assert proposed(*rows)[1] == {"customer_no": "AB"}


def test_a_guess_at_the_customer_counts_only_by_its_values():
    rows = (["客户编号", "房号", "金额", "截止日"], ["X1", "1-101", "5", DUE])
    assert "customer_no" not in proposed(*rows, guessed=["customer_no"])[0]
    known = (rows[0], ["C1", "1-101", "5", DUE])
    assert proposed(*known, guessed=["customer_no"])[0]["customer_no"] == "A"


def test_numbers_of_rows_identify_nothing():
    rows = (["单号", "客户编号", "金额", "截止日"], ["1", "C1", "5", DUE], ["2", "C2", "7", DUE])
    found = suggest(table(*rows))
    assert ("bill_no" in chosen(found), found.makes_numbers) == (False, True)


def test_numbers_are_made_if_the_parts_tell_rows_apart():
    rows = (["客户编号", "金额", "截止日"], ["C1", "5", DUE], ["C2", "7", DUE])
    found = suggest(table(*rows))
    assert (found.makes_numbers, doubted(found)) == (True, {})


def test_inputs_tell_no_rows_apart_beside_the_customer_s_number():
    """An import makes numbers of the customer; two meters of one flat would get the same."""
    rows = (["客户编号", "房号", "金额", "截止日"], ["C1", "1-101", "5", DUE], ["C1", "1-102", "7", DUE])
    found = suggest(table(*rows))
    assert (found.makes_numbers, "bill_no" in doubted(found)) == (False, True)


def test_numbers_are_not_made_if_rows_are_the_same():
    rows = (["客户编号", "内容", "金额", "截止日"], ["C1", "a", "5", DUE], ["C1", "b", "7", DUE])
    found = suggest(table(*rows))
    assert (found.makes_numbers, doubted(found)) == (False, {"bill_no": "B"})
    two = (
        ["客户编号", "单据甲", "单据乙", "金额", "截止日"],
        ["C1", "a", "c", "5", DUE],
        ["C1", "b", "d", "7", DUE],
    )
    assert proposed(*two)[1] == {"bill_no": "BC"}


def test_periods_and_items_tell_rows_apart():
    rows = (
        ["客户编号", "账期", "项目", "金额", "截止日"],
        ["C1", "2030-11", "水费", "5", DUE],
        ["C1", "2030-12", "水费", "7", DUE],
        ["C1", "2030-12", "电费", "7", DUE],
    )
    assert suggest(table(*rows)).makes_numbers


@pytest.mark.parametrize(
    ("titles", "rows", "amount", "doubt"),
    [
        (["水费", "电费", "总共"], [["1", "2", "3"], ["2", "2", "4"]], "B", None),
        (["用水", "每吨", "小结"], [["2", "1.50", "3"], ["3", "1.50", "4.50"]], "B", None),
        (["水费一", "电费"], [["1", "5"], ["4", "2"]], None, "BC"),
        (["甲", "乙"], [["9", "5"], ["4", "2"]], None, "BC"),
        (["甲"], [["9"], ["4"]], None, "B"),
        (["欠费"], [["9"], ["4"]], "B", None),
        (["欠费", "滞纳金"], [["9", "1"], ["4", "1"]], None, "BC"),
        (["已收费", "未收费", "总共"], [["1", "2", "3"], ["2", "2", "4"]], None, "BCD"),
        (["数量", "每个", "小结", "优惠价"], [["2", "3", "6", "5"], ["3", "3", "9", "8"]], None, "ECD"),
    ],
)
def test_only_one_column_of_money_or_a_total_is_the_amount(titles, rows, amount, doubt):
    """The column after the customer is B."""
    body = [[f"C{at}", *row, DUE] for at, row in enumerate(rows, 1)]
    found, doubts = proposed(["客户编号", *titles, "截止日"], *body)
    place = None if amount is None else "ABCDEFG"[len(titles)]
    assert (found.get("amount"), doubts.get("amount")) == (place, doubt)


def test_of_two_titles_the_one_with_values_is_taken():
    titles = ["客户编号", "金额", "实收", "截止日"]
    doubts = {"amount": ["金额", "实收"]}
    assert proposed(titles, ["C1", "5", "", DUE], ["C2", "7", "0", DUE], doubts=doubts)[0]["amount"] == "B"
    assert proposed(titles, ["C1", "5", "5", DUE], ["C2", "7", "0", DUE], doubts=doubts)[1] == {
        "amount": "BC"
    }
    assert proposed(titles, ["C1", "", "5", DUE], ["C2", "", "7", DUE], doubts=doubts)[1] == {"amount": "BC"}


def test_a_title_that_is_there_twice_is_a_doubt():
    rows = (["客户编号", "截止日", "金额", "备注", "截止日"], ["C1", DUE, "5", "x", "2031-01-31"])
    assert proposed(*rows)[1] == {"due_date": "BE"}


@pytest.mark.parametrize(
    ("titles", "doubt"),
    [(["开单日期", "到期"], None), (["开单日期", "交费日期"], "CD"), (["到期", "截止"], "CD")],
)
def test_a_date_is_the_due_date_if_its_title_says_so(titles, doubt):
    rows = (["客户编号", "金额", *titles], ["C1", "5", "2030-12-01", DUE])
    found, doubts = proposed(*rows)
    assert (found.get("due_date"), doubts.get("due_date")) == (None if doubt else "D", doubt)


def test_without_dates_the_due_date_must_be_said():
    found = suggest(table(["客户编号", "金额"], ["C1", "5"]))
    assert [(doubt.key, doubt.why) for doubt in found.doubts] == [("due_date", "no column holds dates")]


def test_months_side_by_side():
    rows = (["客户编号", "1月", "2月", "金额"], ["C1", "5", "", "5"], ["C2", "免", "0", "0"])
    found = suggest(table(*rows, year=2030))
    assert (found.months.places, found.months.year, found.months.titles_have_years) == ((1, 2), 2030, False)
    assert ("amount" in chosen(found), found.ignored) == (False, (3,))
    with_years = suggest(table(["客户编号", "2030-01", "2030-02"], ["C1", "5", "7"]))
    assert (with_years.months.year, with_years.months.titles_have_years) == (None, True)


@pytest.mark.parametrize(
    "rows",
    [
        (["客户编号", "1月"], ["C1", "5"]),
        (["客户编号", "1月", "1月份"], ["C1", "5", "7"]),
        (["客户编号", "1月", "2月"], ["C1", "x", "y"]),
    ],
)
def test_other_columns_are_no_months(rows):
    assert suggest(table(*rows)).months is None


def test_tables_side_by_side():
    titles = ["单号", "客户编号", "金额", "截止日", ""]
    row = ["B1", "C1", "5", DUE, ""]
    found = suggest(table(titles + titles[:4], [*row, "B2", "C2", "7", DUE]))
    assert (found.shifts, chosen(found)) == (
        (5,),
        {"bill_no": "A", "customer_no": "B", "amount": "C", "due_date": "D"},
    )
    assert found.unknown(table(titles + titles[:4], row + row[:4])) == []


@pytest.mark.parametrize(
    "titles",
    [
        ["单号", "金额", "金额"],
        ["序", "单号", "金额", "单号", "金额"],
        ["单号", "金额", "单号", "备注"],
        ["单号", "金额", "单号", "金额", "备注", "单号", "金额"],
        ["单号", "金额"],
    ],
)
def test_other_repeated_titles_are_no_tables(titles):
    assert side_by_side([seen(place, title, []) for place, title in enumerate(titles)]) == ()


def test_bills_without_a_header():
    rows = (["B-1", "C1", "5.20"], ["B-2", "C2", "7.20"])
    found = suggest(table(*rows, header=False))
    assert (chosen(found), doubted(found)) == ({"customer_no": "B", "amount": "C"}, {"due_date": ""})


def test_customers_by_their_values():
    rows = (
        ["编码", "学生", "门牌", "电话"],
        ["K1", NAMES[0], "1-101", "13800000000"],
        ["K2", NAMES[1], "1-102", "13800000001"],
    )
    all_of_them = {"customer_no": "A", "name": "B", "room": "C", "mobile": "D"}
    assert proposed(*rows, bills=False) == (all_of_them, {})
    assert proposed([*rows[0][:3], "手机"], *rows[1:], bills=False) == (all_of_them, {})


def test_customers_known_by_what_they_type():
    rows = (["姓名", "房号"], [NAMES[0], "1-101"], [NAMES[1], "1-102"])
    assert proposed(*rows, bills=False) == ({"name": "A", "room": "B", "customer_no": "B"}, {})
    same = (["姓名", "房号"], [NAMES[0], "1-101"], [NAMES[1], "1-101"])
    assert proposed(*same, bills=False)[1] == {"customer_no": ""}
    counting = (["姓名", "房号"], [NAMES[0], "1"], [NAMES[1], "2"])
    assert proposed(*counting, bills=False)[1] == {"customer_no": ""}


def test_two_candidates_for_a_customer_are_a_doubt():
    rows = (
        ["房间", "单元", "甲", "乙"],
        ["1-101", "2-101", NAMES[0], NAMES[1]],
        ["1-102", "2-102", NAMES[1], NAMES[2]],
    )
    assert proposed(*rows, bills=False)[1] == {"room": "AB", "customer_no": "AB", "name": "CD"}


def test_customers_without_a_header():
    rows = (["K-1", NAMES[0], "1-101"], ["K-2", NAMES[1], "1-102"])
    found, doubts = proposed(*rows, bills=False, header=False)
    assert (found, doubts) == ({"name": "B", "room": "C", "customer_no": "C"}, {})


def test_one_column_may_be_two_of_ours():
    rows = (["客户编号", "姓名"], ["K1", NAMES[0]], ["K2", NAMES[1]])
    assert proposed(*rows, bills=False, also=["姓名"])[0]["room"] == "B"
    assert proposed(*rows, bills=False, groups=[])[1] == {}


def test_a_user_answers_doubts():
    rows = (["客户编号", "金额", "开单日期", "交费日期"], ["C1", "5", "2030-12-01", DUE])
    found = suggest(table(*rows))
    answered = settled(found, lambda doubt: Choice(doubt.key, 3, "chosen"))
    assert (chosen(answered)["due_date"], answered.doubts) == ("D", [])
    constant = settled(found, lambda _: DUE)
    assert (constant.constants, constant.doubts) == ({"due_date": DUE}, [])
    assert doubted(settled(found, lambda _: None)) == {"due_date": "CD"}


def test_columns_that_nothing_names_are_unknown():
    rows = (["客户编号", "金额", "截止日", "班级", "", "1月", "2月"], ["C1", "5", DUE, "x", "", "5", "6"])
    file = table(*rows)
    found = suggest(file)
    assert [each.title for each in found.unknown(file)] == ["金额", "班级"]
    assert (found.place_of("due_date"), found.place_of("period")) == (2, None)


def test_a_due_date_above_the_table_is_that_of_all_rows():
    rows = (["客户编号", "金额", "抄表日期"], ["C1", "5", "2030-11-30"])
    found = suggest(table(*rows, due_date=Stated(DUE, 2)))
    assert (found.constants, doubted(found)) == ({"due_date": DUE}, {})
    assert found.reasons == {"due_date": "row 2 outside the table says so"}


def test_a_column_of_due_dates_says_more_than_what_is_above_the_table():
    titled = (["客户编号", "金额", "截止日"], ["C1", "5", DUE])
    assert suggest(table(*titled, due_date=Stated("2030-01-31", 1))).constants == {}
    last = (["客户编号", "金额", "到期"], ["C1", "5", DUE])
    found = suggest(table(*last, due_date=Stated("2030-01-31", 1)))
    assert (chosen(found)["due_date"], found.constants) == ("C", {})
    two = (["客户编号", "金额", "到期", "截止"], ["C1", "5", DUE, DUE])
    assert doubted(suggest(table(*two, due_date=Stated("2030-01-31", 1)))) == {"due_date": "CD"}


def test_names_find_the_payers_where_nothing_else_does():
    rows = (["学生", "金额", "截止日"], [NAMES[0], "5", DUE], [NAMES[1], "7", DUE])
    assert chosen(suggest(table(*rows, payers=True)))["name"] == "A"
    assert proposed(*rows)[1] == {"customer_no": "A"}
    titled = (["姓名", "金额", "截止日"], ["谁", "5", DUE], ["某", "7", DUE])
    found = suggest(table(*titled, payers=True))
    assert (chosen(found)["name"], doubted(found), found.makes_numbers) == ("A", {}, True)


def test_names_do_not_count_beside_numbers_or_inputs():
    for first in (["客户编号", "C1"], ["证", "C1"], ["房号", "1-101"], ["位置", "1-101"]):
        rows = ([first[0], "姓名", "金额", "截止日"], [first[1], NAMES[0], "5", DUE])
        assert "name" not in chosen(suggest(table(*rows, payers=True)))


def test_two_columns_of_payers_are_a_doubt_and_unknown_ones_too():
    rows = (["甲", "乙", "金额", "截止日"], [NAMES[0], NAMES[1], "5", DUE])
    assert proposed(*rows, payers=True)[1] == {"name": "AB"}
    unknown = (["学生", "金额", "截止日"], ["赵大", "5", DUE], ["钱二", "7", DUE])
    assert proposed(*unknown, payers=True)[1] == {"customer_no": "A"}


def test_numbers_of_rows_beside_names_are_ignored():
    rows = (["客户编号", "学生", "金额", "截止日"], ["1", NAMES[0], "5", DUE], ["2", NAMES[1], "7", DUE])
    found = suggest(table(*rows, payers=True))
    assert (chosen(found), found.ignored) == ({"name": "B", "amount": "C", "due_date": "D"}, (0,))


def test_names_in_tables_side_by_side_say_nothing():
    titles = ["学生", "金额", "截止日"]
    row = [NAMES[0], "5", DUE]
    found = suggest(table(titles + titles, [*row, NAMES[1], "7", DUE], payers=True))
    assert "name" not in chosen(found)

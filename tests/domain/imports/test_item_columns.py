"""Items with their prices in a column each, which some customers have chosen."""

import pytest

from offline_collect.domain.imports.instalments import Instalment
from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"
TITLES = ["客户编号", "姓名", "校服", "学平险", "课外读物"]
ROWS = (
    ["C1", "王小明", "320", "100", ""],
    ["C2", "李雷", "", "100", "85.5"],
    ["C3", "韩梅梅", "320", "", ""],
)


def test_each_item_is_a_bill_of_those_who_have_chosen_it():
    found = suggest(table(TITLES, *ROWS))
    assert found.instalments == (Instalment("校服", 2), Instalment("学平险", 3), Instalment("课外读物", 4))
    assert (chosen(found), found.makes_numbers) == ({"customer_no": "A"}, True)
    assert doubted(found) == {"due_date": ""}


def test_a_fee_among_them_may_differ_from_one_to_the_other():
    rows = [[*row, fee] for row, fee in zip(ROWS, ("12", "13.5", "14"), strict=True)]
    found = suggest(table([*TITLES, "餐费"], *rows))
    assert [each.name for each in found.instalments] == ["校服", "学平险", "课外读物", "餐费"]


def test_a_price_of_all_may_be_an_item_beside_those_that_some_have_chosen():
    rows = [[*row, "60"] for row in ROWS]
    assert [each.name for each in suggest(table([*TITLES, "体检"], *rows)).instalments][-1] == "体检"


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("校车站", ["12", "12", "12"]),
        ("床位", ["6", "6", ""]),
        ("帽子（顶）", ["12", "12", ""]),
        ("语文", ["98", "87", ""]),
        ("入学年份", ["2030", "2030", ""]),
        ("", ["50", "50", ""]),
        ("练习本", ["2", "2", ""]),
        ("预存金", ["50", "50", ""]),
    ],
)
def test_beside_other_numbers_none_is_an_item(title, values):
    found = suggest(table([*TITLES, title], *([*row, each] for row, each in zip(ROWS, values, strict=True))))
    assert (found.instalments, "amount" in doubted(found)) == ((), True)


@pytest.mark.parametrize(
    "rows",
    [
        [["C1", "王小明", "320", "100", "85"], ["C2", "李雷", "320", "100", "85"]],
        [["C1", "王小明", "2", "1", ""], ["C2", "李雷", "2", "", "1"]],
        [["C1", "王小明", "320", "", ""], ["C2", "李雷", "", "", ""]],
    ],
)
def test_what_nobody_chooses_and_what_are_pieces_is_a_question(rows):
    found = suggest(table(TITLES, *rows))
    assert (found.instalments, "amount" in doubted(found)) == ((), True)


def test_the_sum_of_items_is_no_item():
    rows = (
        ["C1", "王小明", "50", "30", "80"],
        ["C2", "李雷", "50", "30", "80"],
        ["C3", "韩梅梅", "", "", ""],
    )
    assert suggest(table(TITLES, *rows)).instalments == ()


def test_a_row_of_nothing_does_not_hide_that_a_column_is_the_sum():
    rows = (["C1", "50", "30", "80", DUE], ["C2", "20", "30", "50", DUE], ["C3", "", "", "", DUE])
    found = suggest(table(["客户编号", "书款", "服装款", "共计款", "截止日"], *rows))
    assert (chosen(found)["amount"], doubted(found)) == ("D", {})


def test_one_fee_is_an_item_beside_what_some_have_chosen():
    """Its title is the amount's only where nothing else is to be paid."""
    titles = ["客户编号", "餐费", "校服", "学平险"]
    rows = (["C1", "385", "320", ""], ["C2", "390", "", "100"])
    found = suggest(table(titles, *rows, usual={"amount": ("餐费",)}))
    assert [each.name for each in found.instalments] == ["餐费", "校服", "学平险"]
    assert "amount" not in chosen(found)


def test_one_fee_beside_an_item_and_an_unknown_number_is_a_question():
    titles = ["客户编号", "餐费", "校服", "校车站"]
    rows = (["C1", "385", "320", "12"], ["C2", "390", "", "12"])
    found = suggest(table(titles, *rows, usual={"amount": ("餐费",)}))
    assert (found.instalments, doubted(found)["amount"]) == ((), "B")
    assert "校服" in str(found.doubts[0].why)


def test_one_fee_beside_numbers_of_all_is_the_amount():
    titles = ["客户编号", "餐费", "校车站"]
    found = suggest(table(titles, ["C1", "385", "12"], ["C2", "390", "12"], usual={"amount": ("餐费",)}))
    assert (found.instalments, chosen(found)["amount"]) == ((), "B")


def test_an_amount_beside_items_is_their_sum_or_all_there_is():
    titles = ["客户编号", "金额", "校服", "学平险"]
    found = suggest(table(titles, ["C1", "400", "320", ""], ["C2", "200", "", "100"]))
    assert (found.instalments, chosen(found)["amount"]) == ((), "B")


def test_fees_do_not_hide_what_some_have_chosen():
    titles = ["客户编号", "餐费", "校车费", "校服"]
    found = suggest(table(titles, ["C1", "385", "200", "320"], ["C2", "390", "210", ""]))
    assert [each.name for each in found.instalments] == ["餐费", "校车费", "校服"]

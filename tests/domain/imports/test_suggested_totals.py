"""What is to be paid in a proposal where a list has arrears, an amount and a total."""

import pytest

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"
ARREARS = [["10", "100", "110"], ["", "90", "90"]]


@pytest.mark.parametrize(
    ("titles", "doubts"),
    [
        (["欠费", "本期费用", "共计应交"], None),
        (["欠费", "金额", "总额"], None),
        (["往期欠费", "应缴", "合计"], {"amount": ["往期欠费", "应缴", "合计"]}),
    ],
)
def test_a_sum_of_arrears_and_the_amount_is_what_is_to_be_paid(titles, doubts):
    body = [[f"C{at}", *row, DUE] for at, row in enumerate(ARREARS, 1)]
    found = suggest(table(["客户编号", *titles, "截止日"], *body, doubts=doubts))
    assert (chosen(found)["amount"], doubted(found)) == ("D", {})
    (why,) = [choice.why for choice in found.choices if choice.key == "amount"]
    assert why == (
        f"it is the sum of {titles[0]}, {titles[1]}: {titles[0]} is in it; if that is still a bill of its own here, name"
        f" {titles[1]} instead"
    )


@pytest.mark.parametrize(
    ("titles", "rows"),
    [
        (["欠费", "本期费用", "共计应交"], [["10", "100", "100"], ["", "90", "90"]]),
        (["欠费", "本期费用", "共计应交"], [["", "100", "100"], ["0", "90", "90"]]),
        (["已收费", "本期费用", "共计应交"], [["10", "100", "110"], ["", "90", "90"]]),
        (["欠费", "已收费", "共计应交"], [["10", "100", "110"], ["", "90", "90"]]),
        (["欠费甲", "欠费乙"], [["10", "10"], ["5", "5"]]),
    ],
)
def test_other_columns_beside_arrears_are_no_sum_of_them(titles, rows):
    body = [[f"C{at}", *row, DUE] for at, row in enumerate(rows, 1)]
    found = suggest(table(["客户编号", *titles, "截止日"], *body))
    assert [choice.why for choice in found.choices if "is in it" in choice.why] == []


@pytest.mark.parametrize("arrears", ["0", ""])
def test_where_nobody_has_arrears_the_total_is_what_is_to_be_paid(arrears):
    titles = ["上期欠费", "本期应收", "合计应缴"]
    rows = [["C1", arrears, "100", "100", DUE], ["C2", arrears, "90", "90", DUE]]
    found = suggest(table(["客户编号", *titles, "截止日"], *rows, doubts={"amount": titles}))
    assert (chosen(found)["amount"], doubted(found)) == ("D", {})
    (why,) = [choice.why for choice in found.choices if choice.key == "amount"]
    assert why == "it is 本期应收 in each row, and nothing else is to be paid"


@pytest.mark.parametrize(
    ("titles", "amounts"),
    [
        (["上期欠费", "本期应收", "合计应缴"], ["0", "100", "101"]),
        (["应收", "应缴"], ["100", "100"]),
        (["合计应收", "合计应缴"], ["100", "100"]),
    ],
)
def test_several_amounts_that_differ_or_of_which_none_says_all_are_a_doubt(titles, amounts):
    found = suggest(table(["客户编号", *titles, "截止日"], ["C1", *amounts, DUE], doubts={"amount": titles}))
    assert "amount" not in chosen(found)
    assert list(doubted(found)) == ["amount"]

"""Which columns a proposal offers as the amount, and which it never takes."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.suggestion import suggest
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"


def test_the_question_about_the_amount_offers_titles_of_money_first():
    rows = (
        ["客户编号", "栋", "月数", "甲", "物业费", "停车费", "截止日"],
        ["C1", "1", "3", "4", "482.598", "4", DUE],
        ["C2", "2", "3", "9", "30.255", "5", DUE],
    )
    assert doubted(suggest(table(*rows))) == {"amount": "FED"}


def test_a_number_of_the_customer_is_no_factor_of_the_amount():
    rows = (
        ["户号", "用量", "水价", "小结", "截止日"],
        ["1", "1", "3.45", "3.45", DUE],
        ["2", "2", "3.45", "6.90", DUE],
    )
    found = suggest(table(*rows))
    assert str(found.choices[0].why) == "it is the product of 用量, 水价"


def test_an_amount_in_another_unit_is_a_doubt_that_says_so():
    rows = (["客户编号", "金额", "截止日"], ["C1", "5", DUE])
    found = table(*rows)
    unit = replace(
        found,
        columns=[replace(each, unit="万元") if each.title == "金额" else each for each in found.columns],
    )
    [doubt] = suggest(unit).doubts
    assert (doubt.key, str(doubt.why)) == ("amount", "金额 is in another unit, or not to be paid")


def test_beside_an_amount_in_another_unit_no_fee_is_the_amount():
    """The fee may be a part of what the other column says."""
    rows = (["客户编号", "管理费", "金额", "截止日"], ["C1", "5", "6", DUE], ["C2", "7", "8", DUE])
    found = table(*rows)
    unit = [replace(each, unit="hk$") if each.title == "金额" else each for each in found.columns]
    assert doubted(suggest(replace(found, columns=unit))) == {"amount": "BC"}


def amount_of(titles, *rows):
    """Return the title that is taken as the amount, and why; else what is in doubt."""
    body = [[f"C{at}", *row, DUE] for at, row in enumerate(rows, 1)]
    found = suggest(table(["客户编号", *titles, "截止日"], *body))
    taken = [(titles[each.place - 1], str(each.why)) for each in found.choices if each.key == "amount"]
    return taken[0] if taken else doubted(found)


@pytest.mark.parametrize(
    ("titles", "rows", "taken", "why"),
    [
        (["应收", "减免", "实收"], [["9", "2", "7"], ["8", "0", "8"]], "实收", "it is 应收 less 减免"),
        (["保教费", "退费", "应付"], [["9", "-2", "7"], ["8", "", "8"]], "应付", "it is 保教费 less 退费"),
        (["欠费金额", "滞纳金", "合计"], [["9", "2", "11"], ["8", "1", "9"]], "合计", "it is the sum of 欠费金额, 滞纳金"),
        (["学费", "滞纳金", "总价"], [["9", "2", "11"], ["8", "1", "9"]], "总价", "it is the sum of 学费, 滞纳金"),
        (
            ["往年欠费", "水费", "优惠", "合计"],
            [["9", "2", "1", "10"], ["8", "1", "0", "9"]],
            "合计",
            "it is 往年欠费, 水费 less 优惠: 往年欠费 is in it; if that is still a bill of its own here, name 水费 instead",
        ),
        (["应缴", "已缴", "欠缴"], [["9", "2", "7"], ["8", "8", "0"]], "欠缴", "it is 应缴 less 已缴"),
        (["应付款", "本月实付", "余欠"], [["9", "2", "7"], ["8", "8", "0"]], "余欠", "it is 应付款 less 本月实付"),
        (
            ["往期欠费", "热费", "应交合计", "已交", "尚欠"],
            [["3", "6", "9", "9", "0"], ["0", "8", "8", "0", "8"]],
            "尚欠",
            "it is 应交合计 less 已交",
        ),
        (["课后费", "减免"], [["9", "无"], ["8", "-"]], "课后费", "it is the only one of money, and all values are amounts"),
        (
            ["学费已缴", "学费欠缴", "住宿费已缴", "住宿费欠缴", "欠费合计"],
            [["9", "2", "1", "5", "7"], ["8", "1", "1", "0", "1"]],
            "欠费合计",
            "it is the sum of 学费欠缴, 住宿费欠缴",
        ),
    ],
)  # fmt: skip
def test_what_is_to_pay_is_proved_by_each_row(titles, rows, taken, why):
    assert amount_of(titles, *rows) == (taken, why)


@pytest.mark.parametrize(
    ("titles", "rows", "doubt"),
    [
        (["应收", "减免", "实收"], [["9", "2", "7"], ["8", "0", "0"]], "BCD"),
        (["应收", "减免", "实收"], [["9", "0", "9"], ["8", "0", "8"]], "BD"),
        (["水费", "滞纳金", "实收"], [["9", "1", "10"], ["8", "0", "8"]], "BCD"),
        (["应缴", "已缴", "欠缴"], [["9", "2", "7"], ["8", "8", "1"]], "BCD"),
        (["应付款", "本月实付", "余欠"], [["9", "2", "7"], ["8", "8", "1"]], "BCD"),
        (["应付款", "余欠"], [["9", "7"], ["8", "0"]], "BC"),
        (["学费欠缴", "住宿费欠缴", "欠费合计"], [["9", "2", "11"], ["8", "8", "16"]], "BCD"),
        (["应收", "减免", "实收", "实缴金额"], [["9", "2", "7", "7"], ["8", "1", "7", "7"]], "BCDE"),
    ],
)
def test_what_no_sum_proves_is_asked(titles, rows, doubt):
    assert amount_of(titles, *rows) == {"amount": doubt}


def test_months_with_marks_have_no_amounts():
    rows = (["客户编号", "9月", "10月", "截止日"], ["C1", "√", "○", DUE], ["C2", "√", "", DUE])
    [doubt] = suggest(table(*rows)).doubts
    assert str(doubt.why) == "9月, 10月 has marks, and a mark is no amount"


def test_what_is_left_after_remissions_and_payments_is_the_amount():
    rows = (
        ["客户编号", "应收金额", "减免金额", "实收金额", "欠费金额", "截止日"],
        ["C1", "100", "20", "0", "80", DUE],
        ["C2", "60", "0", "60", "0", DUE],
    )
    found = suggest(table(*rows, doubts={"amount": rows[0][1:5]}))
    assert chosen(found)["amount"] == "E"
    assert doubted(found) == {}


@pytest.mark.parametrize(("title", "taken"), [("欠费金额", True), ("尚欠金额", True), ("往期欠费", False)])
def test_what_is_owed_is_the_amount_if_nothing_else_is_money(title, taken):
    found = suggest(table(["客户编号", title, "截止日"], ["C1", "9", DUE], ["C2", "4", DUE]))
    assert ("amount" in chosen(found)) is taken
    assert ("amount" in doubted(found)) is not taken


def test_what_is_owed_is_the_amount_if_months_of_a_fee_make_it():
    found = suggest(
        table(
            ["客户编号", "月物业费", "欠费月数", "欠费金额"],
            ["C1", "150", "3", "450"],
            ["C2", "157.5", "2", "315"],
        )
    )
    assert chosen(found)["amount"] == "D"


@pytest.mark.parametrize("title", ["已缴金额", "上期欠费"])
def test_a_product_that_was_paid_or_is_of_earlier_bills_is_no_amount(title):
    found = suggest(
        table(["客户编号", "月物业费", "月数", title], ["C1", "150", "3", "450"], ["C2", "157.5", "2", "315"])
    )
    assert "amount" in doubted(found)


def test_what_was_carried_forward_is_in_the_total_and_told():
    rows = (
        ["Customer", "Current", "Charges", "Balance Forward", "Total Due"],
        ["C1", "108", "27.60", "0", "27.60"],
        ["C2", "112", "34.50", "12.50", "47.00"],
    )
    found = suggest(table(*rows))
    why = next(each.why for each in found.choices if each.key == "amount")
    assert (chosen(found)["amount"], "Balance Forward is in it" in str(why)) == ("E", True)


def test_a_balance_of_last_month_is_deducted():
    titles = ["餐费", "上月结余", "实付款"]
    assert amount_of(titles, ["300", "20", "280"], ["300", "0", "300"])[0] == "实付款"


def test_a_balance_below_zero_is_owed():
    titles = ["床位费", "伙食费", "上月结余", "实付款"]
    rows = (["300", "90", "-20.5", "410.50"], ["300", "90", "30", "360"], ["300", "90", "0", "390"])
    assert amount_of(titles, *rows)[0] == "实付款"
    assert "amount" in amount_of(titles, ["300", "90", "-20", "370"], ["300", "90", "0", "390"])


def test_beside_a_balance_no_fee_is_the_amount():
    """Whether it is deducted already, the list does not say."""
    assert amount_of(["餐费", "账户余额"], ["300", "20"], ["300", ""]) == {"amount": "BC"}
    assert amount_of(["餐费", "账户余额"], ["300", "0"], ["300", ""])[0] == "餐费"


def test_what_was_owed_before_is_carried_on():
    titles = ["期初欠费", "本期应收", "本期实收", "期末欠费"]
    taken, why = amount_of(titles, ["50", "200", "100", "150"], ["", "200", "", "200"])
    assert taken == "期末欠费"
    assert why.startswith("it is 期初欠费, 本期应收 less 本期实收: 期初欠费 is in it")


def test_a_balance_that_does_not_add_up_is_none():
    titles = ["上期欠费", "本期应收", "本期实收", "期末欠费"]
    assert "amount" in amount_of(titles, ["50", "200", "100", "150"], ["0", "200", "0", "190"])
    assert "amount" in amount_of(titles, ["50", "", "100", "150"], ["0", "200", "0", "200"])


def test_what_is_left_after_a_discount_is_proved():
    titles = ["应缴学费", "优惠", "优惠后金额"]
    assert amount_of(titles, ["300", "20", "280"], ["300", "", "300"])[0] == "优惠后金额"


def test_a_deposit_is_a_part_of_a_sum():
    titles = ["租金", "水电费", "押金", "共付"]
    assert amount_of(titles, ["900", "50", "900", "1850"], ["900", "60", "", "960"])[0] == "共付"
    assert "amount" in amount_of(["租金", "押金"], ["900", "900"], ["900", ""])


def test_what_is_left_of_a_price_after_a_discount_and_a_deposit_is_the_amount():
    titles = ["客户编号", "原价", "优惠", "已付定金", "尾款", "截止日"]
    rows = (["C1", "3980", "400", "500", "3080", DUE], ["C2", "2680", "0", "0", "2680", DUE])
    found = suggest(table(titles, *rows))
    assert (chosen(found)["amount"], doubted(found)) == ("E", {})


def test_a_deposit_is_no_part_of_what_is_left_of_a_contract():
    titles = ["客户编号", "合同价", "押金", "已付", "余款", "截止日"]
    rows = (["C1", "5000", "1000", "2000", "3000", DUE], ["C2", "4000", "1000", "0", "4000", DUE])
    found = suggest(table(titles, *rows))
    assert (chosen(found)["amount"], doubted(found)) == ("E", {})

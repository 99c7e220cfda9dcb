"""Tables with one fee, with groups and their totals, and with two values in a cell."""

import pytest

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.errors import HeaderError


def test_a_heading_merged_across_the_table_is_a_heading(table_of):
    read = table_of(
        ["账单编号", "客户编号", "金额", "缴费截止日"],
        ["一年级1班", "", "", ""],
        ["G-1", "1-101", 10, "2026-12-31"],
        ["合 计", "", 10, ""],
        ["G-2", "1-102", "", "2026-12-31"],
        merge=[("A2:D2", "一年级1班"), ("B5:C5", "1-102")],
    )
    assert read.left == [(2, RowClass.HEADING), (4, RowClass.TOTAL)]
    assert read.problems == [(5, "金额", "lies under merged cells")]


def test_a_total_with_a_space_in_it_is_no_customer(table_of):
    read = table_of(
        ["客户编号", "姓名", "房号"], ["7", "张三", "1-101"], ["合  计", "1人", ""], kind="customers"
    )
    assert [each.values["customer_no"] for each in read.records] == ["7"]


FEES = ["应缴物业费", "应交水费", "水费金额", "校服费", "餐费（元）", "本期水费", "应收暖气费用"]


@pytest.mark.parametrize("fee", FEES)
def test_the_only_fee_is_the_amount(table_of, fee):
    read = table_of(["房间", "单价", fee, "最迟缴费日"], ["1-101", 2, 10, "2026-12-31"])
    assert [(each.inputs, each.values["amount"]) for each in read.records] == [({"room": "1-101"}, 1000)]


@pytest.mark.parametrize(
    "titles",
    [
        ("水费", "电费"),
        ("餐费标准", "餐费单价"),
        ("水费", "欠款"),
        ("餐费", "是否减免"),
        ("水费", "上期欠费"),
        ("是否缴费", "收费"),
    ],
)
def test_a_fee_beside_another_amount_is_not_guessed(table_of, titles):
    with pytest.raises(HeaderError, match="missing"):
        table_of(["房号", *titles, "截止日"], ["1-101", 20, 10, "2026-12-31"])


ITEMS = (
    ["学号", "餐费", "校服", "学平险", "截止日"],
    ["1-101", 385, 320, "", "2026-12-31"],
    ["1-102", 390, "", 100, "2026-12-31"],
)
PUPIL = ({"key": "room", "label": "学号"},)


def test_a_fee_is_not_all_beside_things_that_some_have_chosen(table_of):
    with pytest.raises(HeaderError, match="is one fee, and C 校服, D 学平险 may be to be paid too"):
        table_of(*ITEMS, inputs=PUPIL)
    with pytest.raises(HeaderError, match="is one fee"):
        table_of(*ITEMS, ["合计", 775, 320, 100, ""], inputs=PUPIL)


def test_a_mapping_says_that_a_fee_is_all(table_of):
    read = table_of(*ITEMS, inputs=PUPIL, mapping={"columns": {"amount": "餐费"}})
    assert [each.values["amount"] for each in read.records] == [38500, 39000]


@pytest.mark.parametrize(
    ("title", "values"), [("备注", ["", "已转班"]), ("份数", [5, ""]), ("寝楼", [12, 12])]
)
def test_a_fee_beside_no_prices_is_the_amount(table_of, title, values):
    rows = [[*row[:2], each, row[-1]] for row, each in zip(ITEMS[1:], values, strict=True)]
    read = table_of(["学号", "餐费", title, "截止日"], *rows, inputs=PUPIL)
    assert [each.values["amount"] for each in read.records] == [38500, 39000]


def test_an_amount_of_our_name_is_all(table_of):
    read = table_of(["学号", "金额", *ITEMS[0][2:]], *ITEMS[1:], inputs=PUPIL)
    assert [each.values["amount"] for each in read.records] == [38500, 39000]


def test_the_example_of_a_doubt_is_what_is_usually_meant(table_of):
    with pytest.raises(HeaderError, match=r"columns: \{amount: 应收\}"):
        table_of(["单号", "房号", "实收", "应收", "截止日"], ["K-1", "1-101", 20, 10, "2026-12-31"])


def test_what_is_to_be_paid_this_month_beside_a_refund_is_asked(table_of):
    with pytest.raises(HeaderError, match="may be D 退费, E 本月应收"):
        table_of(
            ["单号", "房号", "保育费", "退费", "本月应收", "截止日"],
            ["K-1", "1-101", 20, -5, 15, "2026-12-31"],
        )


def test_a_list_without_a_last_day_says_how_to_give_one(table_of):
    with pytest.raises(HeaderError, match="or give one day for all rows: --constant due_date=2026-12-31"):
        table_of(["单号", "房号", "金额"], ["K-1", "1-101", 20])
    with pytest.raises(HeaderError, match=r"add it; the header has A 单号, B 房号, C 截止日$"):
        table_of(["单号", "房号", "截止日"], ["K-1", "1-101", "2026-12-31"])


def test_two_telephone_numbers_in_a_cell_are_told_apart(table_of):
    read = table_of(
        ["客户编号", "姓名", "房号", "手机"],
        ["7", "张三", "1-101", "13900000000/13800000000"],
        kind="customers",
    )
    assert read.problems == [(2, "手机", "holds more than one 手机")]


def test_the_total_of_a_group_is_compared_with_the_rows_of_the_group(table_of):
    read = table_of(
        ["单号", "房号", "金额", "截止日"],
        ["K-1", "1-101", 30, "2026-12-31"],
        ["1栋小计", "", 30, ""],
        ["K-2", "2-101", 20, "2026-12-31"],
        ["2栋小计", "", 25, ""],
        ["总 计", "", 50, ""],
    )
    assert read.sums == [(5, 2500, 2000)]


@pytest.mark.parametrize("title", ["客户", "住户", "承租人"])
def test_a_mapping_may_name_the_payers_beside_what_identifies_them(table_of, title):
    mapping = {"columns": {"room": "门牌", "name": title}}
    read = table_of(
        ["门牌", title, "金额", "缴费截止日"], ["1-101", "王小明", 5, "2030-12-31"], mapping=mapping
    )
    [record] = read.records
    assert (record.inputs, record.extras) == ({"room": "1-101"}, {title: "王小明"})
    assert "customer_no" not in record.values


def test_a_mapping_that_names_payers_who_are_not_there_is_refused(table_of):
    mapping = {"columns": {"room": "门牌", "name": "户主"}}
    with pytest.raises(HeaderError, match="names a column that is not there"):
        table_of(["门牌", "金额", "缴费截止日"], ["1-101", 5, "2030-12-31"], mapping=mapping)

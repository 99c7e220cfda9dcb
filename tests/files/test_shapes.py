"""Tables of other shapes: columns by letters, no header, a bill for each month, tables side by side."""

import pytest
import yaml

from offline_collect.domain.imports.left_out import RowClass
from offline_collect.files.errors import HeaderError, MappingError
from tests.files.merchants_tables import TABLES, Read

DUE = {"due_date": "2030-12-31"}
LETTERS = {"columns": {"customer_no": "A", "amount": "C"}, "constants": DUE}


def bills(read):
    return [
        (each.row, each.values["customer_no"], each.values["amount"], each.values.get("period"))
        for each in read.records
    ]


def rooms(read):
    return [
        (each.row, each.inputs["room"], each.values["amount"], each.values["period"]) for each in read.records
    ]


def test_columns_by_letters_under_a_header(table_of):
    read = table_of(["户", "姓", "钱"], ["1-101", "张三", 10], mapping={**LETTERS, "header_row": 1})
    assert bills(read) == [(2, "1-101", 1000, None)]
    assert read.records[0].extras == {"姓": "张三"}


def test_a_title_comes_before_a_letter(table_of):
    read = table_of(["A", "C", "x"], ["1-101", 10, 99], mapping={**LETTERS, "header_row": 1})
    assert bills(read) == [(2, "1-101", 1000, None)]


@pytest.mark.parametrize("header_row", [0, None])
def test_a_table_without_a_header(table_of, header_row):
    mapping = LETTERS if header_row is None else {**LETTERS, "header_row": header_row}
    read = table_of(["1-101", "张三", 10], ["1-102", "李四", 20], ["合计", "", 30], mapping=mapping)
    assert bills(read) == [(1, "1-101", 1000, None), (2, "1-102", 2000, None)]
    assert (read.left, read.sums, read.columns_left) == ([(3, RowClass.TOTAL)], [], ("B",))


def test_customers_without_a_header_say_so(table_of):
    mapping = {"columns": {"customer_no": "A", "name": "B", "room": "C"}}
    rows = [["编", "谁", "几"], ["7", "张三", "1-101"]]
    with pytest.raises(HeaderError, match=r"no cell of this row is a title.*header_row: 0"):
        table_of(*rows, kind="customers", mapping=mapping)
    read = table_of(*rows, kind="customers", mapping={**mapping, "header_row": 1})
    assert [each.values["name"] for each in read.records] == ["张三"]


def test_customers_of_a_table_without_a_header():
    mapping = {"header_row": 0, "columns": {"customer_no": "A", "name": "B", "room": "C"}}
    read = Read(TABLES / "no_header.xlsx", kind="customers", mapping=mapping)
    assert [(each.row, each.values["name"]) for each in read.records] == [(1, "张三"), (2, "李四")]


def test_a_letter_beyond_the_table_is_refused_with_its_reach(table_of):
    mapping = {**LETTERS, "columns": {"customer_no": "A", "amount": "F"}}
    with pytest.raises(HeaderError, match=r"column F \(amount\).*it has the columns A to C"):
        table_of(["1-101", "张三", 10], mapping=mapping)


def test_letters_are_those_of_the_sheet(table_of):
    read = table_of(["", "1-101", 10], mapping={**LETTERS, "columns": {"customer_no": "B", "amount": "C"}})
    assert bills(read) == [(1, "1-101", 1000, None)]


def test_a_column_by_its_letter_needs_no_title(table_of):
    mapping = {"columns": {"amount": "C"}, "constants": DUE}
    read = table_of(["房号", "姓名", ""], ["1-101", "张三", 10], ["1-102", "李四", "x"], mapping=mapping)
    assert [(each.inputs, each.values["amount"]) for each in read.records] == [({"room": "1-101"}, 1000)]
    assert [problem[:2] for problem in read.problems] == [(3, "C")]


def test_months_of_a_mapping_are_one_bill_a_cell():
    months = {"columns": "1月...3月", "period": "{year}-{month}", "year": 2030}
    read = Read(TABLES / "wide.xlsx", mapping={"months": months, "constants": DUE})
    assert rooms(read) == [
        (2, "1-101", 10000, "2030-01"),
        (2, "1-101", 10000, "2030-02"),
        (2, "1-101", 12000, "2030-03"),
        (3, "1-102", 9000, "2030-01"),
        (3, "1-102", 9500, "2030-03"),
    ]
    assert read.left == [(3, RowClass.NO_AMOUNT)]
    assert read.columns_left == ("合计",)


def test_months_without_a_year_are_refused_with_what_to_write(table_of):
    with pytest.raises(HeaderError, match=r'may be the amounts of months.*columns: "1月…3月"'):
        Read(TABLES / "wide.xlsx", mapping={"constants": DUE})


@pytest.mark.parametrize("titles", [("2030-11", "2030年12月"), ("2030.11", "2030年12月（元）")])
def test_months_with_a_year_are_read_by_themselves(table_of, titles):
    read = table_of(["房号", *titles, "缴费截止日"], ["1-101", 1, 2, "2030-12-31"])
    assert rooms(read) == [(2, "1-101", 100, "2030-11"), (2, "1-101", 200, "2030-12")]


def test_months_beside_a_column_of_periods_are_in_doubt(table_of):
    with pytest.raises(HeaderError, match="may be the amounts of months"):
        table_of(["房号", "账期", "2030-11", "2030-12", "缴费截止日"], ["1-101", "x", 1, 2, "2030-12-31"])


def test_each_month_has_its_own_total_and_errors(table_of):
    read = table_of(
        ["房号", "2030-11", "2030-12", "缴费截止日"],
        ["1-101", 1, "x", "2030-12-31"],
        ["1-102", 2, 5, "soon"],
        ["1-103", "免", "-", "2030-12-31"],
        ["合计", 3, 6, ""],
    )
    assert rooms(read) == [(2, "1-101", 100, "2030-11")]
    assert read.problems == [(2, "2030-12", "is not an amount"), (3, "缴费截止日", "is not a date")]
    assert read.left == [(4, RowClass.NO_AMOUNT)] * 2 + [(5, RowClass.TOTAL)]
    assert read.sums == [(5, 600, 500)]


@pytest.mark.parametrize(
    ("months", "message"),
    [
        ({"columns": "1月…3月"}, "lack the year"),
        ({"columns": ["3月", "1月"], "year": 2030}, "do not follow each other"),
        ({"columns": ["1月", "9月"], "year": 2030}, "9月: is not there.*the columns A to F"),
        ({"columns": ["1月", "2月"], "year": 2030, "period": "{year}"}, "1月 and 2月 are both the period 2030"),
        ({"columns": ["1月"], "year": 2030, "period": "{year}年的第{month}个月，本小区所有住户的物业费"}, "has 2. characters"),
    ],
)  # fmt: skip
def test_months_that_cannot_be_told_are_refused(months, message):
    with pytest.raises(HeaderError, match=message):
        Read(TABLES / "wide.xlsx", mapping={"months": months, "constants": DUE})


def test_months_behind_december_are_in_the_next_year(table_of):
    mapping = {"months": {"columns": "11月…1月", "year": 2030}, "constants": DUE}
    read = table_of(["房号", "11月", "12月", "1月"], ["1-101", 1, 2, 3], mapping=mapping)
    assert [period for *_, period in rooms(read)] == ["2030-11", "2030-12", "2031-01"]


def test_months_of_two_years_some_with_a_year_are_refused(table_of):
    mapping = {"months": {"columns": "11月…1月", "year": 2030}, "constants": DUE}
    with pytest.raises(HeaderError, match="do not follow each other"):
        table_of(
            ["房号", "11月", "12月", "2031年1月"],
            ["1-101", 1, 2, 3],
            mapping=mapping | {"months": {"columns": ["11月", "12月", "2031年1月"], "year": 2030}},
        )


def test_months_by_letters_are_counted_by_their_place(table_of):
    mapping = {"months": {"columns": "B…C", "year": 2030}, "constants": DUE}
    read = table_of(["房号", "本月", "下月"], ["1-101", 1, 2], mapping=mapping)
    assert rooms(read) == [(2, "1-101", 100, "2030-01"), (2, "1-101", 200, "2030-02")]


def test_months_that_titles_name_before_a_word_are_those_months(table_of):
    """Counted by their places, October to December would be bills of January to March."""
    titles = ["10月水费", "11月水费", "12月水费"]
    for columns in (titles, "10月水费…12月水费", "B…D"):
        mapping = {"months": {"columns": columns, "year": 2030}, "constants": DUE}
        read = table_of(["房号", *titles], ["1-101", 1, 2, 3], mapping=mapping)
        assert [period for *_, period in rooms(read)] == ["2030-10", "2030-11", "2030-12"]


def test_a_column_that_is_no_month_among_months_is_refused(table_of):
    mapping = {"months": {"columns": ["B", "C"], "year": 2030}, "constants": DUE}
    with pytest.raises(HeaderError, match="column 其他: is no month, although others of the columns are"):
        table_of(["房号", "11月", "其他"], ["1-101", 1, 2], mapping=mapping)


def test_sums_between_months_are_left_out(table_of):
    mapping = {"months": {"columns": "1月…4月", "year": 2030}, "constants": DUE}
    read = table_of(["房号", "1月", "一季度", "4月"], ["1-101", 1, 9, 2], mapping=mapping)
    assert rooms(read) == [(2, "1-101", 100, "2030-01"), (2, "1-101", 200, "2030-04")]


def test_tables_side_by_side():
    tables = [{"columns": {"customer_no": "C", "name": "D", "room": "C"}}]
    tables.append({"columns": {"customer_no": "G", "name": "H", "room": "G"}})
    read = Read(TABLES / "side_by_side.xlsx", kind="customers", mapping={"tables": tables})
    assert [(each.row, each.values["customer_no"], each.values["name"]) for each in read.records] == [
        (2, "B1-301", "张三"),
        (2, "B2-301", "王五"),
        (3, "B1-302", "李四"),
        (3, "B2-302", "赵六"),
    ]


def test_tables_of_different_lengths_each_with_its_total(table_of):
    mapping = {
        "tables": [
            {"columns": {"customer_no": "B", "amount": "C"}},
            {"columns": {"customer_no": "F", "amount": "G"}},
        ],
        "constants": DUE,
    }
    read = table_of(
        ["序号", "户号", "金额", "", "序号", "户号", "金额"],
        [1, "1-101", 1, "", 3, "1-103", 3],
        [2, "1-102", 2, "", "合计", "", 4],
        ["合计", "", 3, "", "", "", ""],
        mapping=mapping,
    )
    assert bills(read) == [(2, "1-101", 100, None), (2, "1-103", 300, None), (3, "1-102", 200, None)]
    assert read.left == [(3, RowClass.TOTAL), (4, RowClass.TOTAL)]
    assert (read.sums, read.problems) == ([(3, 400, 300)], [])


def test_tables_side_by_side_without_a_mapping_say_what_to_write():
    with pytest.raises(HeaderError, match=r"there twice.*tables: "):
        Read(TABLES / "side_by_side.xlsx", kind="customers")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns: {bill_no: '{period}-{room_no}'}", "columns.bill_no: {room_no} is not known; there are customer_no"),
        ("columns: {bill_no: '{period}号'}", "write only Latin letters"),
        ("columns: {description: '{due_date}'}", "only bill_no can be made of others"),
        ("months: {columns: [], year: 2030}", "months.columns: name 1 to"),
        ("months: {columns: 1月, period: '{jahr}'}", "months.period: {jahr} is not known; there are {year}, {month}"),
        ("{months: {columns: 1月}, constants: {period: x}}", "constants.period: the months say it"),
        ("{months: {columns: 1月}, tables: [{columns: {amount: A}}]}", "tables side by side have no months"),
        ("{columns: {amount: A}, tables: [{columns: {amount: A}}]}", "columns.amount: the tables say it"),
        ("{tables: [{columns: {sum: A}}]}", r"tables\[0\].columns.sum: there is no such column"),
        ("{tables: [{columns: {customer_no: 序号}}]}", r"tables\[0\].columns.customer_no: 序号 numbers the rows"),
    ],
)  # fmt: skip
def test_a_mapping_of_shapes_that_cannot_work_is_refused(table_of, text, message):
    with pytest.raises(MappingError, match=message):
        table_of(["房号"], mapping=yaml.safe_load(text))


def test_customers_have_no_months(table_of):
    with pytest.raises(MappingError, match="months: 客户信息 have no months"):
        table_of(["房号"], kind="customers", mapping={"months": {"columns": "1月"}})


def test_a_title_merged_over_tables_side_by_side_is_no_row_of_either(table_of):
    mapping = {
        "tables": [
            {"columns": {"customer_no": "A", "amount": "B"}},
            {"columns": {"customer_no": "D", "amount": "E"}},
        ],
        "constants": DUE,
    }
    read = table_of(
        [""] * 5,
        ["户号", "金额", "", "户号", "金额"],
        ["1-101", 1, "", "1-102", 2],
        [""] * 5,
        ["1-103", 3, "", "1-104", 4],
        merge=[("A1:E1", "校车费"), ("A4:E4", "二班")],
        mapping=mapping,
    )
    assert [amount for _, _, amount, _ in bills(read)] == [100, 200, 300, 400]
    assert (read.left, read.problems) == ([(4, RowClass.HEADING)], [])


HALVES = {
    "tables": [
        {"columns": {"customer_no": "A", "amount": "B"}},
        {"columns": {"customer_no": "D", "amount": "E"}},
    ],
    "constants": DUE,
}


@pytest.mark.parametrize(
    ("total", "sums"),
    [
        (["总计", "", "", "", 10], []),
        (["总计", 10, "", "", ""], []),
        (["合计", 3, "", "", 7], []),
        (["合计", 3, "", "合计", 7], []),
        (["总计", "", "", "", 11], [(4, 1100, 1000)]),
        (["合计", 3, "", "", 8], [(4, 800, 1000)]),
        (["合计", 4, "", "", ""], [(4, 400, 300)]),
        (["合计", "", "", "", ""], []),
    ],
)
def test_a_total_of_tables_side_by_side_is_none_of_their_rows(table_of, total, sums):
    rows = [["1-101", 1, "", "2-101", 3], ["1-102", 2, "", "2-102", 4]]
    read = table_of(["户号", "金额", "", "户号", "金额"], *rows, total, mapping=HALVES)
    assert [each.values["amount"] for each in read.records] == [100, 300, 200, 400]
    assert (read.left, read.sums, read.problems) == ([(4, RowClass.TOTAL)], sums, [])


def test_a_second_total_of_tables_side_by_side_has_not_counted_the_first(table_of):
    rows = [
        ["1-101", 1, "", "2-101", 3],
        ["总计", "", "", "", 4],
        ["1-102", 2, "", "2-102", 4],
        ["总计", "", "", "", 10],
    ]
    read = table_of(["户号", "金额", "", "户号", "金额"], *rows, mapping=HALVES)
    assert (read.sums, read.problems) == ([], [])


def test_a_customer_beside_a_total_is_no_total(table_of):
    rows = [["1-101", 1, "", "2-101", 3], ["合计", 1, "", "2-102", "x"]]
    read = table_of(["户号", "金额", "", "户号", "金额"], *rows, mapping=HALVES)
    assert [each[:2] for each in read.problems] == [(3, "金额")]


@pytest.mark.parametrize(
    ("above", "year"), [("商铺租金2028年", 2028), ("商铺租金", 2030), ("2028年至2029年", 2030)]
)
def test_the_example_of_months_says_the_year_of_the_list(table_of, above, year):
    with pytest.raises(HeaderError, match=f"year: {year}}}"):
        table_of([above], ["房号", "10月", "11月"], ["1-101", 1, 2])
    with pytest.raises(HeaderError, match=f"year: {year}}}"):
        table_of(
            [above],
            ["房号", "10月", "11月"],
            ["1-101", 1, 2],
            mapping={"months": {"columns": "10月…11月"}, "constants": DUE},
        )


def test_a_mark_below_a_month_is_no_amount(table_of):
    mapping = {"months": {"columns": "10月…11月", "year": 2028}, "constants": DUE}
    read = table_of(["房号", "10月", "11月"], ["1-101", "√", 2], ["1-102", "○", ""], mapping=mapping)
    assert read.problems == [(row, "10月", "is a mark, and a mark is no amount") for row in (2, 3)]


INSTALMENTS = {
    "columns": {"room": "房号"},
    "tables": [
        {"columns": {"amount": "第一期"}, "constants": {"description": "第一期", "due_date": "2030-12-20"}},
        {"columns": {"amount": "第二期"}, "constants": {"description": "第二期", "due_date": "2031-03-10"}},
    ],
}


def test_each_instalment_may_have_its_own_last_day_for_all_rows(table_of):
    rows = (["房号", "姓名", "第一期", "第二期"], ["1-101", "张三", 10, 20], ["1-102", "李四", 30, ""])
    read = table_of(*rows, mapping=INSTALMENTS)
    assert [(each.row, each.values["amount"], str(each.values["due_date"])) for each in read.records] == [
        (2, 1000, "2030-12-20"),
        (2, 2000, "2031-03-10"),
        (3, 3000, "2030-12-20"),
    ]
    assert (read.problems, read.left) == ([], [(3, RowClass.NO_AMOUNT)])

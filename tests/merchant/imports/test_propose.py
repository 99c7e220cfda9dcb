"""Lists that an import refuses as they are: the proposed mapping makes most of them go in, and none wrong."""

from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.yaml import parse_yaml
from offline_collect.domain.access.roles import Role
from offline_collect.files.columns.mapping import read_mapping
from offline_collect.files.errors import HeaderError
from offline_collect.merchant.imports.preview import preview_file
from offline_collect.merchant.mappings.propose import propose_mapping, samples_shown
from offline_collect.store import Change
from tests.merchant.importing import KINDS, unseen
from tests.support.actors import user

DUE = "2030-12-31"
CUSTOMERS = ("C1", "C2")
SCHOOL_NUMBERS = ("2026030117", "2026030118")
PUPILS = (("王小明", "2026030119", "13800000001"), ("李雷", "2026030120", "13800000002"))


def table(titles, *rows):
    return "".join(",".join(map(str, row)) + "\n" for row in (titles, *rows))


BILLS = {
    "titles of its own": table(
        ["票据流水", "学生卡", "本次收取", "最后交款日"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "the form's input by its values": table(
        ["缴费凭证", "证", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(SCHOOL_NUMBERS, 1)),
    ),
    "a sum": table(
        ["单号", "卡", "餐费", "校车费", "总共", "限期"],
        *([f"T{at}", each, at * 8, f"{at * 2}.50", f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "a product": table(
        ["单号", "卡", "天数", "每天", "小结", "限期"],
        ["T1", "C1", 3, "3.50", "10.50", DUE],
        ["T2", "C2", 2, "10.25", "20.50", DUE],
    ),
    "nothing paid yet": table(
        ["账单号", "学号", "应收", "实收", "截止日期"],
        *([f"T{at}", each, f"{at}0.50", "", DUE] for at, each in enumerate(SCHOOL_NUMBERS, 1)),
    ),
    "rows above": "阳光小学收费表,,,\n2030年12月,,,\n"
    + table(
        ["凭证", "卡", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "a due date above": f"阳光小学收费表,,\n2030年12月 截止日期：{DUE},,\n"
    + table(
        ["凭证", "卡", "收费款"], *([f"T{at}", each, f"{at}0.50"] for at, each in enumerate(CUSTOMERS, 1))
    ),
    "payers by name": table(
        ["凭证", "学生", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(("王小明", "李雷"), 1)),
    ),
    "arrears and the amount": table(
        ["凭证", "卡", "往期欠费", "本期费", "全部费用", "到期"],
        *(
            [f"T{at}", each, f"{at}.00", f"{at * 9}.50" if at == 1 else "18.50", f"{at}0.50", DUE]
            for at, each in enumerate(CUSTOMERS, 1)
        ),
    ),
    "a due date below": table(
        ["凭证", "卡", "收费款"],
        *([f"T{at}", each, f"{at}0.50"] for at, each in enumerate(CUSTOMERS, 1)),
        [f"请于{DUE}前缴清", "", ""],
    ),
    "amounts with the currency's name": table(
        ["凭证", "卡", "收费款", "到期"], ["T1", "C1", "RMB 10.50", DUE], ["T2", "C2", "￥20.50元", DUE]
    ),
    "arrears alone": table(
        ["凭证", "卡", "欠费金额", "到期"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "days without a year": "阳光小学2030年12月收费表,,,\n"
    + table(
        ["凭证", "卡", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", "12月31日"] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "ticks and a price": table(
        ["凭证", "卡", "报名", "收费标准", "到期"],
        *([f"T{at}", each, "√", f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
        ["T3", "C1", "", "5", DUE],
    ),
    "numbers of two columns": table(
        ["凭证", "楼号", "房号", "收费款", "到期"],
        *([f"T{at}", *each, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "days that end in their year": table(
        ["凭证", "卡", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", "31/12/2030"] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "a year and a month": table(
        ["凭证", "卡", "年", "月", "收费款", "到期"],
        *([f"T{at}", each, 2030, 12, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
    ),
    "a total below": table(
        ["凭证", "卡", "收费款", "到期"],
        *([f"T{at}", each, f"{at}0.50", DUE] for at, each in enumerate(CUSTOMERS, 1)),
        ["合计", "", "31.00", ""],
    ),
}
PUPILS_FILES = {
    "titles of its own": table(
        ["编码", "学生名字", "学生证号码", "家长号码"],
        *([f"K{at}", *each] for at, each in enumerate(PUPILS)),
    ),
    "known by what they type": table(["学生", "学号", "班级"], *([*each[:2], "一班"] for each in PUPILS)),
}


def refused_then_proposed(desk, kind, text):
    """Return the order of a file that is refused as it is, and the proposal."""
    schemas = Schemas()
    values, source = schemas.read(f"files/{kind}")
    titles, _ = schemas.read("files/titles")
    order = replace(desk.order(kind, text), layout=({**values, "titles": titles}, source))
    with pytest.raises(HeaderError):
        preview_file(desk.store, order, KINDS[kind], unseen)
    return order, propose_mapping(desk.store, order, KINDS[kind])


def previewed(desk, kind, order, proposed):
    mapping = read_mapping(parse_yaml(proposed.text(), "m"), "m")
    return preview_file(desk.store, replace(order, mapping=mapping), KINDS[kind], unseen)


@pytest.mark.parametrize("text", BILLS.values(), ids=BILLS)
def test_bills_go_in_with_what_is_proposed(pupils, text):
    order, proposed = refused_then_proposed(pupils, "bills", text)
    assert not proposed.proposal.doubts
    found = previewed(pupils, "bills", order, proposed)
    assert (found.problems.count, found.counts[Change.NEW]) == (0, 2)
    bills = [
        (each.after["customer_no"], each.after["amount"], str(each.after["due_date"]))
        for each in found.samples
    ]
    assert bills == [("C1", 1050, DUE), ("C2", 2050, DUE)]


@pytest.mark.parametrize("text", PUPILS_FILES.values(), ids=PUPILS_FILES)
def test_customers_go_in_with_what_is_proposed(pupils, text):
    order, proposed = refused_then_proposed(pupils, "customers", text)
    found = previewed(pupils, "customers", order, proposed)
    assert (found.problems.count, found.counts[Change.NEW]) == (0, 2)
    assert [(each.after["name"], each.after["student_no"]) for each in found.samples] == [
        each[:2] for each in PUPILS
    ]


DOUBTS = {
    "two dates": (
        table(["单号", "卡", "金额", "开单日期", "交费日期"], ["T1", "C1", 5, "2030-12-01", DUE]),
        "due_date",
    ),
    "two amounts": (table(["单号", "卡", "餐费", "校车费", "限期"], ["T1", "C1", 5, 6, DUE]), "amount"),
    "unknown customers": (table(["单号", "卡", "金额", "限期"], ["T1", "X1", 5, DUE]), "customer_no"),
    "only arrears": (table(["单号", "卡", "往期欠费", "限期"], ["T1", "C1", 5, DUE]), "amount"),
}


@pytest.mark.parametrize(("text", "key"), DOUBTS.values(), ids=DOUBTS)
def test_what_is_in_doubt_is_not_guessed(pupils, text, key):
    order, proposed = refused_then_proposed(pupils, "bills", text)
    assert key in [doubt.key for doubt in proposed.proposal.doubts]
    with pytest.raises(HeaderError):
        previewed(pupils, "bills", order, proposed)


def test_instalments_go_in_with_what_is_proposed(pupils):
    titles = ["卡", "第一期金额", "第一期缴费日期", "第二期金额", "第二期缴费日期"]
    rows = [[each, "10.50", DUE, "20.50", "2031-03-31"] for each in CUSTOMERS]
    order, proposed = refused_then_proposed(pupils, "bills", table(titles, *rows))
    found = previewed(pupils, "bills", order, proposed)
    assert (found.problems.count, found.counts[Change.NEW]) == (0, 4)
    bills = {
        (each.after["amount"], str(each.after["due_date"]), each.after["description"])
        for each in found.samples
    }
    assert bills == {(1050, DUE, "第一期"), (2050, "2031-03-31", "第二期")}


def test_the_period_of_two_columns_is_written(pupils):
    order, proposed = refused_then_proposed(pupils, "bills", BILLS["a year and a month"])
    assert parse_yaml(proposed.text(), "m")["columns"]["period"] == "{年}-{月}"
    found = previewed(pupils, "bills", order, proposed)
    assert {each.after["period"] for each in found.samples} == {"2030-12"}


def test_a_price_above_is_a_constant_of_the_file(pupils):
    text = "兴趣班（每人260元）,,\n" + table(["卡", "报名", "到期"], ["C1", "√", DUE], ["C2", "", DUE])
    order, proposed = refused_then_proposed(pupils, "bills", text)
    found = previewed(pupils, "bills", order, proposed)
    assert [(each.after["customer_no"], each.after["amount"]) for each in found.samples] == [("C1", 26000)]


def test_numbers_of_columns_that_find_nobody_are_not_proposed(pupils):
    text = table(["单号", "楼号", "房号", "金额", "限期"], ["T1", "X", "1", 5, DUE], ["T2", "X", "2", 5, DUE])
    _, proposed = refused_then_proposed(pupils, "bills", text)
    assert "customer_no" in [doubt.key for doubt in proposed.proposal.doubts]
    assert "{楼号}" not in proposed.text()


def test_a_file_without_a_header_has_letters(pupils):
    _, proposed = refused_then_proposed(pupils, "bills", table(["T1", "C1", "5.20"], ["T2", "C2", "7.20"]))
    document = parse_yaml(proposed.text(), "m")
    assert document == {"header_row": 0, "columns": {"customer_no": "B", "amount": "C"}}
    assert proposed.titles == ()


def test_no_value_of_a_row_is_written(pupils):
    for text in (*BILLS.values(), table(["T1", "C1", "5.20"], ["T2", "C2", "7.20"])):
        _, proposed = refused_then_proposed(pupils, "bills", text)
        written = proposed.text()
        assert [each for each in ("T1", "C1", "10.50", *SCHOOL_NUMBERS) if each in written] == []
        assert "T1" not in repr(proposed)


def test_constants_answer_doubts(pupils):
    text = table(["单号", "卡", "金额"], ["T1", "C1", 5])
    order, _ = refused_then_proposed(pupils, "bills", text)
    proposed = propose_mapping(pupils.store, replace(order, constants={"due_date": DUE}), KINDS["bills"])
    assert proposed.proposal.doubts == []
    assert previewed(pupils, "bills", order, proposed).counts[Change.NEW] == 1


def test_the_header_is_named_if_its_titles_do_not_show_it(pupils):
    text = table(["凭证", "卡", "收费款", "到期"], ["凭证", "C1", 5, DUE], ["T2", "C2", 6, DUE])
    _, proposed = refused_then_proposed(pupils, "bills", "表,,,\n" + text)
    assert proposed.header_row is None


def test_samples_are_for_those_who_may_see_them(pupils):
    _, proposed = refused_then_proposed(pupils, "bills", BILLS["the form's input by its values"])
    column = proposed.table.columns[1]
    assert samples_shown(column, user("ann")) == list(SCHOOL_NUMBERS)
    assert samples_shown(column, user("wang", Role.AUDITOR)) == ["***", "***"]

"""What a list says of bills that were paid already."""

import pytest

from offline_collect.domain.imports.paid_marks import (
    Mark,
    MarkKind,
    PaidWords,
    is_left,
    is_left_to_pay,
    is_mark,
)

WORDS = PaidWords(
    titles=frozenset({"是否已缴"}),
    questions=frozenset({"是否缴费"}),
    remarks=frozenset({"备注"}),
    paid=frozenset({"已缴"}),
    unpaid=frozenset({"未缴"}),
    paid_signs=frozenset({"是", "√"}),
    unpaid_signs=frozenset({"否"}),
)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("是否已缴", MarkKind.MARK),
        ("是否已缴（√）", MarkKind.MARK),
        ("是否缴费", MarkKind.QUESTION),
        ("备 注", MarkKind.REMARK),
        ("姓名", None),
        ("本期已缴", MarkKind.MARK),
        ("本月实缴（元）", MarkKind.MARK),
        ("累计已付金额", MarkKind.MARK),
        ("已收水表", None),
        ("尚欠金额", MarkKind.LEFT),
        ("本期未缴费用", MarkKind.LEFT),
        ("余欠", MarkKind.LEFT),
        ("上期未缴", None),
        ("欠费", None),
    ],
)
def test_a_title_says_what_its_column_is(title, kind):
    assert WORDS.kind_of(title) is kind


@pytest.mark.parametrize(
    ("remark", "mark"),
    [
        ("微信已缴", Mark.PAID),
        ("12月3日已缴", Mark.PAID),
        ("2030.12.3 现金已缴", Mark.PAID),
        ("本月已缴", Mark.PAID),
        ("部分已缴", Mark.UNKNOWN),
        ("已缴100", Mark.UNKNOWN),
        ("微信已付", Mark.UNKNOWN),
        ("已缴，收据0012", Mark.UNKNOWN),
        ("上月已缴", None),
        ("已交押金", None),
        ("已交房", None),
        ("已收到通知", None),
        ("未缴清", None),
        ("补一套", None),
    ],
)
def test_a_remark_counts_if_it_speaks_of_this_payment(remark, mark):
    assert WORDS.mark(remark, MarkKind.REMARK) is mark


@pytest.mark.parametrize(
    ("text", "mark", "question", "remark"),
    [
        ("", None, None, None),
        ("已缴", Mark.PAID, Mark.PAID, Mark.PAID),
        (" 已 缴 ", Mark.PAID, Mark.PAID, Mark.PAID),
        ("未缴", Mark.UNPAID, Mark.UNPAID, None),
        # 是否缴费: 是 may as well mean that the bill is to be paid.
        ("是", Mark.PAID, Mark.UNKNOWN, None),
        ("√", Mark.PAID, Mark.UNKNOWN, None),
        ("否", Mark.UNPAID, Mark.UNKNOWN, None),
        ("部分", Mark.UNKNOWN, Mark.UNKNOWN, None),
    ],
)
def test_a_cell_counts_by_what_its_title_asks(text, mark, question, remark):
    assert WORDS.mark(text, MarkKind.MARK) is mark
    assert WORDS.mark(text, MarkKind.QUESTION) is question
    assert WORDS.mark(text, MarkKind.REMARK) is remark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("", None),
        ("0.00", Mark.PAID),
        ("-", Mark.PAID),
        ("已缴", Mark.PAID),
        ("未缴", Mark.UNPAID),
        ("√", Mark.UNPAID),
        ("否", Mark.UNKNOWN),
        ("12.50", Mark.UNKNOWN),
    ],
)
def test_what_is_left_of_a_bill_says_if_it_was_paid(text, mark):
    assert WORDS.mark(text, MarkKind.LEFT) is mark


def test_what_earlier_bills_still_owe_is_not_left_of_these():
    assert is_left("剩余应缴金额")
    assert not is_left("往期未缴")


def test_what_is_left_to_pay_has_been_deducted():
    assert is_left_to_pay("未缴金额（元）")
    assert not is_left_to_pay("应缴金额")


@pytest.mark.parametrize(
    ("text", "is_one"), [("√", True), (" ○ ", True), ("", False), ("√5", False), ("5", False)]
)
def test_a_mark_is_a_sign_alone(text, is_one):
    assert is_mark(text) is is_one

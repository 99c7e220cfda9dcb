"""What a list says of bills that were paid already."""

import pytest

from offline_collect.domain.imports.paid_marks import Mark, MarkKind, PaidWords, is_left_to_pay

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
    ],
)
def test_a_title_says_what_its_column_is(title, kind):
    assert WORDS.kind_of(title) is kind


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


def test_what_is_left_to_pay_has_been_deducted():
    assert is_left_to_pay("未缴金额（元）")
    assert not is_left_to_pay("应缴金额")

"""Lists in which a √ says who has to pay."""

from dataclasses import replace

import pytest

from offline_collect.domain.imports.proposal import Stated
from offline_collect.domain.imports.proposal_text import proposal_text
from offline_collect.domain.imports.suggestion import suggest
from offline_collect.domain.imports.ticked import Tick, stated_price, tick
from offline_collect.domain.texts.phrases import Phrase
from tests.domain.imports.seen_tables import chosen, doubted, table

DUE = "2030-12-31"


@pytest.mark.parametrize("text", ["√", "✔", "是", "Y", "报名", "√√"])
def test_a_tick_is_a_bill(text):
    assert tick(text) is Tick.DUE


@pytest.mark.parametrize("text", ["", "×", "否", "-", "不参加"])
def test_nothing_or_no_is_none(text):
    assert tick(text) is Tick.NOT_DUE


@pytest.mark.parametrize("text", ["○", "待定", "√?", "2"])
def test_what_may_mean_both_is_neither(text):
    assert tick(text) is Tick.UNKNOWN


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("兴趣班报名表（每人260元/月）", "260"),
        ("午餐 12.50元/人", "12.50"),
        ("收费标准：300元", "300"),
        ("每生每学期 450 元", "450"),
        ("每人260元，材料每人30元", None),
        ("2030年1月兴趣班", None),
    ],
)
def test_one_price_is_stated_or_none(text, price):
    assert stated_price([text]) == price


def listed(*rows, titles=("客户编号", "报名", "截止日"), price=None):
    return replace(table(list(titles), *rows), price=price)


ROWS = (["C1", "√", DUE], ["C2", "", DUE], ["C3", "√", DUE])


def test_the_price_above_is_what_each_pays():
    seen = listed(*ROWS, price=Stated("260", 1))
    found = suggest(seen)
    assert (found.marks, found.constants, doubted(found)) == (1, {"amount": "260"}, {})
    text = proposal_text(found, seen, about=Phrase("x"), header_row=None, rows=3)
    assert "marks: 报名  # only rows with a √" in text
    assert 'amount: "260"  # row 1 outside' in text


def test_a_column_of_the_price_comes_first():
    rows = [[*row, "30"] for row in ROWS]
    found = suggest(listed(*rows, titles=("客户编号", "报名", "截止日", "收费标准"), price=Stated("260", 1)))
    assert (chosen(found)["amount"], found.constants) == ("D", {})


def test_without_a_price_it_is_asked_for():
    found = suggest(listed(*ROWS))
    assert found.marks == 1
    assert doubted(found) == {"amount": ""}


def test_beside_an_amount_the_ticks_say_nothing_of_it():
    rows = [[*row, "30"] for row in ROWS]
    found = suggest(listed(*rows, titles=("客户编号", "报名", "截止日", "餐费"), price=Stated("260", 1)))
    assert found.marks is None
    assert chosen(found)["amount"] == "D"


@pytest.mark.parametrize("title", ["已缴", "12月", "备注"])
def test_other_ticks_are_no_bills(title):
    found = suggest(listed(*ROWS, titles=("客户编号", title, "截止日"), price=Stated("260", 1)))
    assert found.marks is None
    assert "amount" in doubted(found)

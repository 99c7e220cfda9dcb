"""Numbers of bills, made of what their rows say."""

import pytest

from offline_collect.domain.imports.made_numbers import (
    NUMBER_MAX,
    Composition,
    Lacking,
    TooLong,
    is_composition,
    unknown_parts,
)

USUAL = Composition("{period}/{customer_no}/{description}", {"period": "due_date"}, "description")
ROW = {"period": "2030-12", "customer_no": "20300101", "description": "Meals", "due_date": "2030-12-31"}


def without(key):
    return {name: text for name, text in ROW.items() if name != key}


def made(composition=USUAL, **parts):
    return composition.number(ROW | parts)


def test_a_number_is_made_of_its_parts():
    assert made() == "2030-12/20300101/Meals"


def test_a_part_stands_for_another_that_is_lacking():
    assert USUAL.number(without("period")) == "2030-12-31/20300101/Meals"


def test_a_due_date_stays_whole_on_the_first_of_a_month():
    assert USUAL.number(without("period") | {"due_date": "2031-01-01"}) == "2031-01-01/20300101/Meals"


def test_a_lacking_item_is_left_out_with_the_text_beside_it():
    assert USUAL.number(without("description")) == "2030-12/20300101"
    first = Composition("F-{description}-{customer_no}.", {}, "description")
    assert first.number(without("description")) == "20300101."
    assert made(first) == "F-Meals-20300101."


def test_other_parts_may_not_be_lacking():
    assert USUAL.number(without("customer_no")) == Lacking("customer_no")


@pytest.mark.parametrize("period", ["2030年12月", "203012", "２０３０－１２", "2030.12"])
def test_a_month_is_one_period_however_it_is_written(period):
    assert made(period=period) == made()


@pytest.mark.parametrize("period", ["2030-12(补)", "2030Q4"])
def test_another_period_makes_another_number(period):
    assert made(period=period) != made()


def test_a_customer_number_that_looks_like_a_month_stays_itself():
    assert made(customer_no="203012") == "2030-12/203012/Meals"


def test_other_characters_than_ascii_become_a_digest_of_the_whole():
    assert made(description="餐费") == "2030-12/20300101/~f0548d"
    assert made(description="餐 费") == made(description="餐费")
    assert made(customer_no="3幢12号铺", description="水") == "2030-12/312~df5766/~327b54"


def test_a_long_item_is_cut_and_two_long_items_never_make_one_number():
    first, second = (made(description=f"Fee of the whole year 2030, part {part}") for part in "ab")
    assert (len(first), first[:25]) == (NUMBER_MAX, "2030-12/20300101/Fee of t")
    assert first[:-6] == second[:-6]
    assert first != second


def test_a_number_that_is_too_long_without_its_item_is_none():
    assert isinstance(made(customer_no="1" * 20), TooLong)
    assert isinstance(USUAL.number(without("description") | {"customer_no": "1" * 25}), TooLong)


def test_what_a_mapping_says_is_a_composition_if_it_has_braces():
    assert [is_composition(text) for text in ("{period}-x", "单号", "{}")] == [True, False, True]
    assert unknown_parts("{period}-{x}", ["period"]) == ["x"]


def test_a_long_period_is_cut_if_it_is_a_digest_anyway():
    term = {"period": "2030-2031学年第一学期", "customer_no": "12345678", "description": "学杂费"}
    number = USUAL.number(term)
    assert (number[:9], number[15:], len(number)) == ("2030-203~", "/12345678/~434f98", NUMBER_MAX)
    assert number != USUAL.number(term | {"period": "2030-2031学年第二学期"})
    assert isinstance(USUAL.number(term | {"period": "2" * 20, "customer_no": "1" * 12}), TooLong)


def test_beside_a_long_customer_period_and_item_share_a_digest():
    term = {"period": "2030-2031学年第一学期", "customer_no": "G" + "5" * 18, "description": "教辅费"}
    number = USUAL.number(term)
    assert (number[0], number[7:]) == ("~", "/" + term["customer_no"])
    others = [term | {"description": "体检费"}, term | {"period": "2030-2031学年第二学期"}]
    assert len({number, *map(USUAL.number, others)}) == 3
    assert isinstance(USUAL.number(without("description") | term | {"customer_no": "G" * 30}), TooLong)

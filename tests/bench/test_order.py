"""The bills that measurements pay, and their order."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import order
from offline_collect_terminal.load.bills import Bill, read_bills


@given(bills=st.integers(1, 500), seed=st.integers(0, 1_000))
def test_the_random_order_has_each_bill_once_and_is_the_same_in_every_run(bills, seed):
    numbers = order.random_order(bills, seed)
    assert sorted(numbers) == list(range(bills))
    order.random_order.cache_clear()
    assert order.random_order(bills, seed) == numbers


def test_another_seed_is_another_order():
    assert order.random_order(100, 1) != order.random_order(100, 2)


@pytest.mark.parametrize("merchants", [1, 3, 10, 100])
def test_each_merchant_has_an_equal_part_of_the_bills_one_after_the_other(merchants):
    of = [order.merchant_of(bill, 3_000, merchants) for bill in range(3_000)]
    assert Counter(of) == {order.merchant_id(number): 3_000 // merchants for number in range(merchants)}
    changes = sum(before != after for before, after in pairwise(of))
    assert changes == merchants - 1


def test_the_load_generator_reads_a_part_of_the_order(tmp_path, monkeypatch):
    monkeypatch.setattr(order, "FOLDER", tmp_path / "files")
    file = order.bills_file(1_000, 10, 40, 3)
    numbers = order.random_order(1_000)[40:43]
    assert read_bills(file) == [
        Bill(f"BENCH{number // 100 + 1:03d}", f"B{number:08d}", 12_345) for number in numbers
    ]

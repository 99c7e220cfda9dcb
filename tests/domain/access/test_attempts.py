"""How often people may try to sign in: the bound of each sender, what it is counted by, and bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.access import attempts
from offline_collect.domain.access.attempts import Attempts, address_sender, name_sender


def test_a_sender_has_so_many_at_once_and_as_many_in_each_minute():
    counted = Attempts(3)
    assert [counted.take("a", 0.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert counted.take("b", 0.0), "another sender has his own"
    assert [counted.take("a", 20.0), counted.take("a", 20.0)] == [True, False]
    assert [counted.take("a", 80.0) for _ in range(4)] == [True] * 3 + [False]


def test_without_a_bound_nothing_is_counted():
    counted = Attempts(None)
    assert all(counted.take("a", 0.0) for _ in range(1_000))
    assert len(counted) == 0


def test_a_clock_that_is_set_back_keeps_nobody_waiting():
    counted = Attempts(2)
    assert [counted.take("a", 10_000.0) for _ in range(3)] == [True, True, False]
    assert [counted.take("a", 0.0) for _ in range(3)] == [True, True, False]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=60), st.integers(1, 10))
def test_in_no_minute_are_more_than_twice_as_many_taken(tries, most):
    counted, taken, now = Attempts(most), [], 0.0
    for sender, later in tries:
        now += later
        if counted.take(sender, now):
            taken.append((sender, now))
    for sender, start in taken:
        inside = [at for each, at in taken if each == sender and start <= at < start + 60]
        assert len(inside) <= 2 * most


def test_memory_is_bounded_and_who_was_silent_the_longest_is_forgotten(monkeypatch):
    monkeypatch.setattr(attempts, "SENDERS_MAX", 3)
    counted = Attempts(1)
    for sender in ("a", "b", "c"):
        assert counted.take(sender, 0.0)
    assert counted.take("d", 0.0)
    assert len(counted) == 3
    assert [counted.take(sender, 0.0) for sender in ("b", "c", "d")] == [False] * 3
    assert counted.take("a", 0.0)


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_is_counted_by_what_one_customer_has(address, sender):
    assert address_sender(address) == sender


def test_a_long_name_takes_no_memory():
    assert len(name_sender("x" * 100_000)) == 60
    assert name_sender("olga") == "olga"

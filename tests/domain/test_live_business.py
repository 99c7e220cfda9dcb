"""A link for tests takes no payments of a live business, and everything else."""

import datetime as dt

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.live_business import refuse_on_test_link
from tests.messages.commands import Terminal, repeated

NOW = dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)
TERMINAL = Terminal()
PAYMENT = TERMINAL.payment(NOW, "SCHOOL01", "X1", 100)


@pytest.mark.parametrize(
    "command", [PAYMENT, repeated(PAYMENT), TERMINAL.advice(NOW, "SCHOOL01", "X1", 100, PAYMENT)]
)
def test_a_live_business_takes_no_payment_on_a_link_for_tests(command):
    answer = refuse_on_test_link(command, test=True, live=True)
    assert answer.code is ResponseCode.NOT_PERMITTED
    assert answer.brief == "link is for tests"


@pytest.mark.parametrize(("test", "live"), [(False, True), (True, False), (False, False)])
def test_elsewhere_payments_are_taken(test, live):
    assert refuse_on_test_link(PAYMENT, test=test, live=live) is None


@pytest.mark.parametrize(
    "command",
    [
        TERMINAL.lookup(NOW, "SCHOOL01", "2026030117"),
        TERMINAL.status(NOW, PAYMENT),
        TERMINAL.reversal(NOW, PAYMENT),
    ],
)
def test_who_asks_or_undoes_is_served(command):
    assert refuse_on_test_link(command, test=True, live=True) is None

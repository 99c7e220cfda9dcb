"""Payments with a payer's fee: beside late fee and principal, on an account of its own."""

from dataclasses import replace

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Channel
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.payer_fee import PayerFee
from tests.support.samples import SCHOOL, SCHOOL_FORM, school_bill


@pytest.fixture
def charging(bank):
    """The school charges 30.00 a bill at a teller's, and 1 % of a payment at a kiosk."""
    fees = (
        PayerFee(Channel.TELLER, fixed_minor=3_000),
        PayerFee(Channel.KIOSK, rate_billionths=10_000_000, per_bill=False),
    )
    bank.store.put_merchant(replace(SCHOOL, payer_fees=fees, limits_minor={}), SCHOOL_FORM)
    bank.store.put_bills(school_bill("S2", 10_000, bill_id=12))
    return bank


def one(bank, teller, amount, fee, **more):
    return bank.ask(teller.payment(bank.now, "SCHOOL01", "S1", amount, payer_fee_minor=fee, **more))


def both(bank, teller, total, fee, **more):
    amounts = {"S1": 12_345, "S2": 10_000}
    return teller.payment_of(bank.now, "SCHOOL01", amounts, amount_minor=total, payer_fee_minor=fee, **more)


def lies(bank):
    """The balance of each account."""
    found = {}
    for entry in bank.tables.entries.values():
        found[entry.account] = found.get(entry.account, 0) + entry.amount_minor
    return found


def fees(bank):
    return [(row.amount_minor, row.payer_fee_minor, row.state.value) for row in bank.tables.payments.values()]


def test_the_amount_is_the_bill_and_the_fee(charging, teller):
    answer = one(charging, teller, 15_345, 3_000)
    assert answer.approved
    assert answer.values["payer_fee"] == 3_000
    (payment,) = charging.tables.payments.values()
    assert (payment.amount_minor, payment.principal_minor, payment.payer_fee_minor) == (15_345, 12_345, 3_000)
    rows = [(row.line, row.account, row.owner, row.amount_minor) for row in charging.tables.entries.values()]
    assert rows == [
        (1, Account.CLEARING, "12345678", 15_345),
        (2, Account.PAYABLE, "SCHOOL01", -12_345),
        (3, Account.PAYER_FEE, "12345678", -3_000),
    ]


@pytest.mark.parametrize(
    ("amount", "fee", "payer_fee"), [(12_345, 0, 3_000), (15_346, 3_001, 3_000), (15_344, 3_000, 3_000)]
)
def test_another_fee_or_amount_is_refused_with_what_is_right(charging, teller, amount, fee, payer_fee):
    answer = one(charging, teller, amount, fee)
    assert answer.code is ResponseCode.WRONG_AMOUNT
    assert answer.values == {"total_payable": 12_345, "payer_fee": payer_fee}


def test_a_fee_where_none_is_due_is_refused(bank, charging, teller):
    answer = one(charging, teller, 12_346, 1, channel=Channel.ONLINE)
    assert answer.values == {"total_payable": 12_345, "payer_fee": 0}
    wrong = one(charging, teller, 1, 0, channel=Channel.ONLINE)
    assert wrong.values == {"total_payable": 12_345}
    assert one(charging, teller, 12_345, 0, channel=Channel.ONLINE).approved
    at_water = teller.payment(bank.now, "WATER001", "W1", 20_001, payer_fee_minor=1)
    assert bank.ask(at_water).values == {"total_payable": 20_000, "payer_fee": 0}


def test_a_reversal_takes_the_fee_back(charging, teller):
    command = teller.payment(charging.now, "SCHOOL01", "S1", 15_345, payer_fee_minor=3_000)
    charging.ask(command)
    assert charging.ask(teller.reversal(charging.now, command)).values["reversal_did"] == "APPLIED"
    assert set(lies(charging).values()) == {0}


def test_an_advice_with_another_fee_goes_to_suspense_whole(charging, teller):
    advice = teller.advice(charging.now, "SCHOOL01", "S1", 12_345)
    assert charging.ask(advice).values["original_state"] == "SUSPENSE"
    assert fees(charging) == [(12_345, 0, "SUSPENSE")]


class TestSeveral:
    def test_each_bill_is_charged(self, charging, teller):
        command = both(charging, teller, 28_345, 6_000)
        answer = charging.ask(command)
        assert answer.values["payer_fee"] == 6_000
        assert fees(charging) == [(15_345, 3_000, "APPROVED"), (13_000, 3_000, "APPROVED")]
        assert lies(charging)[Account.PAYER_FEE] == -6_000
        assert [entry.line for entry in charging.tables.entries.values()] == [1, 2, 3, 4, 5, 6]
        charging.ask(teller.reversal(charging.now, command))
        assert set(lies(charging).values()) == {0}

    def test_or_the_payment_once(self, charging, teller):
        command = both(charging, teller, 22_568, 223, channel=Channel.KIOSK)
        assert charging.ask(command).approved
        assert fees(charging) == [(12_568, 223, "APPROVED"), (10_000, 0, "APPROVED")]

    def test_the_receipt_sums_it(self, charging, teller):
        form = replace(SCHOOL_FORM, receipt=("{amount}",))
        charging.store.put_merchant(charging.tables.merchants["SCHOOL01"], form)
        assert charging.ask(both(charging, teller, 28_345, 6_000)).values["receipt"] == "283.45"

    @pytest.mark.parametrize(("total", "fee"), [(22_345, 0), (25_345, 3_000), (28_346, 6_001)])
    def test_another_fee_is_refused(self, charging, teller, total, fee):
        answer = charging.ask(both(charging, teller, total, fee))
        assert (answer.code, answer.brief) == (ResponseCode.WRONG_AMOUNT, "wrong payer's fee")
        assert answer.values == {"total_payable": 22_345, "payer_fee": 6_000}

    def test_a_wrong_sum_is_refused(self, charging, teller):
        answer = charging.ask(both(charging, teller, 28_346, 6_000))
        assert (answer.brief, answer.values) == ("wrong sum", {"total_payable": 22_345})

    def test_an_advice_with_another_fee_is_one_line_in_suspense(self, charging, teller):
        command = teller.advice_of(charging.now, "SCHOOL01", {"S1": 12_345, "S2": 10_000})
        assert charging.ask(command).values["original_state"] == "SUSPENSE"
        assert fees(charging) == [(22_345, 0, "SUSPENSE")]

    def test_a_line_in_suspense_keeps_its_fee_in_its_amount(self, charging, teller):
        amounts = {"S1": 12_345, "NONE": 1}
        more = {"amount_minor": 18_346, "payer_fee_minor": 6_000}
        charging.ask(teller.advice_of(charging.now, "SCHOOL01", amounts, **more))
        assert fees(charging) == [(15_345, 3_000, "APPROVED"), (3_001, 0, "SUSPENSE")]

    def test_an_advice_for_an_unknown_merchant_has_no_fee(self, charging, teller):
        command = teller.advice_of(charging.now, "NOBODY", {"S1": 1, "S2": 2})
        assert charging.ask(command).values["original_state"] == "SUSPENSE"
        assert len(fees(charging)) == 2


def test_a_lookup_tells_what_each_bill_would_be_charged(charging, teller):
    def asked(**more):
        answer = charging.ask(teller.lookup(charging.now, "SCHOOL01", bill_no="S1", **more))
        return answer.records[0].values.get("payer_fee")

    assert asked(channel=Channel.TELLER) == 3_000
    assert asked(channel=Channel.KIOSK) == 123
    assert asked() is None


def fees_told(answer):
    return [record.payer_fee_minor for record in answer.records]


def test_a_lookup_says_what_each_bill_adds_to_the_fee_of_paying_them_together(charging, teller):
    assert fees_told(charging.ask(teller.lookup(charging.now, "SCHOOL01", "2026030117"))) == [0, 0]
    at_teller = teller.lookup(charging.now, "SCHOOL01", "2026030117", channel=Channel.TELLER)
    assert fees_told(charging.ask(at_teller)) == [3_000, 3_000]
    # 1 % of 123.45 is 1.23, of 223.45 is 2.23: no part of it is counted twice by rounding.
    at_kiosk = teller.lookup(charging.now, "SCHOOL01", "2026030117", channel=Channel.KIOSK)
    assert fees_told(charging.ask(at_kiosk)) == [123, 100]
    one_bill = teller.lookup(charging.now, "SCHOOL01", bill_no="S2", channel=Channel.TELLER)
    assert fees_told(charging.ask(one_bill)) == [3_000]


def test_without_open_bills_there_is_no_fee(charging, teller):
    assert charging.ask(both(charging, teller, 28_345, 6_000)).approved
    at_teller = teller.lookup(charging.now, "SCHOOL01", "2026030117", channel=Channel.TELLER)
    assert charging.ask(at_teller).records == ()

"""A payer's fee on real databases: stored, verified, and kept apart from what the merchant is owed."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from offline_collect.domain.merchant_documents import rules_to_document
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.merchant.reports.balances import day_balances
from offline_collect.store import get_merchant
from offline_collect.store.database.json import to_json
from offline_collect.store.reports.day_details import stream_details
from offline_collect.store.schema.tables import entries, merchants, payments
from tests.fakes.bank import DAY, NOON
from tests.support.samples import SCHOOL


@pytest.fixture
def charging(teller):
    """A school that charges payers 30.00 a bill; three of its bills are paid."""
    rules = rules_to_document(replace(SCHOOL, payer_fees=(PayerFee(fixed_minor=3_000),)))
    with teller.store.transaction() as tx:
        own = merchants.c.merchant_id == "SCHOOL01"
        tx.connection.execute(update(merchants).where(own).values(rules=to_json(rules)))
    assert teller.pay("S1", 15_345, payer_fee_minor=3_000)[1].approved
    amounts = {"S2": 12_345, "S3": 12_345}
    command = teller.terminal.payment_of(
        NOON, "SCHOOL01", amounts, amount_minor=30_690, payer_fee_minor=6_000
    )
    assert teller.ask(command).approved
    return teller, command


def balance(teller):
    with teller.store.snapshot() as reading:
        (day,) = day_balances(reading, get_merchant(reading, "SCHOOL01"), DAY, DAY)
    return day.owed_minor


def test_the_merchant_is_owed_the_bills_alone(charging):
    teller, command = charging
    assert teller.report().findings == ()
    assert balance(teller) == 3 * 12_345
    assert teller.ask(teller.terminal.reversal(NOON, command)).values["reversal_did"] == "APPLIED"
    assert teller.report().findings == ()
    assert balance(teller) == 12_345


def test_each_line_has_its_details(charging):
    teller, command = charging
    serial = teller.facts(keys={command.key}).transactions[command.key].serial_number
    reversal = teller.ask(teller.terminal.reversal(NOON, command)).values["serial_number"]
    with teller.store.snapshot() as reading:
        details = list(stream_details(reading, "SCHOOL01", DAY, DAY))
    told = [(each.name, each.payment, each.bill_no, each.credited_minor) for each in details]
    assert told[1:] == [
        (serial, serial, "S2", 12_345),
        (f"{serial}/2", f"{serial}/2", "S3", 12_345),
        (reversal, serial, "S2", -12_345),
        (f"{reversal}/2", f"{serial}/2", "S3", -12_345),
    ]
    assert {each.collected_minor for each in details} == {12_345, -12_345}


@pytest.mark.parametrize(
    "change",
    [
        update(payments).where(payments.c.line == 2).values(payer_fee_minor=2_999),
        update(entries).where(entries.c.account == "PAYER_FEE").values(account="PAYABLE"),
    ],
)
def test_verify_finds_a_fee_that_is_not_what_it_should_be(charging, change):
    teller, _ = charging
    with teller.store.transaction() as tx:
        tx.connection.execute(change)
    assert not teller.report().whole

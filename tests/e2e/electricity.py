"""A store with an electricity company whose subscribers owe two bills each in rupiah."""

import datetime as dt
from dataclasses import replace

from offline_collect.domain.commands import Channel
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.store import (
    BillRecord,
    CustomerRecord,
    StoreSettings,
    add_merchant,
    open_store,
    publish_form,
    put_bills,
    put_customers,
    replace_merchant,
)
from tests.databases.school import fill, findings, in_force

ELECTRICITY = "M0000000000001"
SUBSCRIBER, SUBSCRIBER_OF_13 = "535012345678", "5350123456789"
OCTOBER, NOVEMBER = "B2026-10-000777", "B2026-11-000777"
RUPIAH = "360"
COMPANY = Merchant(ELECTRICITY, "Listrik", "utility", SettlementAccount("6222000000000001"), currency=RUPIAH)


def owing(url):
    """Fill an empty store."""
    fill(url)
    store = open_store(StoreSettings(url))
    form = PaymentForm(
        1, "Listrik", (Input("number", "Nomor", "Nomor pelanggan"),), show=("period", "due_date", "tariff")
    )
    opened = dt.datetime(2026, 11, 21, 16, 0, tzinfo=dt.UTC)
    with store.transaction() as tx:
        add_merchant(tx, COMPANY)
        publish_form(tx, ELECTRICITY, form, opened)
        people = [
            CustomerRecord(number, "Budi Santoso", {"number": number})
            for number in (SUBSCRIBER, SUBSCRIBER_OF_13)
        ]
        put_customers(tx, ELECTRICITY, people)
        put_bills(tx, ELECTRICITY, list(_bills(SUBSCRIBER, "")) + list(_bills(SUBSCRIBER_OF_13, "S")))
    store.dispose()


def _bills(customer, suffix):
    for number, amount, month in ((OCTOBER, 6_400_000, 10), (NOVEMBER, 6_250_000, 11)):
        yield BillRecord(
            f"{number}{suffix}",
            customer,
            amount,
            dt.date(2099, month, 20),
            currency=RUPIAH,
            period=f"2099-{month}",
            extra={"tariff": "R1"},
        )


def charge_payers(url):
    """Charge payers 3,000 rupiah a bill."""
    store = open_store(StoreSettings(url))
    charging = replace(COMPANY, payer_fees=(PayerFee(Channel.TELLER, fixed_minor=300_000),))
    with store.transaction() as tx:
        replace_merchant(tx, charging)
    store.dispose()


def finally_paid(url, *bills):
    """Hold that these bills are paid and no others, and that the books are right."""
    store = open_store(StoreSettings(url))
    assert in_force(store) == dict.fromkeys(bills, 1)
    assert findings(store) == []
    store.dispose()

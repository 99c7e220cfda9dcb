"""The data of measurements: a store of bills, of one merchant or of many, and payments of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from order import BILL, merchant_id, merchant_of
from sqlalchemy import select

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel, Payment, Tender
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.store import (
    StoreSettings,
    StoreTransaction,
    add_merchant,
    open_first_day,
    open_store,
    publish_form,
    upgrade,
)
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.database.json import to_json
from offline_collect.store.schema import tables

MERCHANT = merchant_id(0)
INSTITUTION = "12345678"
STUDENT = "{:010d}"
AMOUNT_MINOR = 12_345
BILLS_A_CUSTOMER = 2
CHUNK = 50_000
TODAY = BusinessDate(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)
DUE = dt.date(2026, 11, 30)

_IN_EFFECT = (None, None, None, None)
"""The columns of a row that does not come from an import."""


def make_store(url: str, bills: int, merchants: int = 1) -> None:
    """Make a store at ``url`` and fill it with ``bills`` bills, two for each customer, over all merchants."""
    settings = StoreSettings(url)
    upgrade(settings)
    store = open_store(settings)
    with store.transaction() as tx:
        open_first_day(tx, TODAY, NOW)
        _add_schools(tx, merchants)
        for first in range(0, bills, CHUNK):
            numbers = range(first, min(first + CHUNK, bills))
            _fill(tx, numbers, [merchant_of(n, bills, merchants) for n in numbers])
    store.dispose()


def reserve_serial_numbers(url: str, count: int) -> int:
    """Take serial numbers out of a new store, for payments that others write; return the first."""
    store = open_store(StoreSettings(url))
    session = store.write_session()
    first = session.reserve_numbers(count)
    session.close()
    store.dispose()
    return first


def _add_schools(tx: StoreTransaction, count: int) -> None:
    """Add one merchant with its form, and the others as its copies."""
    form = PaymentForm(1, "学费缴纳", (Input("student_no", "学号", "请输入学号"),))
    add_merchant(tx, Merchant(MERCHANT, "阳光小学", "school", SettlementAccount("6222000000000001")))
    publish_form(tx, MERCHANT, form, NOW)
    for table in (tables.merchants, tables.payment_forms):
        first = tx.connection.execute(select(table)).one()
        bulk_insert(tx.connection, table, [(merchant_id(n), *first[1:]) for n in range(1, count)])


def _fill(tx: StoreTransaction, numbers: range, merchants: list[str]) -> None:
    """Insert bills and their customers directly into the tables: an import would look each one up."""
    people = range(numbers.start // BILLS_A_CUSTOMER, (numbers.stop - 1) // BILLS_A_CUSTOMER + 1)
    inputs = [{"student_no": STUDENT.format(n)} for n in people]
    schools = merchants[::BILLS_A_CUSTOMER]
    named = [(school, f"C{n:08d}") for school, n in zip(schools, people, strict=True)]
    no_debits = (None,) * 11
    nothing = (None, None, None, 0, *no_debits, 1, *_IN_EFFECT)
    bulk_insert(
        tx.connection,
        tables.customers,
        [(*who, "王小明", to_json(typed), *nothing) for who, typed in zip(named, inputs, strict=True)],
    )
    # The database numbers its customers from 1 on, in order.
    keys = [
        (school, lookup_key(typed), n + 1) for school, n, typed in zip(schools, people, inputs, strict=True)
    ]
    bulk_insert(tx.connection, tables.customer_keys, keys)
    unpaid = ("156", "十一月餐费", "2026-11", None, None, None, 1, None, 0, 0, 0, 0, None, 0, *_IN_EFFECT)
    bulk_insert(
        tx.connection,
        tables.bills,
        [
            (merchant, BILL.format(n), f"C{n // BILLS_A_CUSTOMER:08d}", AMOUNT_MINOR, DUE, *unpaid)
            for merchant, n in zip(merchants, numbers, strict=True)
        ],
    )


def payments(first: int, count: int) -> Iterator[Payment]:
    """Yield payments of the bills from number ``first`` on, decoded as from the wire."""
    for n in range(first, first + count):
        terminal, stan = f"LD{n % 16:06d}", f"{n % 1_000_000:06d}"
        yield Payment(
            link="fep-1",
            institution=INSTITUTION,
            terminal=terminal,
            stan=stan,
            sent_at=NOW,
            received_at=NOW,
            allowed_ms=10_000,
            key=f"P|{INSTITUTION}|{terminal}|{stan}|2026112208{n // 1_000_000:04d}",
            trace=f"P|{INSTITUTION}|{terminal}|{stan}|{n:012d}",
            fingerprint=f"500000|{AMOUNT_MINOR:012d}|{MERCHANT}|156|{BILL.format(n)}",
            repeat=False,
            rrn=f"{n:012d}",
            journal=(
                f"0200 3=500000 4={AMOUNT_MINOR:012d} 7=1122083000 11={stan} 12=163000 13=1122 32=12345678"
                f" 37={n:012d} 41={terminal} 42={MERCHANT} 48=[0030={BILL.format(n)} 0060=T001 0061=CASH"
                " 0062=TELLER] 49=156"
            ),
            merchant_id=MERCHANT,
            bill_no=BILL.format(n),
            amount_minor=AMOUNT_MINOR,
            currency="156",
            tender=Tender.CASH,
            channel=Channel.TELLER,
            teller="T001",
            local_date=TODAY,
        )

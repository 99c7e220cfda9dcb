"""A business day of many payments, and the front-end processor's file of it with planted differences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data import AMOUNT_MINOR, CHUNK, INSTITUTION, MERCHANT, NOW, TODAY
from order import BILL

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.store import SqlStore, StoreSettings, open_store
from offline_collect.store.database.bulk_write import bulk_insert
from offline_collect.store.schema import tables

TERMINALS = 2_000
PLANTED = 1_000
"""Differences: as many of each kind of `Plan`."""

_TOMORROW = BusinessDate(2026, 11, 23)
_SECONDS = 14 * 3600


@dataclass(frozen=True)
class Plan:
    """Which payments differ, by their numbers; by default none.

    Attributes:
        unlisted: the file lacks them.
        other_amount: the file has another amount.
        refused: the file has them, but here they were declined.
        twice: the file has them twice.
        unknown: the file has so many that are not known here.
    """

    unlisted: range = range(0)
    other_amount: range = range(0)
    refused: range = range(0)
    twice: range = range(0)
    unknown: range = range(0)

    @classmethod
    def of(cls, payments: int) -> Plan:
        """Spread the differences over all payments."""
        each = PLANTED // 5
        step = payments // each
        first, second, third, fourth = (range(n, payments, step) for n in range(4))
        return cls(first, second, third, fourth, range(payments, payments + each))


def pay_day(url: str, payments: int) -> None:
    """Write a day of payments with differences into a new store, and cut it."""
    store = open_store(StoreSettings(url))
    write_payments(store, payments, Plan.of(payments))
    store.cutover(TODAY, _TOMORROW, NOW + dt.timedelta(hours=15), CLOCK)
    store.dispose()


def write_payments(store: SqlStore, payments: int, plan: Plan) -> None:
    """Write a day of payments into a new store."""
    for first in range(0, payments, CHUNK):
        numbers = range(first, min(first + CHUNK, payments))
        with store.transaction() as tx:
            bulk_insert(tx.connection, tables.transactions, [_transaction(n, plan) for n in numbers])
            posted = [n for n in numbers if n not in plan.refused]
            bulk_insert(tx.connection, tables.payments, [_payment(n) for n in posted])
            bulk_insert(tx.connection, tables.entries, [row for n in posted for row in _entries(n)])


def day_file(path: Path, payments: int) -> int:
    """Write the file of the day; return the number of its details."""
    plan = Plan.of(payments)
    details = list(_listed(payments, plan))
    layout = Schemas().fixed_layouts()["fep-detail"]
    with path.open("wb") as stream:
        writer = FixedWidthWriter(stream, layout)
        writer.header({"institution": INSTITUTION, "settlement_date": TODAY, "count": len(details)})
        for sequence, n in enumerate(details, 1):
            writer.detail(_detail(sequence, n, plan))
        writer.trailer({})
    return len(details)


def _listed(payments: int, plan: Plan) -> Iterator[int]:
    for n in range(payments):
        if n not in plan.unlisted:
            yield n
        if n in plan.twice:
            yield n
    yield from plan.unknown


def _detail(sequence: int, n: int, plan: Plan) -> dict[str, Any]:
    sent = _sent_at(n)
    return {
        "sequence": sequence,
        "mti": "0200",
        "terminal": _terminal(n),
        "stan": _stan(n),
        "transmission_time": f"{sent:%Y%m%d%H%M%S}",
        "merchant_id": MERCHANT,
        "bill_no": BILL.format(n),
        "amount": AMOUNT_MINOR + (n in plan.other_amount),
        "response_code": "00",
        "settlement_date": TODAY,
        "original_stan": None,
        "original_time": None,
    }


def _terminal(n: int) -> str:
    return f"LD{n % TERMINALS:06d}"


def _stan(n: int) -> str:
    return f"{n // TERMINALS % 1_000_000:06d}"


def _sent_at(n: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=n % _SECONDS)


def _key(n: int) -> str:
    return f"P|{INSTITUTION}|{_terminal(n)}|{_stan(n)}|{_sent_at(n):%Y%m%d%H%M%S}"


def serial_of(n: int) -> str:
    """Return the serial number of a payment by its number."""
    return f"{TODAY.compact}{n + 1:012d}"


def _transaction(n: int, plan: Plan) -> tuple[Any, ...]:
    refused = n in plan.refused
    answer = '{"code":"BILL_PAID"}' if refused else '{"code":"APPROVED"}'
    return (
        _key(n),
        f"500000|{AMOUNT_MINOR:012d}|{MERCHANT}|156|{BILL.format(n)}",
        "PAYMENT",
        "BILL_PAID" if refused else "APPROVED",
        answer,
        TODAY,
        None if refused else serial_of(n),
        AMOUNT_MINOR,
        "156",
        INSTITUTION,
        _terminal(n),
        _sent_at(n),
        f"0200 3=500000 4={AMOUNT_MINOR:012d} 11={_stan(n)} 41={_terminal(n)} 42={MERCHANT}",
    )


def _payment(n: int) -> tuple[Any, ...]:
    serial = serial_of(n)
    money = (AMOUNT_MINOR, "156", AMOUNT_MINOR, 0, 0, AMOUNT_MINOR, 0)
    taken = ("TELLER", "CASH", f"T{n % 100:03d}", INSTITUTION, _terminal(n), TODAY, _sent_at(n))
    posted = ("A00001", "APPROVED", serial, 1, 0, 1, 0)
    return (serial, _key(n), MERCHANT, BILL.format(n), f"C{n // 2:08d}", *money, *taken, *posted)


def _entries(n: int) -> list[tuple[Any, ...]]:
    serial = serial_of(n)
    return [
        (serial, 1, serial, "CLEARING", INSTITUTION, AMOUNT_MINOR, "156", TODAY, 1),
        (serial, 2, serial, "PAYABLE", MERCHANT, -AMOUNT_MINOR, "156", TODAY, 1),
    ]

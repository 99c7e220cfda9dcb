"""What the console is measured on: a store with a paid day and one of each thing that a page shows, and the pages' addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from console_site import MAKER, OPERATOR, USERS, add_users
from console_things import put_things
from data import AMOUNT_MINOR, INSTITUTION, MERCHANT, NOW, TODAY, reserve_serial_numbers
from order import BILL
from paid_day import Plan, serial_of, write_payments
from sqlalchemy import insert, select

from offline_collect.console.page_table import PAGES
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import permissions_of
from offline_collect.domain.debits.batches import Batch, BatchState
from offline_collect.domain.merchants import SettlementAccount
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp, RowKind
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.profile.lifecycle import change_merchant
from offline_collect.store import SqlStore, StoreSettings, StoreTransaction, open_store
from offline_collect.store.database.statistics import gather_statistics
from offline_collect.store.debits.batches import add_batch, next_batch_no
from offline_collect.store.reconciliation.items import put_items
from offline_collect.store.schema.tables import entries, imports, merchants, payments, transactions

ITEMS = 2_000
MERCHANTS = 10_000
"""Merchants without bills beside the one that has them: the list of merchants is long."""

FILES = (f"/merchants/{MERCHANT}/poster", f"/merchants/{MERCHANT}/workbooks/bills")
"""Addresses that make a file: it takes as long as it takes, and the bars of pages are not for it."""

_WAITING = {"import_id": 1, "kind": "bills", "sha256": "0" * 64, "name": "bills.csv", "size_bytes": 1}
_COUNTS = dict.fromkeys(
    ("read", "new", "changed", "unchanged", "withdrawn", "refused", "overtaken"),
    1,
)


def prepare(url: str, paid: int) -> dict[str, str]:
    """Fill a store; return what pages are asked for by the names of their addresses' parameters."""
    add_users(url)
    reserve_serial_numbers(url, paid)
    store = open_store(StoreSettings(url))
    write_payments(store, paid, Plan())
    with store.transaction() as tx:
        _add_merchants(tx)
        put_items(tx, [_item(n) for n in range(ITEMS)])
        batch = _add_batch(tx)
        whole = {"merchant_id": MERCHANT, "options": "{}", "who": MAKER, "began_at": NOW, "state": "WAITING"}
        counts = {f"rows_{name}": count for name, count in _COUNTS.items()}
        tx.connection.execute(insert(imports), _WAITING | whole | counts)
        things = put_things(tx, batch)
        # PostgreSQL looks at a table a minute after it has grown; these were empty when the store was made.
        gather_statistics(tx.connection, (transactions, payments, entries, merchants))
    _ask(store)
    store.dispose()
    middle = paid // 2
    return {
        **things,
        "/payments/{serial}": f"/payments/{serial_of(middle)}",
        "/debit-batches/{number}": f"/debit-batches/{batch}",
        "{merchant}": MERCHANT,
        "/customer": f"C{middle // 2:08d}",
        "/bill": BILL.format(middle),
        "{date}": str(TODAY),
        "{name}": MAKER,
        "{number}": "1",
    }


def _add_merchants(tx: StoreTransaction) -> None:
    first = tx.connection.execute(select(merchants).where(merchants.c.merchant_id == MERCHANT)).one()
    others = [
        {**first._asdict(), "merchant_id": f"SHOP{n:06d}", "form_version": None} for n in range(MERCHANTS)
    ]
    tx.connection.execute(insert(merchants), others)


def _item(n: int) -> Item:
    return Item(
        difference=DifferenceClass.PLATFORM_ONLY.value,
        follow_up=FollowUp.CONTRA,
        state=ItemState.OPEN,
        institution=INSTITUTION,
        business_date=TODAY,
        kind=RowKind.PAYMENT,
        match_key=f"P|{INSTITUTION}|{n}",
        message_key=f"P|{INSTITUTION}|{n}",
        opened_at=NOW,
        merchant_id=MERCHANT,
        ours_minor=AMOUNT_MINOR,
        currency="156",
    )


def _add_batch(tx: StoreTransaction) -> str:
    number = next_batch_no(tx, TODAY)
    tomorrow = TODAY + dt.timedelta(days=1)
    batch = Batch(
        batch_no=number,
        merchant_id=MERCHANT,
        institution=INSTITUTION,
        business_date=TODAY,
        collection_date=tomorrow,
        creditor_id=None,
        currency="156",
        record_count=1,
        total_minor=AMOUNT_MINOR,
        state=BatchState.REGISTERED,
    )
    add_batch(tx, batch, OPERATOR, NOW)
    return number


def _ask(store: SqlStore) -> None:
    """Have a change of a merchant wait for another user."""
    actor = Actor(MAKER, frozenset(USERS[MAKER]))
    other = SettlementAccount("6222000000000002")
    now = dt.datetime.now(dt.UTC)
    change_merchant(
        store,
        MERCHANT,
        lambda merchant, _: replace(merchant, settlement_account=other),
        actor,
        now,
        control=DualControl(),
    )


def addresses(known: dict[str, str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return a user and an address for each page, and the pages whose address has something that the store lacks."""
    found, lacking = [], []
    for page in PAGES:
        if page.method != "GET" or page.path == "/sign-in":
            continue
        address = _address(page.path, known)
        if address is None:
            lacking.append(page.path)
            continue
        users = [
            name
            for name, roles in USERS.items()
            if page.permission is None or page.permission in permissions_of(frozenset(roles))
        ]
        found.append((users[0], address))
    return found, lacking


def _address(path: str, known: dict[str, str]) -> str | None:
    if path in known:
        return known[path]
    if path in {"/bills", "/customers"}:
        return f"{path}?merchant={MERCHANT}"
    address = path.replace("{merchant}", MERCHANT)
    for kind in ("/customer", "/bill"):
        if address.startswith(kind) and "{number:path}" in address:
            return address.replace("{number:path}", known[kind])
    for name, value in known.items():
        if name.startswith("{"):
            address = address.replace(name, value)
    return None if "{" in address else address


def searches(known: dict[str, str], paid: int) -> Iterator[tuple[str, str]]:
    """Yield a user and an address for each search, rare and frequent, first and later pages."""
    middle, last = paid // 2, paid - 1
    bills, customers = f"/bills?merchant={MERCHANT}", f"/customers?merchant={MERCHANT}"
    day = f"/payments?from={TODAY}&to={TODAY}"
    yield from (
        (MAKER, address)
        for address in (
            f"{bills}&number={BILL.format(last)}",
            f"{bills}&number={last}",
            f"{bills}&number=X9",
            f"{bills}&number=1&anywhere=1",
            f"{bills}&customer={known['/customer']}",
            f"{bills}&customer=X9",
            f"{bills}&state=PAID",
            f"{bills}&period=2031-01",
            f"{bills}&due_from=2031-01-01",
            f"{bills}&after=%22{BILL.format(middle)}%22",
            f"{customers}&number=C00",
            f"{customers}&number=X9",
            f"/payments?merchant={MERCHANT}&bill={BILL.format(middle)}",
            f"/payments?merchant={MERCHANT}&customer={known['/customer']}",
            f"/payments?institution={INSTITUTION}&terminal=LD000007",
            f"/payments?institution={INSTITUTION}&terminal=LD000007&amount=1.00",
            day,
            f"{day}&amount=1.00",
            f"{day}&rrn=999999999999",
            f"{day}&stan=000001",
            f"{day}&merchant=SHOP000001",
            f"{day}&after=%5B%22{serial_of(middle)}%22%2C1%5D",
            f"/day-end/{TODAY}?class=PLATFORM_ONLY&open=1",
            f"{customers}&number=9&anywhere=1",
        )
    )

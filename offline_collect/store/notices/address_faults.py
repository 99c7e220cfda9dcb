"""Addresses that are not the customer's, or do not work: what was said of them, and what failed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, or_, select, update

from offline_collect.store.database.bulk_write import bulk_insert, bulk_update
from offline_collect.store.database.list_parameter import CODE, wanted
from offline_collect.store.schema.notice_address_tables import notice_addresses
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_key import Lock, rows_by_key
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_OWN = notice_addresses.c
_KEY = {"merchant_id": CODE, "address": CODE}


@dataclass(frozen=True, slots=True)
class StoredAddress:
    """What was said of an address within a merchant, and what failed.

    Attributes:
        address: its digest.
        customer_no: the customer whose notice went there last.
        refused_at: when its owner said that he is not the customer; None if he did not.
        confirmed_at: when a user said that several customers have it; None if none did.
        failed: messages that failed for good because of it.
    """

    merchant_id: str
    address: str
    customer_no: str
    refused_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    failed: int = 0


_stored = row_reader(StoredAddress, notice_addresses.columns.keys(), {})


def get_address(tx: StoreTransaction, merchant_id: str, address: str) -> StoredAddress | None:
    """Return what is stored of an address, locked; None if nothing is."""
    asked = select(notice_addresses).where(_OWN.merchant_id == merchant_id, _OWN.address == address)
    row = tx.connection.execute(asked.with_for_update()).first()
    return None if row is None else _stored(row)


def put_address(tx: StoreTransaction, address: StoredAddress, *, there: bool) -> None:
    """Write what is known of an address.

    Args:
        there: whether something is stored of it.
    """
    values = {column.name: getattr(address, column.name) for column in notice_addresses.columns}
    if not there:
        tx.connection.execute(insert(notice_addresses).values(values))
        return
    same = (_OWN.merchant_id == address.merchant_id, _OWN.address == address.address)
    tx.connection.execute(update(notice_addresses).where(*same).values(values))


def count_failures(tx: StoreTransaction, failed: Sequence[tuple[str, str, str]]) -> None:
    """Count messages that failed for good because of their address.

    Args:
        failed: merchant, digest of the address and number of the customer of each.
    """
    if not failed:
        return
    counts: dict[tuple[str, str], StoredAddress] = {}
    for merchant_id, address, customer_no in failed:
        place = (merchant_id, address)
        before = counts.get(place, StoredAddress(merchant_id, address, customer_no))
        counts[place] = replace(before, customer_no=customer_no, failed=before.failed + 1)
    there = rows_by_key(
        tx.connection.dialect.name, notice_addresses, _KEY, _OWN.merchant_id, _OWN.address, lock=Lock.WAIT
    )
    found = tx.connection.execute(there, wanted(tuple(_KEY), sorted(counts)))
    stored = {(row.merchant_id, row.address): row.failed for row in found}
    changed = [
        (each.customer_no, stored[place] + each.failed, *place)
        for place, each in counts.items()
        if place in stored
    ]
    bulk_update(
        tx.connection, notice_addresses, ("customer_no", "failed"), ("merchant_id", "address"), changed
    )
    new = [each for place, each in counts.items() if place not in stored]
    rows = [(each.merchant_id, each.address, each.customer_no, None, None, each.failed) for each in new]
    bulk_insert(tx.connection, notice_addresses, rows)


def faulty_addresses(
    tx: StoreTransaction, merchant_id: str, failed_max: int, page: tuple[str | None, int]
) -> list[StoredAddress]:
    """Return a merchant's addresses that were refused or have failed too often, by customer.

    Args:
        page: the customer after whom it begins, and how many at most.
    """
    after, most = page
    asked = select(notice_addresses).where(
        _OWN.merchant_id == merchant_id, or_(_OWN.refused_at.is_not(None), _OWN.failed >= failed_max)
    )
    if after is not None:
        asked = asked.where(_OWN.customer_no > after)
    rows = tx.connection.execute(asked.order_by(_OWN.customer_no, _OWN.address).limit(most))
    return [_stored(row) for row in rows]


def sharing_customers(tx: StoreTransaction, merchant_id: str, page: tuple[str | None, int]) -> list[str]:
    """Return the numbers of a merchant's customers who share their mobile with one of another name.

    Args:
        page: the customer after whom it begins, and how many at most.
    """
    after, most = page
    of = customers.c
    own = (of.merchant_id == merchant_id, in_effect(customers), of.mobile.is_not(None))
    shared = select(of.mobile).where(*own).group_by(of.mobile).having(func.count(of.name.distinct()) > 1)
    asked = select(of.customer_no).where(*own, of.mobile.in_(shared))
    if after is not None:
        asked = asked.where(of.customer_no > after)
    return list(tx.connection.execute(asked.order_by(of.customer_no).limit(most)).scalars())

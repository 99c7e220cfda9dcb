"""What is known of payers' addresses, for a whole batch of notices at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import UNKNOWN, AddressRecord
from offline_collect.store.database.list_parameter import CODE, wanted
from offline_collect.store.schema.notice_address_tables import (
    address_keys,
    notice_addresses,
    notice_consents,
    notice_opt_outs,
)
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_key import rows_by_key
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_ADDRESS = {"merchant_id": CODE, "address": CODE}
_MOBILE = {"merchant_id": CODE, "mobile": CODE}
_CUSTOMER = {"merchant_id": CODE, "customer_no": CODE}

Place = tuple[str, str]
"""A merchant, and the digest of an address, a mobile number or the number of a customer."""


def address_key(tx: StoreTransaction) -> bytes:
    """Return the store's key of the digests of addresses."""
    return bytes.fromhex(tx.connection.execute(select(address_keys.c.secret)).scalar_one())


def hold_limits(tx: StoreTransaction) -> None:
    """Have other senders count what was sent after this one has written what it claims: they would both use the rest.

    Until the transaction ends. Nothing else locks the row of the key.
    """
    tx.connection.execute(select(address_keys.c.secret).with_for_update())


def known_addresses(
    tx: StoreTransaction, addresses: Collection[Place], mobiles: Mapping[Place, str]
) -> dict[Place, AddressRecord]:
    """Return what is known of addresses within their merchants; one of which nothing is known is missing.

    Args:
        mobiles: their digests by merchant and number, as the merchant wrote it.
    """
    known = _told(tx, addresses)
    for (merchant_id, mobile), names in names_of_mobiles(tx, mobiles).items():
        place = (merchant_id, mobiles[merchant_id, mobile])
        known[place] = replace(known.get(place, UNKNOWN), names=names)
    return known


def _told(tx: StoreTransaction, addresses: Collection[Place]) -> dict[Place, AddressRecord]:
    opted, told = _told_statements(tx.connection.dialect.name)
    asked = wanted(tuple(_ADDRESS), sorted(addresses))
    classes: dict[Place, set[NoticeClass]] = {}
    for row in tx.connection.execute(opted, asked):
        classes.setdefault((row.merchant_id, row.address), set()).add(NoticeClass(row.notice_class))
    known = {place: AddressRecord(opted_out=frozenset(each)) for place, each in classes.items()}
    for row in tx.connection.execute(told, asked):
        place = (row.merchant_id, row.address)
        known[place] = replace(
            known.get(place, UNKNOWN),
            refused=row.refused_at is not None,
            confirmed=row.confirmed_at is not None,
            failed=row.failed,
        )
    return known


@cache
def _told_statements(dialect: str) -> tuple[Select[Any], Select[Any]]:
    """Return the statements, which are made once: a sender needs them for each batch."""
    return (
        rows_by_key(
            dialect,
            notice_opt_outs,
            _ADDRESS,
            notice_opt_outs.c.merchant_id,
            notice_opt_outs.c.address,
        ),
        rows_by_key(
            dialect,
            notice_addresses,
            _ADDRESS,
            notice_addresses.c.merchant_id,
            notice_addresses.c.address,
        ),
    )


def names_of_mobiles(tx: StoreTransaction, mobiles: Collection[Place]) -> dict[Place, int]:
    """Return how many different names the customers in effect have who share a mobile number, if it is more than one."""
    if not mobiles:
        return {}
    statement = _names_statement(tx.connection.dialect.name)
    rows = tx.connection.execute(statement, wanted(tuple(_MOBILE), sorted(mobiles)))
    return {(row.merchant_id, row.mobile): row.names for row in rows}


@cache
def _names_statement(dialect: str) -> Select[Any]:
    of = customers.c
    found = rows_by_key(
        dialect, customers, _MOBILE, of.merchant_id, of.mobile, where=in_effect(customers)
    ).subquery("found")
    names = func.count(found.c.name.distinct())
    return (
        select(found.c.merchant_id, found.c.mobile, names.label("names"))
        .group_by(found.c.merchant_id, found.c.mobile)
        .having(names > 1)
    )


def proved_customers(tx: StoreTransaction, asked: Collection[Place]) -> set[Place]:
    """Return those of some customers whose consent to advertising is in force."""
    if not asked:
        return set()
    of = notice_consents.c
    found = rows_by_key(
        tx.connection.dialect.name,
        notice_consents,
        _CUSTOMER,
        of.merchant_id,
        of.customer_no,
        where=of.withdrawn_at.is_(None),
    )
    rows = tx.connection.execute(found, wanted(tuple(_CUSTOMER), sorted(asked)))
    return {(row.merchant_id, row.customer_no) for row in rows}

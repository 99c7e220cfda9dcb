"""Payers of notices: of a customer, only what a notice needs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from offline_collect.domain.effects import Addressee
from offline_collect.domain.notices.second_look import Payer
from offline_collect.store.database.list_parameter import CODE, wanted
from offline_collect.store.schema.tables import customers
from offline_collect.store.sql.by_key import rows_by_key
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_CUSTOMER = {"merchant_id": CODE, "customer_no": CODE}


def payers_of(tx: StoreTransaction, asked: Iterable[tuple[str, str]]) -> dict[Addressee, Payer]:
    """Return the customers in effect of some merchants and numbers; one that is not there is missing."""
    statement = _payers(tx.connection.dialect.name)
    rows = tx.connection.execute(statement, wanted(tuple(_CUSTOMER), sorted(asked))).all()
    return {
        (merchant_id, number): Payer(name, bool(consent), mobile, email, app_user)
        for merchant_id, number, name, consent, mobile, email, app_user in rows
    }


@cache
def _payers(dialect: str) -> Select[Any]:
    """Return the statement, which is made once: making it takes longer than SQLite to carry it out."""
    of = customers.c
    found = rows_by_key(
        dialect, customers, _CUSTOMER, of.merchant_id, of.customer_no, where=in_effect(customers)
    ).subquery("found")
    own = found.c
    return select(
        own.merchant_id, own.customer_no, own.name, own.consent, own.mobile, own.email, own.app_user
    )

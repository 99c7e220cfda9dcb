"""How users sign in to the console: their passwords' hashes, second factors and wrong attempts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, delete, insert, or_, select

from offline_collect.store.schema.console_tables import user_credentials
from offline_collect.store.sql.transaction import StoreTransaction

SEALED_MARK = ":"
"""Stands in every encrypted secret, and in none in base 32."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """How a user signs in; its repr shows nothing of it.

    Attributes:
        password_hash: Argon2id; None if the user has no password yet.
        must_change: whether another user chose the password.
        proposed_hash: a password that waits for a second person.
        totp_secret: of the second factor, encrypted under the master key; None without one. In base 32 as it is in a
            store of before version 0029, until the console starts.
        proposed_totp: likewise a secret whose user has not given a code of it yet.
        totp_step: the time step of the last code that was taken.
        failures: wrong passwords in a row.
        failed_at: the moment of the last one.
    """

    name: str
    password_hash: str | None = None
    must_change: bool = False
    proposed_hash: str | None = None
    totp_secret: str | None = None
    proposed_totp: str | None = None
    totp_step: int | None = None
    failures: int = 0
    failed_at: dt.datetime | None = None


def get_credentials(tx: StoreTransaction, name: str, *, lock: bool = False) -> Credentials | None:
    """Return how a user signs in; None if nothing was set for him.

    Args:
        lock: lock it until the transaction ends.
    """
    asked: Select[Any] = select(user_credentials).where(user_credentials.c.name == name)
    row = tx.connection.execute(asked.with_for_update() if lock else asked).mappings().first()
    return None if row is None else _record(row)


def _record(row: RowMapping) -> Credentials:
    return Credentials(**{**row, "must_change": bool(row["must_change"])})


def with_second_factor(tx: StoreTransaction) -> list[Credentials]:
    """Return the credentials that have a second factor, or a proposed one, by name; locked."""
    own = user_credentials.c
    asked = select(user_credentials).where(or_(own.totp_secret.is_not(None), own.proposed_totp.is_not(None)))
    rows = tx.connection.execute(asked.order_by(own.name).with_for_update()).mappings()
    return [_record(row) for row in rows]


def put_credentials(tx: StoreTransaction, after: Credentials) -> None:
    """Write how a user signs in, in place of what is there."""
    tx.connection.execute(delete(user_credentials).where(user_credentials.c.name == after.name))
    row = {name: getattr(after, name) for name in user_credentials.c.keys()}  # noqa: SIM118 - columns
    tx.connection.execute(insert(user_credentials), {**row, "must_change": int(after.must_change)})

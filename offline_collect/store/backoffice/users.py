"""Users of the back office, by name; the back office defines what their roles allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from offline_collect.domain.access.organisation import DEFAULT_BANK
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import AlreadyExistsError
from offline_collect.store.schema.user_tables import user_merchants, users
from offline_collect.store.sql.scope import in_scope, sees_user
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user.

    Attributes:
        name: at most 60 characters, as in the audit trail.
        roles: names of his roles, in alphabetical order.
        disabled: whether he can no longer act.
        added_at: when he was added.
        organisation_id: the group, bank or branch that he belongs to.
        merchants: the only merchants that he sees, in order; none for users of a bank.
        os_account: his account of the operating system; None without one.
    """

    name: str
    roles: tuple[str, ...]
    disabled: bool
    added_at: dt.datetime
    organisation_id: str = DEFAULT_BANK
    merchants: tuple[str, ...] = ()
    os_account: str | None = None


def add_user(tx: StoreTransaction, user: UserRecord) -> None:
    """Add a user.

    Raises:
        AlreadyExistsError: a user has this name or account, perhaps one out of the caller's sight.
    """
    refuse_taken(tx, user)
    tx.connection.execute(insert(users), {"name": user.name, "added_at": user.added_at, **_changing(user)})
    _name_merchants(tx, user)


def refuse_taken(tx: StoreTransaction, user: UserRecord) -> None:
    """Refuse a new user whose name or account another one has, in scope or not.

    Raises:
        AlreadyExistsError: another user has it.
    """
    own = select(users.c.name).where(users.c.name == user.name)
    if tx.connection.execute(own).first() is not None:
        raise AlreadyExistsError(
            Phrase(
                "there is a user {name} already; `offline-collect user set` changes his roles", name=user.name
            )
        )
    refuse_shared_account(tx, user)


def change_user(tx: StoreTransaction, user: UserRecord) -> None:
    """Change all of an existing user except the name.

    Raises:
        AlreadyExistsError: another user has this account.
    """
    refuse_shared_account(tx, user)
    tx.connection.execute(update(users).where(users.c.name == user.name).values(_changing(user)))
    seen = in_scope(user_merchants.c.merchant_id, tx.scope)
    tx.connection.execute(delete(user_merchants).where(user_merchants.c.name == user.name, seen))
    _name_merchants(tx, user)


def get_user(tx: StoreTransaction, name: str, *, lock: bool = False) -> UserRecord | None:
    """Return a user; None if none in the transaction's scope has this name.

    Args:
        lock: lock him until the transaction ends, so that no other transaction changes him.
    """
    statement: Select[Any] = select(users).where(users.c.name == name, sees_user(tx.scope))
    row = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else _record(row, _merchants(tx, name))


def list_users(tx: StoreTransaction) -> list[UserRecord]:
    """Return all users by name."""
    seen = select(users).where(sees_user(tx.scope)).order_by(users.c.name)
    named = _merchants(tx)
    return [_record(row, named) for row in tx.connection.execute(seen)]


def refuse_shared_account(tx: StoreTransaction, user: UserRecord) -> None:
    """Refuse an account that another user has, in scope or not.

    Raises:
        AlreadyExistsError: another user has it.
    """
    if user.os_account is None:
        return
    other = select(users.c.name).where(users.c.os_account == user.os_account, users.c.name != user.name)
    if tx.connection.execute(other).first() is not None:
        raise AlreadyExistsError(
            Phrase("the account {os_account} is another user's already", os_account=user.os_account)
        )


def _changing(user: UserRecord) -> dict[str, Any]:
    return {
        "roles": ",".join(sorted(user.roles)),
        "disabled": int(user.disabled),
        "organisation_id": user.organisation_id,
        "os_account": user.os_account,
    }


def _name_merchants(tx: StoreTransaction, user: UserRecord) -> None:
    if user.merchants:
        rows = [{"name": user.name, "merchant_id": merchant_id} for merchant_id in user.merchants]
        tx.connection.execute(insert(user_merchants), rows)


def _merchants(tx: StoreTransaction, name: str | None = None) -> dict[str, list[str]]:
    """Return the merchants of merchant users, by user; only of the named user if one is given."""
    found = select(user_merchants).where(in_scope(user_merchants.c.merchant_id, tx.scope))
    if name is not None:
        found = found.where(user_merchants.c.name == name)
    named: dict[str, list[str]] = {}
    for row in tx.connection.execute(found.order_by(user_merchants.c.merchant_id)):
        named.setdefault(row.name, []).append(row.merchant_id)
    return named


def _record(row: Any, merchants: Mapping[str, Sequence[str]]) -> UserRecord:
    return UserRecord(
        name=row.name,
        roles=tuple(row.roles.split(",")),
        disabled=bool(row.disabled),
        added_at=row.added_at,
        organisation_id=row.organisation_id,
        merchants=tuple(merchants.get(row.name, ())),
        os_account=row.os_account,
    )

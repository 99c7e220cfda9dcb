"""Users of the back office, by name; what their roles allow is the back office's to know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update

from offline_collect.store.database.errors import Taken
from offline_collect.store.schema.user_tables import users
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user.

    Attributes:
        name: at most 60 characters, as it stands in the audit trail.
        roles: names of his roles, in alphabetical order.
        disabled: nothing is done in his name any more.
        added_at: when he was added.
    """

    name: str
    roles: tuple[str, ...]
    disabled: bool
    added_at: dt.datetime


def add_user(tx: StoreTransaction, user: UserRecord) -> None:
    """Add a user.

    Raises:
        Taken: there is one of this name.
    """
    if get_user(tx, user.name) is not None:
        raise Taken(f"there is a user {user.name} already; `offline-collect user set` changes his roles")
    tx.connection.execute(insert(users), {"name": user.name, "added_at": user.added_at, **_changing(user)})


def change_user(tx: StoreTransaction, user: UserRecord) -> None:
    """Give a user who is there other roles, or disable or enable him."""
    tx.connection.execute(update(users).where(users.c.name == user.name).values(_changing(user)))


def get_user(tx: StoreTransaction, name: str, *, lock: bool = False) -> UserRecord | None:
    """Return a user; None if there is none of this name.

    Args:
        lock: keep others from changing him until the transaction ends.
    """
    statement: Select[Any] = select(users).where(users.c.name == name)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else _record(row)


def list_users(tx: StoreTransaction) -> list[UserRecord]:
    """Return all users by name."""
    return [_record(row) for row in tx.connection.execute(select(users).order_by(users.c.name))]


def _changing(user: UserRecord) -> dict[str, Any]:
    return {"roles": ",".join(sorted(user.roles)), "disabled": int(user.disabled)}


def _record(row: Any) -> UserRecord:
    return UserRecord(row.name, tuple(row.roles.split(",")), bool(row.disabled), row.added_at)

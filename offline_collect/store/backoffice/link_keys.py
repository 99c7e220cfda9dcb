"""Keys of links, encrypted; ``domain.keys.life`` decides their transitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.keys.life import LIFE, KeyEvent, KeyPurpose, KeyStanding, KeyState, refusal
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.database.errors import WrongStateError
from offline_collect.store.schema.key_tables import link_keys
from offline_collect.store.sql.transaction import StoreTransaction

KEY_COUNTER = "link keys"
"""Name of the counter whose row is locked while keys change."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LinkKey:
    """A stored key.

    Attributes:
        key_name: the name of the keys, as links name them.
        key_number: its number among the keys of the name, in the order of their making.
        cipher: AES, DES or SM4.
        check_value: of the key, or of its first component while it is ENTERING.
        sealed: the value, encrypted under the master key; None after it was erased.
        master_check_value: the check value of the master key.
        made_by: the user or link that made it, or the user who entered its first component.
        completed_by: the user who entered the second component; None for a made key, whose second person is in the
            approvals.
        changed_at: the time of its last change of state.
        retires_at: the end of its overlap; None before RETIRING.
    """

    key_name: str
    key_number: int
    purpose: KeyPurpose
    state: KeyState
    cipher: str
    check_value: str
    sealed: str | None
    master_check_value: str
    made_by: str
    made_through: str | None
    made_at: dt.datetime
    completed_by: str | None
    changed_at: dt.datetime
    retires_at: dt.datetime | None = None

    def __repr__(self) -> str:
        return f"<LinkKey {self.place} {self.state} {self.check_value}>"

    @property
    def place(self) -> str:
        """Its name, purpose and number, to which the encryption binds its value."""
        return f"{self.key_name} {self.purpose} {self.key_number}"

    @property
    def standing(self) -> KeyStanding:
        """The facts that decide its next step."""
        return KeyStanding(self.state, self.made_by, self.made_through, self.retires_at)


def lock_keys(tx: StoreTransaction) -> None:
    """Lock keys against other changes until the transaction ends."""
    tx.connection.execute(tx.statements.next_number, {"counter": KEY_COUNTER})


def next_key_number(tx: StoreTransaction, key_name: str) -> int:
    """Return the number of the next key of a name; keys must be locked."""
    highest = select(func.max(link_keys.c.key_number)).where(link_keys.c.key_name == key_name)
    return int(tx.connection.execute(highest).scalar() or 0) + 1


def add_key(tx: StoreTransaction, key: LinkKey) -> None:
    """Insert a new key."""
    tx.connection.execute(insert(link_keys), _row(key))


def move_key(
    tx: StoreTransaction,
    key: LinkKey,
    event: KeyEvent,
    actor: Actor,
    now: dt.datetime,
    after: LinkKey | None = None,
) -> LinkKey:
    """Apply an event to a key and return the changed key; keys must be locked.

    Args:
        after: the key with the changes other than its state; None without any.

    Raises:
        WrongStateError: the event cannot happen to it; the message has the reason.
    """
    why = refusal(event, key.standing, actor, now)
    if why is not None:
        raise WrongStateError(
            Phrase(
                "key {place} is {state}: event '{event}' is not allowed ({why})",
                place=key.place,
                state=key.state,
                event=event.value,
                why=why.value,
            )
        )
    state = LIFE[event].target
    moved = replace(after or key, state=state, changed_at=now)
    if state is KeyState.RETIRED:
        moved = replace(moved, sealed=None)
    own = (link_keys.c.key_name == key.key_name, link_keys.c.key_number == key.key_number)
    tx.connection.execute(update(link_keys).where(*own), _row(moved))
    return moved


def keys_of(tx: StoreTransaction, key_name: str) -> list[LinkKey]:
    """Return all keys of a name, in order."""
    own = select(link_keys).where(link_keys.c.key_name == key_name).order_by(link_keys.c.key_number)
    return [_record(row) for row in tx.connection.execute(own)]


def living_keys(tx: StoreTransaction, key_names: Collection[str]) -> list[LinkKey]:
    """Return the keys of some names that are not RETIRED, in order."""
    own = link_keys.c.key_name.in_(sorted(key_names))
    found = select(link_keys).where(own, link_keys.c.state != KeyState.RETIRED.value)
    ordered = found.order_by(link_keys.c.key_name, link_keys.c.key_number)
    return [_record(row) for row in tx.connection.execute(ordered)]


def masters_in_use(tx: StoreTransaction) -> set[str]:
    """Return the check values of the master keys under which keys are stored."""
    of_keys = select(link_keys.c.master_check_value).where(link_keys.c.sealed.is_not(None)).distinct()
    return set(tx.connection.execute(of_keys).scalars())


def stored_keys(tx: StoreTransaction) -> list[LinkKey]:
    """Return the keys of all names that have a value, in order; not those of an unknown purpose or state."""
    known = (
        link_keys.c.purpose.in_([purpose.value for purpose in KeyPurpose]),
        link_keys.c.state.in_([state.value for state in KeyState]),
    )
    found = select(link_keys).where(link_keys.c.sealed.is_not(None), *known)
    ordered = found.order_by(link_keys.c.key_name, link_keys.c.key_number)
    return [_record(row) for row in tx.connection.execute(ordered)]


def write_sealed(tx: StoreTransaction, key: LinkKey) -> None:
    """Store a key's value as it was encrypted under another master key; keys must be locked."""
    own = (link_keys.c.key_name == key.key_name, link_keys.c.key_number == key.key_number)
    written = {"sealed": key.sealed, "master_check_value": key.master_check_value}
    tx.connection.execute(update(link_keys).where(*own), written)


def _row(key: LinkKey) -> dict[str, object]:
    row = {column.name: getattr(key, column.name) for column in link_keys.columns}
    return row | {"purpose": key.purpose.value, "state": key.state.value}


def _record(row: Row[Any]) -> LinkKey:
    values = row._asdict()
    purpose, state = KeyPurpose(values["purpose"]), KeyState(values["state"])
    return LinkKey(**values | {"purpose": purpose, "state": state})

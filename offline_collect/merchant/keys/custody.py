"""The custody of keys under the master key, and the terms of a link's keys."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.keys.life import KeyEvent, KeyPurpose, KeyState
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.store import (
    LinkKey,
    StoreTransaction,
    append_audit,
    living_keys,
    masters_in_use,
    move_key,
    next_key_number,
)
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import CIPHERS, check_value
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import NONCE_BYTES, SealingKey

Key = LinkKey


@dataclass(frozen=True, slots=True, repr=False)
class Custody:
    """Encrypts and decrypts the keys of a store.

    Attributes:
        master: the key under which all others are encrypted.
        overlap: how long MACs of the former working key stay valid after the first use of the next one.
        random: returns a number of random bytes.
        following: the next master key, while the master key is changed; None otherwise.
    """

    master: SealingKey
    overlap: dt.timedelta
    random: Callable[[int], bytes] = secrets.token_bytes
    following: SealingKey | None = None

    def seal(self, key: Key, value: bytes) -> Key:
        """Return a key with its encrypted value and its check value, under the master key that it names."""
        return replace(
            key,
            sealed=self.seal_value(value, key.place, key.master_check_value),
            check_value=check_value(KeyCipher(key.cipher), value),
            master_check_value=self._under(key.master_check_value).check_value,
        )

    def seal_value(self, value: bytes, place: str, master_check_value: str) -> str:
        """Return a value encrypted under the master key with a check value, and bound to its place in the store."""
        return self._under(master_check_value).seal(value, place, self.random(NONCE_BYTES))

    def in_use(self, stored: Collection[str]) -> SealingKey:
        """Return the master key for a new key: the next one as soon as stored keys are under it.

        Args:
            stored: the check values of the master keys under which keys are stored.
        """
        following = self.following
        return following if following is not None and following.check_value in stored else self.master

    def check(self) -> None:
        """Check that the master keys can be used; a module's error says why one cannot."""
        for master in (self.master, self.following):
            if master is not None:
                master.check()

    def problem(self, key: Key) -> str | None:
        """Return what is wrong with a stored key; None if it opens and has its check value."""
        try:
            value = self.open(key)
            shown = check_value(KeyCipher(key.cipher), value)
        except KeyRefusedError as error:
            return str(error)
        except ValueError:
            return f"it is not a key of the cipher {key.cipher}"
        return (
            None
            if shown == key.check_value
            else f"its check value is {shown}, and {key.check_value} is stored"
        )

    def _under(self, master_check_value: str) -> SealingKey:
        """Return the master key with a check value; without it, the present one, which then refuses the key."""
        following = self.following
        named = following is not None and following.check_value == master_check_value
        return following if following is not None and named else self.master

    def open(self, key: Key) -> bytes:
        """Return a key's value.

        Raises:
            KeyRefusedError: it was encrypted under another master key, or changed.
        """
        assert key.sealed is not None, "a retired key has no value"
        return self.open_value(key.sealed, key.place, key.master_check_value)

    def open_value(self, sealed: str, place: str, master_check_value: str) -> bytes:
        """Return a value that was encrypted under the master key with a check value.

        Raises:
            KeyRefusedError: it was encrypted under another master key, or changed.
        """
        try:
            return self._under(master_check_value).open(sealed, place)
        except KeyFormatError as error:
            reason = str(error)
        raise KeyRefusedError(reason)


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms of a link's keys, from the configuration.

    Attributes:
        key_name: the name of the keys in the store.
        algorithm: the MAC algorithm of the working keys.
        organisation_id: the organisation of the link.
        kek_cipher: the cipher of the key-encrypting key that people enter.
    """

    key_name: str
    algorithm: MacAlgorithm
    organisation_id: str
    kek_cipher: KeyCipher = KeyCipher.AES

    def cipher_of(self, purpose: KeyPurpose) -> KeyCipher:
        """Return the cipher of keys of a purpose."""
        return self.kek_cipher if purpose is KeyPurpose.KEK else CIPHERS[self.algorithm]


def new_key(
    tx: StoreTransaction,
    custody: Custody,
    terms: KeyTerms,
    purpose: KeyPurpose,
    state: KeyState,
    actor: Actor,
    now: dt.datetime,
) -> Key:
    """Return a new key, without a value, for the master key in use."""
    return LinkKey(
        key_name=terms.key_name,
        key_number=next_key_number(tx, terms.key_name),
        purpose=purpose,
        state=state,
        cipher=terms.cipher_of(purpose).value,
        check_value="",
        sealed=None,
        master_check_value=custody.in_use(masters_in_use(tx)).check_value,
        made_by=actor.name,
        made_through=actor.through,
        made_at=now,
        completed_by=None,
        changed_at=now,
    )


def find(tx: StoreTransaction, key_name: str, purpose: KeyPurpose, *states: KeyState) -> list[Key]:
    """Return the keys of a name and purpose in any of some states, never RETIRED: those rows only grow in number."""
    return [key for key in living_keys(tx, [key_name]) if key.purpose is purpose and key.state in states]


def move_all(tx: StoreTransaction, keys: list[Key], event: KeyEvent, actor: Actor, now: dt.datetime) -> None:
    """Apply an event to keys, and write each change into the audit trail."""
    for key in keys:
        audit(tx, actor, f"keys {event.value}", key, move_key(tx, key, event, actor, now), now)


def audit(
    tx: StoreTransaction, actor: Actor, action: str, before: Key | None, after: Key, now: dt.datetime
) -> None:
    """Write a change of a key into the audit trail, with its check value and never its value."""
    subject = Subject(SubjectType.KEY, after.place)
    append_audit(
        tx, actor, action, subject, None if before is None else _described(before), _described(after), now
    )


def _described(key: Key) -> dict[str, Any]:
    return {"state": key.state.value, "cipher": key.cipher, "check_value": key.check_value}

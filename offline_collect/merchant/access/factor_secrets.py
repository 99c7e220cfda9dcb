"""The secrets of second factors at rest: each is encrypted under the master key, and bound to its user.

The stored form is the check value of the master key, a colon, and what the master key made of the secret. A store of
before version 0029 has secrets as they are, in base 32; they have no colon, and :func:`seal_stored` encrypts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import SecondFactorError
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody
from offline_collect.store import SqlStore, StoreTransaction, lock_keys, masters_in_use
from offline_collect.store.backoffice.credentials import (
    SEALED_MARK,
    Credentials,
    put_credentials,
    with_second_factor,
)

NO_MASTER_KEY = Phrase(
    "second factors need the master key, under which the store keeps their secrets: set keys.master_key_file,"
    " make it with `offline-collect keys init`, and start the console again"
)
UNREADABLE = Phrase(
    "the secret of the second factor cannot be decrypted: the console has another master key than the store;"
    " start it with the present one"
)


def seal_secret(tx: StoreTransaction, custody: Custody, name: str, secret: str) -> str:
    """Return a user's secret as it is stored; keys must be locked, so that the master key in use does not change."""
    master = custody.in_use(masters_in_use(tx) | _masters(with_second_factor(tx)))
    return _sealed(custody, name, secret, master.check_value)


def open_secret(custody: Custody | None, name: str, stored: str) -> str:
    """Return a user's secret in base 32.

    Raises:
        SecondFactorError: there is no master key, or another one.
    """
    if custody is None:
        raise SecondFactorError(NO_MASTER_KEY)
    check_value, mark, sealed = stored.partition(SEALED_MARK)
    if not mark:
        return stored
    try:
        return custody.open_value(sealed, _place(name), check_value).decode()
    except KeyRefusedError:
        raise SecondFactorError(UNREADABLE) from None


def seal_stored(store: SqlStore, custody: Custody | None) -> int:
    """Encrypt the secrets that a store has as they are; return of how many users.

    Raises:
        SecondFactorError: there are secrets, and no master key, or another one.
    """
    with store.transaction() as tx:
        lock_keys(tx)
        stored = with_second_factor(tx)
        for known in stored:
            for secret in _secrets(known):
                open_secret(custody, known.name, secret)
        if custody is None:
            return 0
        open_ones = [each for each in stored if not all(SEALED_MARK in one for one in _secrets(each))]
        master = custody.in_use(masters_in_use(tx) | _masters(stored)).check_value
        for known in open_ones:
            put_credentials(tx, _changed(known, partial(_encrypted, custody, known.name, master)))
    return len(open_ones)


def rewrapped(tx: StoreTransaction, custody: Custody, present: str) -> list[Credentials]:
    """Return the credentials whose secrets are not under a master key, with them encrypted under it.

    Args:
        present: the check value of this master key.
    """
    return [
        _changed(known, partial(_under, custody, known.name, present))
        for known in with_second_factor(tx)
        if _masters([known]) != {present}
    ]


def _encrypted(custody: Custody, name: str, master: str, stored: str) -> str:
    return stored if SEALED_MARK in stored else _sealed(custody, name, stored, master)


def _under(custody: Custody, name: str, present: str, stored: str) -> str:
    if stored.partition(SEALED_MARK)[0] == present:
        return stored
    return _sealed(custody, name, open_secret(custody, name, stored), present)


def _sealed(custody: Custody, name: str, secret: str, check_value: str) -> str:
    return f"{check_value}{SEALED_MARK}{custody.seal_value(secret.encode(), _place(name), check_value)}"


def _changed(known: Credentials, change: Callable[[str], str]) -> Credentials:
    own, proposed = known.totp_secret, known.proposed_totp
    return replace(
        known,
        totp_secret=None if own is None else change(own),
        proposed_totp=None if proposed is None else change(proposed),
    )


def _secrets(known: Credentials) -> list[str]:
    return [each for each in (known.totp_secret, known.proposed_totp) if each is not None]


def _masters(stored: list[Credentials]) -> set[str]:
    """Return the check values of the master keys that secrets are under; '' for one that is not encrypted."""
    parts = (secret.partition(SEALED_MARK) for known in stored for secret in _secrets(known))
    return {check_value if mark else "" for check_value, mark, _ in parts}


def _place(name: str) -> str:
    return f"second factor of {name}"

"""Working keys that the partner makes and sends in a message of its dialect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.keys.life import KeyEvent, KeyPurpose, KeyState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody, Key, KeyTerms, audit, find, move_all
from offline_collect.merchant.keys.working_keys import end_overlaps, issue, kek_of, refuse_too_many
from offline_collect.store import SqlStore, keys_of, lock_keys
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.key_transit import (
    Kek,
    KeyForm,
    KeyTransit,
    check_value_in,
    fits_check_value,
    unwrap_key,
)

_IN_USE = frozenset({KeyState.ISSUED, KeyState.ACTIVE})


@dataclass(frozen=True, slots=True, repr=False)
class Delivered:
    """A working key that the partner has made, as its message carries it.

    Attributes:
        text: the key under the link's KEK.
        check_value: hex digits; None without one.
    """

    text: str
    check_value: str | None


def take_by_message(
    store: SqlStore,
    custody: Custody,
    terms: KeyTerms,
    delivered: Delivered,
    transit: KeyTransit,
    link: Actor,
    now: dt.datetime,
) -> tuple[Key, str]:
    """Take a working key from a partner's message, or find it if it was taken before.

    It is ISSUED, in place of one that was not used yet. A key whose check value a former key had is refused: the
    message may be an old one that the network sends again.

    Returns:
        The key, and its check value as the dialect's messages carry it.

    Raises:
        KeyRefusedError: the message has no key that can be used, the link has no KEK, or too many former keys are in
            their overlap.
    """
    with store.transaction() as tx:
        lock_keys(tx)
        end_overlaps(tx, terms.key_name, link, now)
        value = _delivered_value(kek_of(tx, custody, terms), delivered, terms, transit)
        shown = check_value(terms.cipher_of(KeyPurpose.MAC), value)
        known = [
            key
            for key in keys_of(tx, terms.key_name)
            if key.purpose is KeyPurpose.MAC and key.check_value == shown
        ]
        if known and known[-1].state in _IN_USE and custody.open(known[-1]) == value:
            return known[-1], check_value_in(transit, value, terms.algorithm)
        if known:
            raise KeyRefusedError(
                Phrase("a former key had the check value {shown}: make another key", shown=shown)
            )
        refuse_too_many(tx, terms)
        unused = find(tx, terms.key_name, KeyPurpose.MAC, KeyState.ISSUED)
        move_all(tx, unused, KeyEvent.REPLACED, link, now)
        made = issue(tx, custody, terms, value, link, now)
        audit(tx, link, "keys take", None, made, now)
        return made, check_value_in(transit, value, terms.algorithm)


def _delivered_value(kek: Kek, delivered: Delivered, terms: KeyTerms, transit: KeyTransit) -> bytes:
    given = delivered.check_value
    if given is None and transit.form is not KeyForm.TR_31:
        raise KeyRefusedError(
            Phrase("the message has no check value, and nothing else shows that the key is whole")
        )
    try:
        value = unwrap_key(kek, delivered.text, terms.algorithm, transit)
    except KeyFormatError as error:
        reason = str(error)
    else:
        if given is None or fits_check_value(transit, value, terms.algorithm, given):
            return value
        reason = f"the key does not have the check value {given} of the message"
    raise KeyRefusedError(reason)

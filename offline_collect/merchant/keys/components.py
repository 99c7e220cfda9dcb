"""Entering a key in two components, by two people; neither of them knows the key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.keys.life import KeyEvent, KeyPurpose, KeyRefusal, KeyState, completed, refusal
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody, Key, KeyTerms, audit, find, move_all, new_key
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    add_key,
    lock_keys,
    move_key,
    require_organisation,
)
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.key_block import check_kek, check_kek_parts
from offline_collect.wire.security.mac_settings import KEY_SIZES, MacSettings

COMPONENTS = 2


@dataclass(frozen=True, slots=True, repr=False)
class Component:
    """One of the two values whose XOR is the key.

    Attributes:
        number: 1 or 2.
    """

    number: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Entered:
    """The result of entering a component.

    Attributes:
        component_check_value: the check value of the component.
        key: the key after it.
    """

    component_check_value: str
    key: Key


def may_enter_keys(actor: Actor) -> None:
    """Refuse users who may not enter components, before they type one.

    Raises:
        NotPermittedError: the actor may not maintain keys.
    """
    actor.require(Permission.MAINTAIN_KEYS)


def enter_component(
    store: SqlStore,
    custody: Custody,
    terms: KeyTerms,
    purpose: KeyPurpose,
    component: Component,
    actor: Actor,
    now: dt.datetime,
    wanted: str | None = None,
) -> Entered:
    """Enter one of the two components of a key; the second one, from another person, completes the key.

    Args:
        store: the store of keys.
        custody: encrypts the component and the key.
        terms: the terms of the link's keys.
        purpose: the purpose of the key.
        component: the component.
        actor: the user who enters it.
        now: the current time.
        wanted: the check value that the component must have; None accepts any.

    Raises:
        NotPermittedError: the actor may not maintain keys.
        NotFoundError: the link belongs to an organisation that the actor does not see.
        KeyRefusedError: the component has a wrong length or check value, there is no first component, or the same
            person entered it.
    """
    may_enter_keys(actor)
    _check_length(terms, purpose, component.value)
    shown = check_value(terms.cipher_of(purpose), component.value)
    if wanted is not None and wanted.upper() != shown:
        raise KeyRefusedError(
            Phrase(
                "the component's check value is {shown}, not {wanted}: type it again",
                shown=shown,
                wanted=wanted.upper(),
            )
        )
    with store.transaction() as tx:
        require_organisation(tx, terms.organisation_id)
        lock_keys(tx)
        entering = find(tx, terms.key_name, purpose, KeyState.ENTERING)
        if component.number == 1:
            move_all(tx, entering, KeyEvent.ABANDONED, actor, now)
            return Entered(shown, _begin(tx, custody, terms, purpose, component.value, actor, now))
        return Entered(shown, _complete(tx, custody, terms, entering, component.value, actor, now))


def _check_length(terms: KeyTerms, purpose: KeyPurpose, value: bytes) -> None:
    try:
        if purpose is KeyPurpose.KEK:
            check_kek(value, terms.kek_cipher)
        elif len(value) not in KEY_SIZES[terms.algorithm]:
            sizes = " or ".join(str(2 * size) for size in KEY_SIZES[terms.algorithm])
            raise KeyRefusedError(
                Phrase(
                    "a component of a key of {algorithm} has {sizes} hex digits, not {value}",
                    algorithm=terms.algorithm,
                    sizes=sizes,
                    value=2 * len(value),
                )
            )
    except KeyFormatError as error:
        raise KeyRefusedError(str(error)) from None


def _begin(
    tx: StoreTransaction,
    custody: Custody,
    terms: KeyTerms,
    purpose: KeyPurpose,
    value: bytes,
    actor: Actor,
    now: dt.datetime,
) -> Key:
    key = custody.seal(new_key(tx, custody, terms, purpose, KeyState.ENTERING, actor, now), value)
    add_key(tx, key)
    audit(tx, actor, "keys import", None, key, now)
    return key


def _complete(
    tx: StoreTransaction,
    custody: Custody,
    terms: KeyTerms,
    entering: list[Key],
    value: bytes,
    actor: Actor,
    now: dt.datetime,
) -> Key:
    if not entering:
        raise KeyRefusedError(
            Phrase("there is no first component: another person must enter it first, with --component 1")
        )
    (key,) = entering
    event = completed(key.purpose)
    if refusal(event, key.standing, actor, now) is KeyRefusal.SAME_PERSON:
        raise KeyRefusedError(
            Phrase(
                "the first component was entered by the same person ({made_by}): another person must"
                " enter the second",
                made_by=key.made_by,
            )
        )
    if key.cipher != terms.cipher_of(key.purpose):
        raise KeyRefusedError(
            Phrase(
                "the first component is of a key of {cipher}, and the configuration has changed"
                " since: enter it again",
                cipher=key.cipher,
            )
        )
    combined = _combine(custody.open(key), value)
    _check_key(terms, key.purpose, combined)
    former = (KeyState.ACTIVE,) if key.purpose is KeyPurpose.KEK else (KeyState.ISSUED,)
    move_all(tx, find(tx, key.key_name, key.purpose, *former), KeyEvent.REPLACED, actor, now)
    whole = replace(custody.seal(key, combined), completed_by=actor.name)
    done = move_key(tx, key, event, actor, now, whole)
    audit(tx, actor, "keys import", key, done, now)
    return done


def _combine(first: bytes, second: bytes) -> bytes:
    if len(first) != len(second):
        raise KeyRefusedError(
            Phrase(
                "the first component has {first} hex digits, the second {second}: they must be equally long",
                first=2 * len(first),
                second=2 * len(second),
            )
        )
    return bytes(one ^ other for one, other in zip(first, second, strict=True))


def _check_key(terms: KeyTerms, purpose: KeyPurpose, value: bytes) -> None:
    if not any(value):
        raise KeyRefusedError(Phrase("both components are equal, so the key would be all zeros"))
    try:
        if purpose is KeyPurpose.KEK:
            check_kek_parts(value, terms.kek_cipher)
            return
        MacSettings(terms.algorithm).check_key(value)
    except KeyFormatError as error:
        raise KeyRefusedError(str(error)) from None

"""Making working keys: two people make or import one, or the link requests one by message (0800, DE 70 161).

A new key is ISSUED until its first use. A key that people make before that replaces it, so that a link has one ISSUED
key at most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.keys.life import MAKES_MACS, RETIRING_MAX, KeyEvent, KeyPurpose, KeyState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request, ask
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody, Key, KeyTerms, audit, find, move_all, new_key
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    add_key,
    living_keys,
    lock_keys,
    move_key,
    require_organisation,
)
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security import key_block
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_transit import (
    Kek,
    KeyTransit,
    check_value_in,
    wrap_key,
)
from offline_collect.wire.security.mac_settings import MacAlgorithm

RANDOM_BYTES = 32
TR_31 = KeyTransit()
"""How people exchange keys, and messages unless the dialect says otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """A request of people for a working key.

    Attributes:
        action: make the first key, make the next key, or import a key that the partner has made.
        block: the TR-31 key block under the link's KEK; None unless the partner has made the key.
        check_value: the check value that the key must have; None accepts any.
        at_once: whether the former keys end at once, because others may know them.
    """

    action: DualAction
    terms: KeyTerms
    block: str | None = None
    check_value: str | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A working key for the partner.

    Attributes:
        block: the key under the link's KEK; a TR-31 key block unless the dialect says otherwise.
        check_value: as the dialect's messages carry it.
    """

    key: Key
    block: str
    check_value: str


def make(
    store: SqlStore,
    custody: Custody,
    order: Order,
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
) -> Key | Asked:
    """Make or import a link's next working key; needs two people.

    Raises:
        NotPermittedError: the actor may not maintain keys.
        NotFoundError: the link belongs to an organisation that the actor does not see.
        KeyRefusedError: the link has no KEK; it has a working key already (generate) or none yet (rotate); or the key
            block is invalid.
    """
    actor.require(Permission.MAINTAIN_KEYS)
    terms = order.terms
    with store.transaction() as tx:
        require_organisation(tx, terms.organisation_id)
        lock_keys(tx)
        value = _value(tx, custody, order)
        former = find(tx, terms.key_name, KeyPurpose.MAC, *MAKES_MACS)
        _check_former(order, former)
        if control.asks(actor):
            return ask(tx, _request(order), actor, now, control)
        _put_away(tx, order, former, actor, now)
        made = issue(tx, custody, terms, value, actor, now)
        control.take(tx)
        audit(tx, actor, order.action.value, None, made, now)
        return made


def make_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Key | Asked:
    """Carry out an approved request for a working key.

    Raises:
        KeyRefusedError: the approver's program has no custody of keys.
    """
    if control.custody is None:
        raise KeyRefusedError(
            Phrase("a request about keys needs the master key: approve it on a machine that has it")
        )
    terms = KeyTerms(payload["link"], MacAlgorithm(payload["algorithm"]), payload["organisation"])
    order = Order(
        DualAction(payload["action"]),
        terms,
        payload.get("block"),
        payload.get("check_value"),
        payload.get("at_once", False),
    )
    return make(store, control.custody(), order, actor, now, control)


def _request(order: Order) -> Request:
    payload = {
        "action": order.action.value,
        "link": order.terms.key_name,
        "algorithm": order.terms.algorithm.value,
        "organisation": order.terms.organisation_id,
        "block": order.block,
        "check_value": order.check_value,
        "at_once": order.at_once or None,
    }
    given = {name: each for name, each in payload.items() if each is not None}
    organisation = order.terms.organisation_id
    return Request(order.action, None, order.terms.key_name, given, organisation_id=organisation)


def _check_former(order: Order, former: list[Key]) -> None:
    if order.action is DualAction.KEYS_GENERATE and former:
        raise KeyRefusedError(
            Phrase(
                "{key_name} has a working key: `keys rotate` makes the next one",
                key_name=order.terms.key_name,
            )
        )
    if order.action is DualAction.KEYS_ROTATE and not former:
        raise KeyRefusedError(
            Phrase(
                "{key_name} has no working key: `keys generate` makes the first one",
                key_name=order.terms.key_name,
            )
        )


def _value(tx: StoreTransaction, custody: Custody, order: Order) -> bytes:
    """Return the value of a new key: from the key block, or random if a key block can carry it."""
    terms = order.terms
    kek = kek_of(tx, custody, terms)
    try:
        if order.block is None:
            made = key_block.new_working_key(terms.algorithm, custody.random(RANDOM_BYTES))
            key_block.wrap(kek.value, made, terms.algorithm, kek.cipher)
            return made
        value = key_block.unwrap(kek.value, order.block, terms.algorithm, kek.cipher)
    except KeyFormatError as error:
        raise KeyRefusedError(str(error)) from None
    shown = check_value(terms.cipher_of(KeyPurpose.MAC), value)
    if order.check_value is not None and order.check_value.upper() != shown:
        raise KeyRefusedError(
            Phrase(
                "the check value of the key is {shown}, not {check_value}",
                shown=shown,
                check_value=order.check_value.upper(),
            )
        )
    return value


def kek_of(tx: StoreTransaction, custody: Custody, terms: KeyTerms) -> Kek:
    """Return the key-encrypting key of a link.

    Raises:
        KeyRefusedError: it has none.
    """
    active = find(tx, terms.key_name, KeyPurpose.KEK, KeyState.ACTIVE)
    if not active:
        raise KeyRefusedError(
            Phrase(
                "{key_name} has no key-encrypting key: two people enter it with `keys import"
                " {key_name} kek --component 1` and `--component 2`",
                key_name=terms.key_name,
            )
        )
    return Kek(KeyCipher(active[-1].cipher), custody.open(active[-1]))


def _put_away(tx: StoreTransaction, order: Order, former: list[Key], actor: Actor, now: dt.datetime) -> None:
    if order.at_once:
        move_all(tx, former, KeyEvent.REVOKED, actor, now)
        return
    issued = [key for key in former if key.state is KeyState.ISSUED]
    move_all(tx, issued, KeyEvent.REPLACED, actor, now)


def issue(
    tx: StoreTransaction, custody: Custody, terms: KeyTerms, value: bytes, actor: Actor, now: dt.datetime
) -> Key:
    """Add a working key that was not used yet."""
    made = custody.seal(new_key(tx, custody, terms, KeyPurpose.MAC, KeyState.ISSUED, actor, now), value)
    add_key(tx, made)
    return made


def issue_by_message(
    store: SqlStore,
    custody: Custody,
    terms: KeyTerms,
    link: Actor,
    now: dt.datetime,
    transit: KeyTransit = TR_31,
) -> Issued:
    """Return a new working key for a request by message, or the ISSUED one if there is one.

    Raises:
        KeyRefusedError: the link has no KEK, its algorithm has no key blocks, or too many former keys are in their
            overlap.
    """
    with store.transaction() as tx:
        lock_keys(tx)
        end_overlaps(tx, terms.key_name, link, now)
        kek = kek_of(tx, custody, terms)
        issued = find(tx, terms.key_name, KeyPurpose.MAC, KeyState.ISSUED)
        if issued:
            return _issued(issued[-1], kek, custody.open(issued[-1]), terms, transit)
        refuse_too_many(tx, terms)
        value = key_block.new_working_key(terms.algorithm, custody.random(RANDOM_BYTES))
        block = _wrapped(kek, value, terms, transit)
        made = issue(tx, custody, terms, value, link, now)
        audit(tx, link, "keys issue", None, made, now)
        return Issued(made, block, check_value_in(transit, value, terms.algorithm))


def refuse_too_many(tx: StoreTransaction, terms: KeyTerms) -> None:
    """Refuse a new key while too many former ones are in force.

    Raises:
        KeyRefusedError: there are.
    """
    if len(find(tx, terms.key_name, KeyPurpose.MAC, KeyState.RETIRING)) >= RETIRING_MAX:
        raise KeyRefusedError(
            Phrase("too many former working keys are in force: ask again when an overlap has ended")
        )


def export(store: SqlStore, custody: Custody, terms: KeyTerms, actor: Actor, now: dt.datetime) -> Issued:
    """Return the latest working key as a key block under the link's KEK, for the partner.

    Raises:
        NotPermittedError: the actor may not maintain keys.
        NotFoundError: the link belongs to an organisation that the actor does not see.
        KeyRefusedError: there is no KEK, no working key, or its algorithm has no key blocks.
    """
    actor.require(Permission.MAINTAIN_KEYS)
    with store.transaction() as tx:
        require_organisation(tx, terms.organisation_id)
        kek = kek_of(tx, custody, terms)
        latest = find(tx, terms.key_name, KeyPurpose.MAC, KeyState.ISSUED, KeyState.ACTIVE)
        if not latest:
            raise KeyRefusedError(
                Phrase(
                    "{key_name} has no working key: `keys generate` makes the first one",
                    key_name=terms.key_name,
                )
            )
        audit(tx, actor, "keys export", None, latest[-1], now)
        return _issued(latest[-1], kek, custody.open(latest[-1]), terms, TR_31)


def _issued(key: Key, kek: Kek, value: bytes, terms: KeyTerms, transit: KeyTransit) -> Issued:
    block = _wrapped(kek, value, terms, transit)
    return Issued(key, block, check_value_in(transit, value, terms.algorithm))


def _wrapped(kek: Kek, value: bytes, terms: KeyTerms, transit: KeyTransit) -> str:
    try:
        return wrap_key(kek, value, terms.algorithm, transit)
    except KeyFormatError as error:
        raise KeyRefusedError(str(error)) from None


def mark_used(
    store: SqlStore, custody: Custody, terms: KeyTerms, number: int, link: Actor, now: dt.datetime
) -> None:
    """Make an ISSUED key ACTIVE at its first use, and begin the overlap of the former one."""
    with store.transaction() as tx:
        lock_keys(tx)
        issued = find(tx, terms.key_name, KeyPurpose.MAC, KeyState.ISSUED)
        used = [key for key in issued if key.key_number == number]
        if not used:
            return
        for former in find(tx, terms.key_name, KeyPurpose.MAC, KeyState.ACTIVE):
            ends = replace(former, retires_at=now + custody.overlap)
            moved = move_key(tx, former, KeyEvent.SUPERSEDED, link, now, ends)
            audit(tx, link, "keys superseded", former, moved, now)
        move_all(tx, used, KeyEvent.USED, link, now)


def end_overlaps(tx: StoreTransaction, key_name: str, link: Actor, now: dt.datetime) -> None:
    """Retire and erase the former keys whose overlap has ended; keys must be locked."""
    retiring = find(tx, key_name, KeyPurpose.MAC, KeyState.RETIRING)
    move_all(
        tx, [key for key in retiring if key.standing.overlap_ended(now)], KeyEvent.OVERLAP_ENDED, link, now
    )


def retire_due(store: SqlStore, key_name: str, link: Actor, now: dt.datetime) -> None:
    """Retire the former keys of a name whose overlap has ended."""
    with store.transaction() as tx:
        lock_keys(tx)
        end_overlaps(tx, key_name, link, now)


def in_force(store: SqlStore, key_names: Collection[str]) -> list[Key]:
    """Return the working keys of some names whose MACs are valid, the latest first.

    A key whose overlap has ended is included until it is retired.
    """
    with store.snapshot() as reading:
        living = living_keys(reading, key_names)
    return [key for key in reversed(living) if key.purpose is KeyPurpose.MAC and key.state in MAKES_MACS]

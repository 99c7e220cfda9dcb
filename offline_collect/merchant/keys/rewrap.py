"""Changing the master key: all stored keys are encrypted under the next one, in one transaction; needs two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.keys.life import MASTER
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access import factor_secrets
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request, ask
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody, Key
from offline_collect.store import SqlStore, append_audit, lock_keys, masters_in_use, stored_keys, write_sealed
from offline_collect.store.backoffice.credentials import Credentials, put_credentials
from offline_collect.wire.security.sealing import SealingKey


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """The result of a change of the master key.

    Attributes:
        former: the check value of the former master key.
        present: the check value of the next one, which is now in use.
        keys: how many keys were encrypted under it.
        second_factors: of how many users the second factors were.
    """

    former: str
    present: str
    keys: int
    second_factors: int = 0


def may_rewrap(actor: Actor) -> None:
    """Refuse users who may not change the master key, before it is read.

    Raises:
        NotPermittedError: the actor may not maintain keys.
        ScopeError: the actor sees only part of the store.
    """
    actor.require(Permission.MAINTAIN_KEYS)
    actor.require_whole("change the master key")


def rewrap(
    store: SqlStore, custody: Custody, actor: Actor, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> Rewrapped | Asked:
    """Encrypt all stored keys, and the secrets of second factors, under the next master key; needs two people.

    Keys that are under the next master key already are checked and left, so that a store with keys under both becomes
    whole.

    Raises:
        NotPermittedError: the actor may not maintain keys.
        ScopeError: the actor sees only part of the store.
        KeyRefusedError: there is no next master key, no key is under the former one, or a key opens under neither.
        SecondFactorError: a second factor opens under neither.
    """
    may_rewrap(actor)
    following = _following(custody)
    with store.transaction() as tx:
        lock_keys(tx)
        factors = factor_secrets.rewrapped(tx, custody, following.check_value)
        former, changed = _changed(custody, following, stored_keys(tx), factors)
        if control.asks(actor):
            return ask(tx, _request(custody.master, following, actor), actor, now, control)
        for key in changed:
            write_sealed(tx, key)
        for known in factors:
            put_credentials(tx, known)
        if masters_in_use(tx) - {following.check_value}:
            raise KeyRefusedError(Phrase("a stored key has an unknown purpose or state: `verify` names it"))
        control.take(tx)
        before, after = {"check_value": former}, {"check_value": following.check_value, "keys": len(changed)}
        after |= {"second_factors": len(factors)} if factors else {}
        subject = Subject(SubjectType.KEY, MASTER)
        append_audit(tx, actor, DualAction.KEYS_REWRAP.value, subject, before, after, now)
    return Rewrapped(former, following.check_value, len(changed), len(factors))


def rewrap_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Rewrapped | Asked:
    """Carry out an approved change of the master key.

    Raises:
        KeyRefusedError: the approver's program has no custody of keys, or has other master keys.
    """
    if control.custody is None:
        raise KeyRefusedError(
            Phrase("a change of the master key needs both master keys: approve it on a machine that has them")
        )
    custody = control.custody()
    here = {"from": custody.master.check_value, "to": _following(custody).check_value}
    if here != {name: payload[name] for name in here}:
        raise KeyRefusedError(
            Phrase(
                "the request changes the master key {asked_from} to {to}, and the configuration here names"
                " {here_from} and {here_to}",
                asked_from=payload["from"],
                to=payload["to"],
                here_from=here["from"],
                here_to=here["to"],
            )
        )
    return rewrap(store, custody, actor, now, control)


def _following(custody: Custody) -> SealingKey:
    following = custody.following
    if following is None:
        raise KeyRefusedError(
            Phrase("there is no next master key: set keys.next, and make it with `keys init --next`")
        )
    if following.check_value == custody.master.check_value:
        raise KeyRefusedError(
            Phrase(
                "the next master key is the present one, {check_value}: make another",
                check_value=following.check_value,
            )
        )
    return following


def _changed(
    custody: Custody, following: SealingKey, stored: list[Key], factors: list[Credentials]
) -> tuple[str, list[Key]]:
    """Return the former master key's check value, and its keys encrypted under the next one."""
    present = following.check_value
    changed = [
        custody.seal(replace(key, master_check_value=present), value)
        for key in stored
        if (value := custody.open(key)) and key.master_check_value != present
    ]
    if not changed and not factors:
        raise KeyRefusedError(
            Phrase(
                "no key is under the master key {check_value}; if `keys rewrap` is done, name the"
                " next master key in the place of the former one, and remove keys.next",
                check_value=custody.master.check_value,
            )
        )
    return custody.master.check_value, changed


def _request(master: SealingKey, following: SealingKey, actor: Actor) -> Request:
    payload = {"from": master.check_value, "to": following.check_value}
    organisation = actor.scope.organisation_id
    return Request(DualAction.KEYS_REWRAP, None, MASTER, payload, organisation_id=organisation)

"""Auditing a new master key, and listing keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.keys.life import MASTER, KeyState
from offline_collect.merchant.keys.custody import Key, KeyTerms
from offline_collect.store import SqlStore, append_audit, keys_of, require_organisation
from offline_collect.wire.security.sealing import SealingKey


def may_make_master_key(actor: Actor) -> None:
    """Refuse users who may not make the master key.

    Raises:
        NotPermittedError: the user may not maintain keys.
        ScopeError: the user sees only part of the store, and the key is for the whole store.
    """
    actor.require(Permission.MAINTAIN_KEYS)
    actor.require_whole("make the master key")


def master_key_made(store: SqlStore, master: SealingKey, actor: Actor, now: dt.datetime) -> None:
    """Write the check value of a new master key into the audit trail.

    Raises:
        NotPermittedError, ScopeError: see :func:`may_make_master_key`.
    """
    may_make_master_key(actor)
    with store.transaction() as tx:
        after = {"check_value": master.check_value}
        append_audit(tx, actor, "keys init", Subject(SubjectType.KEY, MASTER), None, after, now)


def listed(store: SqlStore, terms: Sequence[KeyTerms], actor: Actor, *, every: bool = False) -> list[Key]:
    """Return the keys of links, in order.

    Args:
        store: the store with the keys.
        terms: the terms of the links.
        actor: the user who reads the list.
        every: whether retired keys are included.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: a link belongs to an organisation that the actor does not see.
    """
    actor.require(Permission.VIEW)
    found: list[Key] = []
    with store.snapshot() as reading:
        for key_name, organisation in sorted({(each.key_name, each.organisation_id) for each in terms}):
            require_organisation(reading, organisation)
            found += keys_of(reading, key_name)
    return [key for key in found if every or key.state is not KeyState.RETIRED]

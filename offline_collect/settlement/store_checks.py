"""Checks the invariants of the whole store, and begins a new epoch of serial numbers in a restored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.store import (
    Epoch,
    LastKnown,
    LinkKey,
    Report,
    SqlStore,
    append_audit,
    begin_epoch,
    last_known,
    open_day,
    verify,
)


@dataclass(frozen=True, slots=True)
class Restored:
    """The state of a restored store, and its new epoch of serial numbers.

    Attributes:
        day: its open day; None before its first day.
        last: its latest request; None if it has none.
    """

    epoch: Epoch
    day: BusinessDay | None
    last: LastKnown | None


def check_store(
    store: SqlStore, actor: Actor, problem_of: Callable[[LinkKey], str | None] | None = None
) -> Report:
    """Check the store's invariants.

    Args:
        store: the store.
        actor: the user who checks it.
        problem_of: opens a link's key and returns what is wrong with it; None without the master key.

    Raises:
        NotPermittedError: the actor may not see the store's data.
        ScopeError: he sees only part of the store.
    """
    actor.require(Permission.VIEW)
    actor.require_whole("verify the store")
    with store.snapshot() as reading:
        return verify(reading, problem_of)


def begin_again(store: SqlStore, actor: Actor, now: dt.datetime) -> Restored:
    """Begin a new epoch of serial numbers in a restored store; no server may be connected to it.

    Raises:
        NotPermittedError: the actor may not do it.
        ScopeError: he sees only part of the store.
        SerialsUsedUpError: there is no epoch left.
    """
    actor.require(Permission.RESTORE)
    actor.require_whole("begin a new epoch of serial numbers")
    with store.transaction() as tx:
        day, last = open_day(tx), last_known(tx)
        epoch = begin_epoch(tx)
        before, after = {"next_number": epoch.before}, {"next_number": epoch.next_number}
        append_audit(tx, actor, "store restored", Subject(SubjectType.STORE), before, after, now)
    return Restored(epoch, day, last)

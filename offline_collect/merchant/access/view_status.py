"""The view of what waits for people, for an operator who looks whether all is well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.merchant.access import approvals
from offline_collect.store import Import, ImportState, SqlStore, list_imports, require_open_day

MOST = 100
"""How many waiting imports and requests are read at most."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, as the acting user sees it.

    Attributes:
        day: the open business day.
        imports: that wait for their release, the latest ones first.
        more_imports: whether further ones wait.
        approvals: how many requests wait for another user; if more wait, how many were read.
        more_approvals: whether more wait.
        sees_server: whether he may see what the server does, which concerns all banks.
    """

    day: BusinessDay
    imports: Sequence[Import]
    more_imports: bool
    approvals: int
    more_approvals: bool
    sees_server: bool


def view_waiting(store: SqlStore, actor: Actor, now: dt.datetime) -> Waiting:
    """Return what waits.

    Raises:
        NotPermittedError: the actor may not look.
        StoreMissingError: no business day is open.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        day = require_open_day(reading)
        imports = list_imports(reading, None, ImportState.WAITING, None, MOST + 1)
    pending = approvals.find(store, actor, now, ApprovalState.PENDING, most=MOST + 1)
    return Waiting(
        day=day,
        imports=imports[:MOST],
        more_imports=len(imports) > MOST,
        approvals=min(len(pending), MOST),
        more_approvals=len(pending) > MOST,
        sees_server=actor.scope.whole,
    )

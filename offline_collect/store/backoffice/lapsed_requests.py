"""Requests for which nothing is left to do, as what they are about has ended otherwise."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import LIFE, ApprovalEvent, DualAction
from offline_collect.store.backoffice.approvals import (
    decide_approval,
    describe_briefly,
    pending_about,
    subject_of,
)
from offline_collect.store.backoffice.audit import append_audit
from offline_collect.store.sql.transaction import StoreTransaction

RESOLVED_OTHERWISE = "resolved by another request"


def lapse_about(
    tx: StoreTransaction,
    action: DualAction,
    subject: str,
    reason: str,
    acting: tuple[Actor, dt.datetime],
) -> None:
    """End the requests about a thing for which nothing is left to do.

    Args:
        reason: what has ended it.
        acting: who has ended it, and when.
    """
    actor, now = acting
    state = LIFE[ApprovalEvent.LAPSED].target
    for asked in pending_about(tx, action, subject, now):
        decide_approval(tx, asked.approval_id, state, actor, now, reason)
        before = {"state": asked.state.value}
        after = {**describe_briefly(asked), "state": state.value, "reason": reason}
        append_audit(tx, actor, "approvals lapse", subject_of(asked), before, after, now)

"""What always needs two people, and the life of a request for it.

``NEEDS_TWO`` is the closed list of such things. One user asks, another one approves; ``LIFE`` is all that can become
of the request. The use cases change a request by these transitions only, and docs/architecture.md draws them (a test
compares the two).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.values import value

EXPIRE_AFTER = dt.timedelta(hours=72)
"""How long a request waits where the configuration says nothing else."""

PENDING_MAX = 1_000
"""Requests of one user that may wait at a time."""


class DualSubject(StrEnum):
    """What always needs two people."""

    SETTLEMENT_ACCOUNT = "SETTLEMENT_ACCOUNT"
    FEE_RULE = "FEE_RULE"
    AMOUNT_RULE = "AMOUNT_RULE"
    USERS_AND_ROLES = "USERS_AND_ROLES"
    SUSPENSE_REFUND = "SUSPENSE_REFUND"
    SUSPENSE_APPLICATION = "SUSPENSE_APPLICATION"
    PAID_AT_OFFICE = "PAID_AT_OFFICE"
    WAIVER = "WAIVER"
    RECONCILIATION_POSTING = "RECONCILIATION_POSTING"
    KEYS = "KEYS"


class DualAction(StrEnum):
    """What can be asked for, by the words of its command."""

    MERCHANT_ADD = "merchant add"
    MERCHANT_SET = "merchant set"
    USER_ADD = "user add"
    USER_SET = "user set"
    SUSPENSE_REFUND = "suspense refund"
    SUSPENSE_APPLY = "suspense apply"
    SETTLE_OUTSIDE = "bills settle-outside"
    SETTLE_OUTSIDE_FILE = "bills settle-outside --file"
    SETTLE_OUTSIDE_UNDO = "bills settle-outside --undo"


_MERCHANT = frozenset({DualAction.MERCHANT_ADD, DualAction.MERCHANT_SET})
_NOT_YET = frozenset[DualAction]()

NEEDS_TWO: Mapping[DualSubject, frozenset[DualAction]] = {
    DualSubject.SETTLEMENT_ACCOUNT: _MERCHANT,
    DualSubject.FEE_RULE: _MERCHANT,
    DualSubject.AMOUNT_RULE: _MERCHANT,
    DualSubject.USERS_AND_ROLES: frozenset({DualAction.USER_ADD, DualAction.USER_SET}),
    DualSubject.SUSPENSE_REFUND: frozenset({DualAction.SUSPENSE_REFUND}),
    DualSubject.SUSPENSE_APPLICATION: frozenset({DualAction.SUSPENSE_APPLY}),
    DualSubject.PAID_AT_OFFICE: frozenset(
        {DualAction.SETTLE_OUTSIDE, DualAction.SETTLE_OUTSIDE_FILE, DualAction.SETTLE_OUTSIDE_UNDO}
    ),
    DualSubject.WAIVER: _NOT_YET,
    DualSubject.RECONCILIATION_POSTING: _NOT_YET,
    DualSubject.KEYS: _NOT_YET,
}
"""The closed list, with the actions that touch each; what has no action cannot be done in this version at all."""

_PARTS = {
    DualSubject.SETTLEMENT_ACCOUNT: "settlement_account",
    DualSubject.FEE_RULE: "fee",
    DualSubject.AMOUNT_RULE: "amount_rule",
}


def touched(before: Merchant | None, after: Merchant) -> frozenset[DualSubject]:
    """Return what needs two people in a change of a merchant; a new merchant sets its account and its rules."""
    return frozenset(
        subject
        for subject, name in _PARTS.items()
        if before is None or getattr(before, name) != getattr(after, name)
    )


class ApprovalState(StrEnum):
    """Where a request is in its life."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class ApprovalEvent(StrEnum):
    """What moves a request from PENDING to the end of its life."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@value
class Transition:
    """One row of the table; each starts from PENDING.

    Attributes:
        who: who or what brings it about.
        does: what becomes of that which was asked for.
    """

    target: ApprovalState
    who: str
    does: str


LIFE: Mapping[ApprovalEvent, Transition] = {
    ApprovalEvent.APPROVED: Transition(
        ApprovalState.APPROVED,
        "a user with APPROVE who is not the one who asked, before the request expires",
        "it is done in the same transaction; if it cannot be done, the request stays PENDING",
    ),
    ApprovalEvent.REJECTED: Transition(
        ApprovalState.REJECTED,
        "a user with APPROVE who is not the one who asked, before the request expires",
        "it is not done",
    ),
    ApprovalEvent.WITHDRAWN: Transition(
        ApprovalState.WITHDRAWN,
        "the user who asked, before the request expires",
        "it is not done",
    ),
    ApprovalEvent.EXPIRED: Transition(
        ApprovalState.EXPIRED,
        "the clock, when somebody next asks for or decides anything",
        "it is not done",
    ),
}
"""The transitions; a request begins PENDING, and every other state is the end of its life."""


@value
class ApprovalStanding:
    """What the next step of a request depends on.

    Attributes:
        asked_by: the user who asked.
        asked_through: the user who acted as him; None where he asked himself.
        expires_at: from this moment on nobody decides it any more.
    """

    state: ApprovalState
    asked_by: str
    asked_through: str | None
    expires_at: dt.datetime

    def state_at(self, now: dt.datetime) -> ApprovalState:
        """Return the state at a moment: a request that nobody has marked yet is EXPIRED all the same."""
        expired = self.state is ApprovalState.PENDING and now >= self.expires_at
        return ApprovalState.EXPIRED if expired else self.state

    def asked_by_person(self, actor: Actor) -> bool:
        """Whether the acting user, or the one who acts as him, is one of those who asked."""
        return bool({self.asked_by, self.asked_through} & actor.names)


class ApprovalRefusal(StrEnum):
    """Why an event does not move a request."""

    DECIDED_ALREADY = "DECIDED_ALREADY"
    HAS_EXPIRED = "HAS_EXPIRED"
    NOT_EXPIRED_YET = "NOT_EXPIRED_YET"
    OWN_REQUEST = "OWN_REQUEST"
    NOT_HIS_REQUEST = "NOT_HIS_REQUEST"


def refusal(
    event: ApprovalEvent, standing: ApprovalStanding, actor: Actor, now: dt.datetime
) -> ApprovalRefusal | None:
    """Return why an actor may not bring an event about; None if he may.

    Whether his roles allow him to approve at all is a permission (``Permission.APPROVE``), not asked here.
    """
    if standing.state is not ApprovalState.PENDING:
        return ApprovalRefusal.DECIDED_ALREADY
    expired = standing.state_at(now) is ApprovalState.EXPIRED
    if event is ApprovalEvent.EXPIRED:
        return None if expired else ApprovalRefusal.NOT_EXPIRED_YET
    if expired:
        return ApprovalRefusal.HAS_EXPIRED
    own = standing.asked_by_person(actor)
    if event is ApprovalEvent.WITHDRAWN:
        return None if own else ApprovalRefusal.NOT_HIS_REQUEST
    return ApprovalRefusal.OWN_REQUEST if own else None

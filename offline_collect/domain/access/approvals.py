"""The actions that always need two people, and the life of a request for one.

``NEEDS_TWO`` is the complete list. One user asks, another one approves. ``LIFE`` has all transitions of a request;
the use cases make no others. docs/architecture.md draws them, and a test compares the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.values import value

EXPIRE_AFTER = dt.timedelta(hours=72)
"""How long a request waits if the configuration sets no time."""

PENDING_MAX = 1_000
"""Requests of one user that may wait at a time."""


class DualSubject(StrEnum):
    """The changes that always need two people."""

    SETTLEMENT_ACCOUNT = "SETTLEMENT_ACCOUNT"
    SETTLEMENT_TERMS = "SETTLEMENT_TERMS"
    FEE_RULE = "FEE_RULE"
    AMOUNT_RULE = "AMOUNT_RULE"
    USERS_AND_ROLES = "USERS_AND_ROLES"
    SUSPENSE_REFUND = "SUSPENSE_REFUND"
    SUSPENSE_APPLICATION = "SUSPENSE_APPLICATION"
    PAID_AT_OFFICE = "PAID_AT_OFFICE"
    WAIVER = "WAIVER"
    RECONCILIATION_POSTING = "RECONCILIATION_POSTING"
    DEBIT_IN_DOUBT = "DEBIT_IN_DOUBT"
    FAILED_PAYOUT = "FAILED_PAYOUT"
    KEYS = "KEYS"


class DualAction(StrEnum):
    """The actions that can be requested, by the words of the command."""

    MERCHANT_ADD = "merchant add"
    MERCHANT_SET = "merchant set"
    USER_ADD = "user add"
    USER_SET = "user set"
    USER_PASSWORD = "user password"  # noqa: S105 - the words of the command
    SUSPENSE_REFUND = "suspense refund"
    SUSPENSE_APPLY = "suspense apply"
    SETTLE_OUTSIDE = "bills settle-outside"
    SETTLE_OUTSIDE_FILE = "bills settle-outside --file"
    SETTLE_OUTSIDE_UNDO = "bills settle-outside --undo"
    RECON_RESOLVE = "recon resolve"
    DEBIT_RESOLVE = "debit resolve"
    SETTLE_RETRY = "settle retry"
    KEYS_GENERATE = "keys generate"
    KEYS_ROTATE = "keys rotate"
    KEYS_IMPORT = "keys import"
    KEYS_REWRAP = "keys rewrap"


_MERCHANT = frozenset({DualAction.MERCHANT_ADD, DualAction.MERCHANT_SET})
_NOT_YET = frozenset[DualAction]()

NEEDS_TWO: Mapping[DualSubject, frozenset[DualAction]] = {
    DualSubject.SETTLEMENT_ACCOUNT: _MERCHANT,
    DualSubject.SETTLEMENT_TERMS: _MERCHANT,
    DualSubject.FEE_RULE: _MERCHANT,
    DualSubject.AMOUNT_RULE: _MERCHANT,
    DualSubject.USERS_AND_ROLES: frozenset(
        {DualAction.USER_ADD, DualAction.USER_SET, DualAction.USER_PASSWORD}
    ),
    DualSubject.SUSPENSE_REFUND: frozenset({DualAction.SUSPENSE_REFUND}),
    DualSubject.SUSPENSE_APPLICATION: frozenset({DualAction.SUSPENSE_APPLY}),
    DualSubject.PAID_AT_OFFICE: frozenset(
        {DualAction.SETTLE_OUTSIDE, DualAction.SETTLE_OUTSIDE_FILE, DualAction.SETTLE_OUTSIDE_UNDO}
    ),
    DualSubject.WAIVER: _NOT_YET,
    DualSubject.RECONCILIATION_POSTING: frozenset({DualAction.RECON_RESOLVE}),
    DualSubject.DEBIT_IN_DOUBT: frozenset({DualAction.DEBIT_RESOLVE}),
    DualSubject.FAILED_PAYOUT: frozenset({DualAction.SETTLE_RETRY}),
    DualSubject.KEYS: frozenset(
        {
            DualAction.KEYS_GENERATE,
            DualAction.KEYS_ROTATE,
            DualAction.KEYS_IMPORT,
            DualAction.KEYS_REWRAP,
        }
    ),
}
"""The complete list, with the actions of each; a change without an action does not exist in this version."""

_PARTS = {
    "settlement_account": DualSubject.SETTLEMENT_ACCOUNT,
    "settlement": DualSubject.SETTLEMENT_TERMS,
    "fee": DualSubject.FEE_RULE,
    "payer_fees": DualSubject.FEE_RULE,
    "amount_rule": DualSubject.AMOUNT_RULE,
}


def touched(before: Merchant | None, after: Merchant) -> frozenset[DualSubject]:
    """Return the parts of a merchant's change that need two people; a new merchant sets its account and rules."""
    return frozenset(
        subject
        for name, subject in _PARTS.items()
        if before is None or getattr(before, name) != getattr(after, name)
    )


class ApprovalState(StrEnum):
    """The states of a request."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"


class ApprovalEvent(StrEnum):
    """The events that end a PENDING request."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LAPSED = "lapsed"


@value
class Transition:
    """One row of the table; each starts from PENDING.

    Attributes:
        who: the user or process that causes it.
        does: the effect on the requested action.
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
        "the clock, when a user next asks for or decides a request",
        "it is not done",
    ),
    ApprovalEvent.LAPSED: Transition(
        ApprovalState.LAPSED,
        "who ends what it is about: by another request, by a file that has the row, or by a run that pays it",
        "nothing is left to do; the reason says what has ended it",
    ),
}
"""The transitions; a request begins PENDING, and every other state is final."""


@value
class ApprovalStanding:
    """The data of a request that its next transition depends on.

    Attributes:
        asked_by: the user who asked.
        asked_through: the user who acted as him; None if he asked himself.
        expires_at: from this time on it cannot be decided.
    """

    state: ApprovalState
    asked_by: str
    asked_through: str | None
    expires_at: dt.datetime

    def state_at(self, now: dt.datetime) -> ApprovalState:
        """Return the state at a given time: EXPIRED also if the row is not marked yet."""
        expired = self.state is ApprovalState.PENDING and now >= self.expires_at
        return ApprovalState.EXPIRED if expired else self.state

    def asked_by_person(self, actor: Actor) -> bool:
        """Whether the acting user, or the user who acts as him, is among those who asked."""
        return bool({self.asked_by, self.asked_through} & actor.names)


class ApprovalRefusal(StrEnum):
    """Why an event has no effect on a request."""

    DECIDED_ALREADY = "DECIDED_ALREADY"
    HAS_EXPIRED = "HAS_EXPIRED"
    NOT_EXPIRED_YET = "NOT_EXPIRED_YET"
    OWN_REQUEST = "OWN_REQUEST"
    NOT_HIS_REQUEST = "NOT_HIS_REQUEST"


def refusal(
    event: ApprovalEvent, standing: ApprovalStanding, actor: Actor, now: dt.datetime
) -> ApprovalRefusal | None:
    """Return why an actor may not cause an event; None if he may.

    The permission to approve (``Permission.APPROVE``) is checked elsewhere.
    """
    if standing.state is not ApprovalState.PENDING:
        return ApprovalRefusal.DECIDED_ALREADY
    expired = standing.state_at(now) is ApprovalState.EXPIRED
    if event is ApprovalEvent.EXPIRED:
        return None if expired else ApprovalRefusal.NOT_EXPIRED_YET
    if expired:
        return ApprovalRefusal.HAS_EXPIRED
    if event is ApprovalEvent.LAPSED:
        return None
    own = standing.asked_by_person(actor)
    if event is ApprovalEvent.WITHDRAWN:
        return None if own else ApprovalRefusal.NOT_HIS_REQUEST
    return ApprovalRefusal.OWN_REQUEST if own else None

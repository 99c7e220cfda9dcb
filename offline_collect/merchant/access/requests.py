"""Requests for changes that need two people: a use case writes a request and changes nothing else.

Each such use case takes a :class:`DualControl`. Without consent it writes a request, unless the acting user acts alone. With
consent it makes the change, and takes the consent in its own transaction just before it writes the audit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import EXPIRE_AFTER, PENDING_MAX, ApprovalState, DualAction
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.merchant.access.errors import ChangedSinceError, TooManyRequestsError
from offline_collect.store import (
    Approval,
    StoreTransaction,
    WrongStateError,
    add_approval,
    append_audit,
    decide_approval,
    next_approval_number,
    organisations_of_merchants,
    overdue_approvals,
    pending_of,
)
from offline_collect.store.backoffice.approvals import describe_briefly, subject_of

if TYPE_CHECKING:
    # Most commands need no cipher, and importing them takes time.
    from offline_collect.merchant.keys.custody import Custody


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent of another user.

    Attributes:
        take: marks the request approved in a transaction; raises if the user may not decide it.
        against: digest of the state that the request was made against; None if the use case needs none.
    """

    take: Callable[[StoreTransaction], None]
    against: str | None


@dataclass(frozen=True, slots=True)
class DualControl:
    """How a use case gets the consent of a second user.

    Attributes:
        expire_after: how long a request waits.
        consent: of another user; None writes a request for it.
        custody: returns the custody of keys; only requests about keys need it.
    """

    expire_after: dt.timedelta = EXPIRE_AFTER
    consent: Consent | None = None
    custody: Callable[[], Custody] | None = None

    def asks(self, actor: Actor) -> bool:
        """Whether the use case writes a request instead of making the change."""
        return self.consent is None and not actor.alone

    def refuse_changed(self, document: Any) -> None:
        """Refuse a request that was made against another state than the present one.

        Raises:
            ChangedSinceError: it has changed since.
        """
        against = None if self.consent is None else self.consent.against
        if against is not None and against != digest_of(document):
            raise ChangedSinceError

    def take(self, tx: StoreTransaction) -> None:
        """Take the consent, if any; raises if another process has decided the request."""
        if self.consent is not None:
            self.consent.take(tx)


ASKS_FIRST = DualControl()
"""Without consent."""


@dataclass(frozen=True, slots=True)
class Request:
    """The change that a request asks for.

    Attributes:
        subject: the id of the thing to change.
        payload: everything that the change needs, as a JSON document.
        against: the state it is made against, as a JSON document; None if the use case itself checks that.
        organisation_id: the thing's organisation, whose users see the request; None for the merchant's
            organisation.
    """

    action: DualAction
    merchant_id: str | None
    subject: str
    payload: Mapping[str, Any]
    against: Any = None
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that now waits for another user.

    Attributes:
        number: of the request.
    """

    number: int


def ask(
    tx: StoreTransaction, request: Request, actor: Actor, now: dt.datetime, control: DualControl
) -> Asked:
    """Store a request; its change is not made.

    Raises:
        TooManyRequestsError: too many requests of the user wait already.
    """
    expire_overdue(tx, now)
    number = next_approval_number(tx)
    if pending_of(tx, actor.name) >= PENDING_MAX:
        raise TooManyRequestsError(actor.name, PENDING_MAX)
    against = {} if request.against is None else {"against": digest_of(request.against)}
    asked = Approval(
        approval_id=number,
        action=request.action,
        merchant_id=request.merchant_id,
        organisation_id=request.organisation_id or _organisation_of(tx, request.merchant_id),
        subject=request.subject,
        payload={**request.payload, **against},
        asked_by=actor.name,
        asked_through=actor.through,
        asked_at=now,
        expires_at=now + control.expire_after,
    )
    add_approval(tx, asked)
    after = {**describe_briefly(asked), "payload_sha256": digest_of(asked.payload)}
    append_audit(tx, actor, "approvals ask", subject_of(asked), None, after, now)
    return Asked(number)


def _organisation_of(tx: StoreTransaction, merchant_id: str | None) -> str:
    assert merchant_id is not None, "a request without a merchant needs an organisation"
    return organisations_of_merchants(tx, merchant_id)[merchant_id]


def expire_overdue(tx: StoreTransaction, now: dt.datetime) -> None:
    """Mark expired requests; skip those that another process is marking."""
    for overdue in overdue_approvals(tx, now):
        with suppress(WrongStateError):
            decide_approval(tx, overdue.approval_id, ApprovalState.EXPIRED, CLOCK, now)
            before = {"state": overdue.state.value}
            after = describe_briefly(overdue) | {"state": ApprovalState.EXPIRED.value}
            append_audit(tx, CLOCK, "approvals expire", subject_of(overdue), before, after, now)


def digest_of(document: Any) -> str:
    """Return a digest of a JSON document."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

"""Asking for what needs two people: a use case writes a request, and nothing else is done.

Each such use case takes a :class:`DualControl`. Without a consent it asks, unless the acting user acts alone. With one
it does what was asked for, and takes the consent in its own transaction, just before it writes the audit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import EXPIRE_AFTER, PENDING_MAX, ApprovalState, DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.days import CLOCK
from offline_collect.merchant.common.errors import ChangedSinceError, TooManyRequestsError
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


@dataclass(frozen=True, slots=True)
class Consent:
    """That another user agrees.

    Attributes:
        take: ends the request's life in a transaction; raises if he may not decide it.
        against: digest of what it was asked against; None where the use case needs none.
    """

    take: Callable[[StoreTransaction], None]
    against: str | None


@dataclass(frozen=True, slots=True)
class DualControl:
    """How a use case that needs two people is called.

    Attributes:
        expire_after: how long a request waits.
        consent: another user's; None asks for it.
    """

    expire_after: dt.timedelta = EXPIRE_AFTER
    consent: Consent | None = None

    def asks(self, actor: Actor) -> bool:
        """Whether what needs two people is asked for, not done."""
        return self.consent is None and not actor.alone

    def refuse_changed(self, document: Any) -> None:
        """Refuse what was asked against something else than there is now.

        Raises:
            ChangedSinceError: it has changed since.
        """
        against = None if self.consent is None else self.consent.against
        if against is not None and against != digest_of(document):
            raise ChangedSinceError

    def take(self, tx: StoreTransaction) -> None:
        """Take the consent, if there is one; whoever does not get it does nothing."""
        if self.consent is not None:
            self.consent.take(tx)


ASKS_FIRST = DualControl()
"""Without anybody's consent."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        subject: the id of what it is about.
        payload: all that it takes to do it, as a JSON document.
        against: what it is asked against, as a JSON document; None where the use case itself sees a change.
        organisation_id: what the thing belongs to, so that users who see it see the request; None for that of the
            merchant.
    """

    action: DualAction
    merchant_id: str | None
    subject: str
    payload: Mapping[str, Any]
    against: Any = None
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for another user now.

    Attributes:
        number: of the request.
    """

    number: int


def ask(
    tx: StoreTransaction, request: Request, actor: Actor, now: dt.datetime, control: DualControl
) -> Asked:
    """Write a request down; nothing of it is done.

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
    assert merchant_id is not None, "a request that is no merchant's says what it belongs to"
    return organisations_of_merchants(tx, merchant_id)[merchant_id]


def expire_overdue(tx: StoreTransaction, now: dt.datetime) -> None:
    """Mark requests that have expired; a request that another process marks is left to it."""
    for overdue in overdue_approvals(tx, now):
        with suppress(WrongStateError):
            decide_approval(tx, overdue.approval_id, ApprovalState.EXPIRED, CLOCK, now)
            before = {"state": overdue.state.value}
            after = describe_briefly(overdue) | {"state": ApprovalState.EXPIRED.value}
            append_audit(tx, CLOCK, "approvals expire", subject_of(overdue), before, after, now)


def subject_of(asked: Approval) -> Subject:
    """Return a request as the subject of an audit row."""
    return Subject(SubjectType.APPROVAL, str(asked.approval_id), asked.merchant_id)


def describe_briefly(asked: Approval) -> dict[str, Any]:
    """Return a request for the audit trail: who asked for what; its payload stays in its own table."""
    described = {
        "asks_for": asked.action.value,
        "subject": asked.subject,
        "asked_by": asked.asked_by,
        "asked_through": asked.asked_through,
        "expires_at": asked.expires_at.isoformat(),
    }
    return {key: value for key, value in described.items() if value is not None}


def digest_of(document: Any) -> str:
    """Return a digest of a JSON document: another document has another one."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

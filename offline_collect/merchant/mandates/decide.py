"""Signs, suspends, resumes and cancels mandates (docs/merchants.md, Mandates): by hand, audited."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.mandates import LIFE, MandateEvent, Party, refusal
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.merchant.imports.lifecycle import patiently
from offline_collect.merchant.mandates.errors import MandateStateError, SignatureError, UnknownMandateError
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_open_day
from offline_collect.store.backoffice.mandates import (
    Decision,
    StoredMandate,
    decide_mandate,
    get_mandate,
    hold_mandates,
)

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class MandateOrder:
    """A mandate that a user decides about, and when.

    Attributes:
        now: the moment of the decision.
    """

    merchant_id: str
    reference: str
    actor: Actor
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class _Because:
    """What a decision stands on.

    Attributes:
        signature: the day on which the payer signed, and the digest of the signed form.
    """

    reason: str | None = None
    party: Party | None = None
    signature: tuple[dt.date, str | None] | None = None


def sign(store: SqlStore, order: MandateOrder, signed_on: dt.date, form_digest: str | None) -> StoredMandate:
    """Make a PROPOSED mandate ACTIVE: its payer has signed.

    Args:
        form_digest: SHA-256 of the signed form in hex digits; None if nobody has it as a file.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError, UnknownMandateError: there is no such merchant or mandate.
        MandateStateError: it is not PROPOSED.
        SignatureError: the day is to come, or the digest is none.
    """
    digest = None if form_digest is None else form_digest.lower()
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise SignatureError(Phrase("the digest of the signed form must be 64 hex digits, its SHA-256"))

    return _decide(store, order, MandateEvent.SIGNED, _Because(signature=(signed_on, digest)))


def suspend(store: SqlStore, order: MandateOrder, reason: str, party: Party | None = None) -> StoredMandate:
    """Keep an ACTIVE mandate from debits until somebody resumes it.

    Raises:
        TextError: the reason cannot be kept.
        NotPermittedError, NotFoundError, UnknownMandateError, MandateStateError: as :func:`sign`.
    """
    return _decide(store, order, MandateEvent.SUSPENDED, _Because(reason_of(reason), party))


def resume(store: SqlStore, order: MandateOrder, reason: str) -> StoredMandate:
    """Allow debits by a SUSPENDED mandate again.

    Raises:
        TextError: the reason cannot be kept.
        NotPermittedError, NotFoundError, UnknownMandateError, MandateStateError: as :func:`sign`.
    """
    return _decide(store, order, MandateEvent.RESUMED, _Because(reason_of(reason)))


def cancel(store: SqlStore, order: MandateOrder, reason: str, party: Party) -> StoredMandate:
    """Cancel a mandate for good; a batch of debits that is being made has it finished before, or lacks it.

    Raises:
        TextError: the reason cannot be kept.
        NotPermittedError, NotFoundError, UnknownMandateError, MandateStateError: as :func:`sign`.
    """
    return _decide(store, order, MandateEvent.CANCELLED, _Because(reason_of(reason), party))


def require_mandate(tx: StoreTransaction, merchant_id: str, reference: str) -> StoredMandate:
    """Return a mandate.

    Raises:
        UnknownMandateError: no customer has it, and nothing was decided about it.
    """
    found = get_mandate(tx, merchant_id, reference)
    if found is None:
        raise UnknownMandateError(merchant_id, reference)
    return found


def _decide(store: SqlStore, order: MandateOrder, event: MandateEvent, because: _Because) -> StoredMandate:
    order.actor.require(Permission.MAINTAIN_MANDATES)

    def work(tx: StoreTransaction) -> StoredMandate:
        hold_mandates(tx, order.merchant_id)
        today = require_open_day(tx).date
        before = require_mandate(tx, order.merchant_id, order.reference)
        terms = before.terms
        if refusal(event, terms, today) is not None:
            raise MandateStateError(order.reference, terms.state(today), LIFE[event].sources)
        decision = _decision(order, event, because, before)
        if because.signature is not None:
            _refuse_day_to_come(because.signature[0], today)
        decide_mandate(tx, order.merchant_id, before, decision)
        after = replace(before, decision=decision, version=before.version + 1)
        append_audit(
            tx,
            order.actor,
            f"mandates {_VERBS[event]}",
            Subject(SubjectType.MANDATE, order.reference, order.merchant_id),
            _told(before, today),
            _told(after, today),
            order.now,
        )
        return after

    # A batch of debits that is being made holds the mandates until it is there.
    return patiently(store, work)


def _decision(order: MandateOrder, event: MandateEvent, because: _Because, before: StoredMandate) -> Decision:
    # The customer's own columns may lose the day of signature by an import.
    signed_on = before.terms.signed_on
    form_digest = None if before.decision is None else before.decision.form_digest
    if because.signature is not None:
        signed_on, form_digest = because.signature
    return Decision(
        state=LIFE[event].target,
        decided_by=order.actor.name,
        decided_at=order.now,
        party=because.party,
        reason=because.reason,
        signed_on=signed_on,
        form_digest=form_digest,
    )


def _refuse_day_to_come(signed_on: dt.date, today: dt.date) -> None:
    if signed_on > today:
        raise SignatureError(
            Phrase(
                "signed on {date}: this day is to come, the open business day is {today}",
                date=str(signed_on),
                today=str(today),
            )
        )


_VERBS = {
    MandateEvent.SIGNED: "sign",
    MandateEvent.SUSPENDED: "suspend",
    MandateEvent.RESUMED: "resume",
    MandateEvent.CANCELLED: "cancel",
}


def _told(mandate: StoredMandate, today: dt.date) -> dict[str, Any]:
    """Return what the audit trail keeps of a mandate: nobody's name or account."""
    decision = mandate.decision
    told: dict[str, Any] = {
        "customer": mandate.customer_no,
        "state": mandate.terms.state(today).value,
        "signed_on": mandate.terms.signed_on and mandate.terms.signed_on.isoformat(),
    }
    if decision is not None:
        told |= {
            "form_sha256": decision.form_digest,
            "party": decision.party and decision.party.value,
            "reason": decision.reason,
        }
    return {key: value for key, value in told.items() if value is not None}

"""What a bank decides about mandates, by its return codes or its answer to a person: a closed account, a cancellation."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.mandates import LIFE, MandateEvent, Party, refusal
from offline_collect.domain.debits.return_codes import MandateEffect
from offline_collect.domain.values import value
from offline_collect.store.backoffice.audit import append_audit
from offline_collect.store.backoffice.mandates import Decision, decide_mandate, get_mandate
from offline_collect.store.sql.transaction import StoreTransaction

_EVENTS = {MandateEffect.SUSPENDED: MandateEvent.SUSPENDED, MandateEffect.CANCELLED: MandateEvent.CANCELLED}

_VERBS = {MandateEffect.SUSPENDED: "suspend", MandateEffect.CANCELLED: "cancel"}
"""As the commands of people are called, for the audit."""


@value
class BankDecision:
    """What a bank's answer does to a mandate, and why."""

    merchant_id: str
    reference: str
    effect: MandateEffect
    reason: str


def decide_by_bank(
    tx: StoreTransaction, decision: BankDecision, day: BusinessDate, actor: Actor, now: dt.datetime
) -> bool:
    """Decide about a mandate that the transaction holds; return False if that has no effect on it any more."""
    event = _EVENTS[decision.effect]
    found = get_mandate(tx, decision.merchant_id, decision.reference)
    if found is None or refusal(event, found.terms, day) is not None:
        return False
    target = LIFE[event].target
    former = found.decision
    made = Decision(
        state=target,
        decided_by=actor.name,
        decided_at=now,
        party=Party.BANK,
        reason=decision.reason,
        # The customer's own columns may lose the day of signature by an import.
        signed_on=found.terms.signed_on,
        form_digest=None if former is None else former.form_digest,
    )
    decide_mandate(tx, decision.merchant_id, found, made)
    before, after = (
        {"state": found.terms.state(day).value},
        {"state": target.value, "reason": decision.reason},
    )
    subject = Subject(SubjectType.MANDATE, decision.reference, decision.merchant_id)
    append_audit(tx, actor, f"mandates {_VERBS[decision.effect]}", subject, before, after, now)
    return True

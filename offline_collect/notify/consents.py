"""Consents to advertising: nothing commercial goes out without one whose proof is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.consent import HOW_MAX, PROOF_MAX, Consent
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.pages import DocumentPage
from offline_collect.store import SqlStore, append_audit, get_customer, require_merchant
from offline_collect.store.notices.consents import get_consent, list_consents, put_consent


def add_consent(store: SqlStore, actor: Actor, consent: Consent, now: dt.datetime) -> None:
    """Keep a customer's consent to advertising; it replaces his former one, which the audit keeps.

    Raises:
        NotPermittedError: the actor may not.
        NotFoundError, NoticeError: there is no such merchant or customer, or how and proof are not told.
    """
    actor.require(Permission.MAINTAIN_CUSTOMERS)
    how, proof = " ".join(consent.how.split()), " ".join(consent.proof.split())
    if not 0 < len(how) <= HOW_MAX or not 0 < len(proof) <= PROOF_MAX:
        raise NoticeError(
            Phrase(
                "how a customer consented has 1 to {how_max} characters, and the proof 1 to {proof_max}",
                how_max=HOW_MAX,
                proof_max=PROOF_MAX,
            )
        )
    if consent.given_at > now:
        raise NoticeError(
            Phrase("the moment of the consent is in the future: name the one at which it was given")
        )
    kept = replace(consent, how=how, proof=proof, withdrawn_at=None)
    with store.transaction() as tx:
        require_merchant(tx, consent.merchant_id, lock=True)
        if get_customer(tx, consent.merchant_id, consent.customer_no) is None:
            raise NoticeError(
                Phrase(
                    "{merchant_id} has no customer {customer_no}: `offline-collect customers find` finds one",
                    merchant_id=consent.merchant_id,
                    customer_no=consent.customer_no,
                )
            )
        before = get_consent(tx, consent.merchant_id, consent.customer_no)
        put_consent(tx, kept, there=before is not None)
        former = None if before is None else _document(before)
        append_audit(tx, actor, "notify consent add", _subject(kept), former, _document(kept), now)


def withdraw_consent(
    store: SqlStore, actor: Actor, merchant_id: str, customer_no: str, now: dt.datetime
) -> None:
    """Send a customer no more advertising; the proof of what he had consented to stays.

    Raises:
        NotPermittedError: the actor may not.
        NotFoundError, NoticeError: there is no such merchant, or no consent in force.
    """
    actor.require(Permission.MAINTAIN_CUSTOMERS)
    with store.transaction() as tx:
        require_merchant(tx, merchant_id, lock=True)
        before = get_consent(tx, merchant_id, customer_no)
        if before is None or before.withdrawn_at is not None:
            raise NoticeError(
                Phrase(
                    "customer {customer_no} of {merchant_id} has given no consent that is in force:"
                    " `offline-collect notify consent list` shows them",
                    customer_no=customer_no,
                    merchant_id=merchant_id,
                )
            )
        after = replace(before, withdrawn_at=now)
        put_consent(tx, after, there=True)
        documents = (_document(before), _document(after))
        append_audit(tx, actor, "notify consent withdraw", _subject(after), *documents, now)


def view_consents(
    store: SqlStore, actor: Actor, merchant_id: str, page: tuple[str | None, int]
) -> DocumentPage[str]:
    """Return a page of a merchant's consents.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        found = list_consents(reading, merchant_id, (after, most + 1))
    following = found[most - 1].customer_no if len(found) > most else None
    return DocumentPage([_document(each) for each in found[:most]], following)


def _subject(each: Consent) -> Subject:
    return Subject(SubjectType.CONSENT, each.customer_no, each.merchant_id)


def _document(each: Consent) -> dict[str, Any]:
    return {
        "customer": each.customer_no,
        "given_at": each.given_at,
        "how": each.how,
        "proof": each.proof,
        "withdrawn_at": each.withdrawn_at,
    }

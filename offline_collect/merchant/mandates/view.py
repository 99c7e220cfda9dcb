"""Views of mandates; names are masked for users without SEE_PERSONAL, accounts for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.merchant.access.masking import name_shown
from offline_collect.merchant.mandates.decide import require_mandate
from offline_collect.merchant.mandates.terms import describe_terms
from offline_collect.store import (
    AuditFilter,
    AuditRow,
    CustomerRecord,
    SqlStore,
    audit_rows,
    require_merchant,
    require_open_day,
)
from offline_collect.store.backoffice.mandates import StoredMandate, list_mandates

DECISIONS_SHOWN = 100
"""Decisions about a mandate that are shown: the latest ones."""


@dataclass(frozen=True, slots=True)
class MandatePage:
    """Mandates of a merchant's customers, by reference.

    Attributes:
        mandates: each as a document.
        following: reference after which the next page starts; None on the last page.
    """

    mandates: Sequence[Mapping[str, Any]] = field(repr=False)
    following: str | None


def view_mandate(store: SqlStore, merchant_id: str, reference: str, actor: Actor) -> dict[str, Any]:
    """Return a mandate as a document, with its merchant and all decisions about it, the earliest first.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError, UnknownMandateError: there is no such merchant or mandate.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        today = require_open_day(reading).date
        found = require_mandate(reading, merchant_id, reference)
        about = AuditFilter(
            merchant_id=merchant_id,
            subject_type=SubjectType.MANDATE,
            subject_id=reference,
            most=DECISIONS_SHOWN,
        )
        decisions = [_decided(row) for row in audit_rows(reading, about)]
    described = describe_mandate(found, today, merchant.currency, actor)
    whole = {"merchant": f"{merchant.merchant_id} {merchant.name}", **described}
    return whole | ({"decisions": decisions} if decisions else {})


def _decided(row: AuditRow) -> dict[str, Any]:
    """Return a decision as the audit trail has it."""
    before, after = row.before or {}, row.after or {}
    told = {
        "at": row.at,
        "by": row.actor,
        "from": before.get("state"),
        "to": after.get("state"),
        "party": after.get("party"),
        "reason": after.get("reason"),
    }
    return {key: value for key, value in told.items() if value is not None}


def view_mandates(
    store: SqlStore,
    merchant_id: str,
    states: Collection[MandateState],
    actor: Actor,
    page: tuple[str | None, int],
) -> MandatePage:
    """Return a page of the mandates of a merchant's customers.

    Args:
        states: on the open business day; none for all.
        page: the reference after which it begins, and its length.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    with store.snapshot() as reading:
        currency = require_merchant(reading, merchant_id).currency
        today = require_open_day(reading).date
        found = list_mandates(reading, merchant_id, today, states, (after, most + 1))
    shown = [describe_mandate(each, today, currency, actor) for each in found[:most]]
    return MandatePage(shown, found[most - 1].reference if len(found) > most else None)


def describe_mandate(mandate: StoredMandate, today: dt.date, currency: str, actor: Actor) -> dict[str, Any]:
    """Return a mandate as people read it.

    Args:
        currency: ISO 4217 number of the merchant's currency.
    """
    decision = mandate.decision
    described = {
        "mandate": mandate.reference,
        "state": mandate.terms.state(today).value,
        "customer": mandate.customer_no,
        **({} if mandate.customer is None else _of_customer(mandate.customer, currency, actor)),
        "signed_on": mandate.terms.signed_on and mandate.terms.signed_on.isoformat(),
    }
    if decision is not None:
        described |= {
            "form_sha256": decision.form_digest,
            "decided": decision.state.value,
            "decided_by": decision.decided_by,
            "decided_at": decision.decided_at,
            "party": decision.party and decision.party.value,
            "reason": decision.reason,
        }
    return {key: value for key, value in described.items() if value is not None}


def _of_customer(customer: CustomerRecord, currency: str, actor: Actor) -> dict[str, Any]:
    terms = describe_terms(customer, currency)
    names = {
        "mandate_limit": "limit",
        "mandate_from": "from",
        "mandate_to": "to",
        "mandate_purpose": "purpose",
    }
    names |= {"mandate_cycle": "cycle", "mandate_cycle_limit": "cycle_limit"}
    return {
        "name": name_shown(customer.name, actor),
        "debit_account": customer.debit_account and mask_account(customer.debit_account),
        "debit_bank": customer.debit_bank,
        "account_name": customer.account_name and name_shown(customer.account_name, actor),
        **{name: terms.get(key) for key, name in names.items()},
    }

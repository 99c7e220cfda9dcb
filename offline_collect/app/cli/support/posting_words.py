"""Postings by hand, and requests for them, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase, as_phrase, side_by_side
from offline_collect.merchant.access.requests import Asked


def asked_text(asked: Asked) -> Phrase:
    """Return the message on a request that now waits for another user."""
    return Phrase(
        "asked: approval {number} waits for another user (offline-collect approvals approve {number})",
        number=asked.number,
    )


def covered(posting: ManualPosting) -> Phrase:
    """Return the parts that an application covers: ``200.00, of which 1.20 late fee, 0.30 waived``."""

    def amount(minor: int) -> str:
        return format_major(minor, posting.currency)

    parts = [as_phrase(amount(posting.amount_minor))]
    if posting.late_fee_minor:
        parts.append(Phrase("of which {amount} late fee", amount=amount(posting.late_fee_minor)))
    if posting.waived_minor:
        parts.append(Phrase("{amount} of late fee waived", amount=amount(posting.waived_minor)))
    return side_by_side(parts)


def describe_posting(posting: ManualPosting, zone: dt.tzinfo) -> dict[str, Any]:
    """Return a posting's document; amounts in major units."""
    described = {
        "serial_number": posting.serial_number,
        "kind": posting.kind.value,
        "payment": posting.payment,
        "amount": format_major(posting.amount_minor, posting.currency),
        "business_date": posting.business_date.isoformat(),
        "posted_at": posting.posted_at.astimezone(zone).isoformat(" ", "seconds"),
        "who": posting.who,
        "reason": posting.reason,
        "reference": posting.reference,
        "paid_on": None if posting.paid_on is None else posting.paid_on.isoformat(),
    }
    return {key: value for key, value in described.items() if value is not None}

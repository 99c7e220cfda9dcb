"""Postings by hand, and requests for them, in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked


def asked_text(asked: Asked) -> Phrase:
    """Return the message on a request that now waits for another user."""
    return Phrase(
        "asked: approval {number} waits for another user (offline-collect approvals approve {number})",
        number=asked.number,
    )


def covered(posting: ManualPosting) -> str:
    """Return the parts that an application covers: ``200.00, of which 1.20 late fee, 0.30 waived``."""
    parts = [format_major(posting.amount_minor, posting.currency)]
    if posting.late_fee_minor:
        parts.append(f"of which {format_major(posting.late_fee_minor, posting.currency)} late fee")
    if posting.waived_minor:
        parts.append(f"{format_major(posting.waived_minor, posting.currency)} of late fee waived")
    return ", ".join(parts)


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

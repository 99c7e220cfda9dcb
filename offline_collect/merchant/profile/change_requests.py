"""Requests to register a merchant or to change its account or rules, as documents with the keys of merchant.yaml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.merchants import Merchant
from offline_collect.merchant.access.requests import Request
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.render import differences, merchant_document

ORIGIN = "approval"
"""Replaces the file's name in errors of a request."""


def registration(merchant: Merchant, organisation_id: str) -> Request:
    """Return the request for a new merchant of an organisation."""
    merchant_id = merchant.merchant_id
    payload = {"merchant": merchant_document(merchant), "organisation": organisation_id}
    return Request(
        DualAction.MERCHANT_ADD, merchant_id, merchant_id, payload, organisation_id=organisation_id
    )


def change(before: Merchant, after: Merchant, since: dt.date | None) -> Request:
    """Return the request for a change; ``since`` is the user's date, None for as early as possible.

    It compares with the merchant's present document, without its status and form version.
    """
    old, new = merchant_document(before), merchant_document(after)
    payload = {
        "changes": [
            {"key": path, "before": former, "after": present}
            for path, former, present in differences(old, new)
        ],
        **({} if since is None else {"since": since.isoformat()}),
        "merchant": new,
    }
    return Request(DualAction.MERCHANT_SET, after.merchant_id, after.merchant_id, payload, old)


def requested_merchant(payload: Mapping[str, Any]) -> Merchant:
    """Return the merchant that a request describes."""
    return read_merchant(payload["merchant"], ORIGIN)


def requested_date(payload: Mapping[str, Any]) -> dt.date | None:
    """Return the date on which late fee and fee change; None for as early as possible."""
    since = payload.get("since")
    return None if since is None else dt.date.fromisoformat(since)

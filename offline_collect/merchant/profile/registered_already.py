"""Refuses what the file of a merchant that is registered already cannot change."""

from __future__ import annotations

from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import MerchantExistsError
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import StoreTransaction, organisations_of_merchants


def refuse_moving(tx: StoreTransaction, merchant_id: str, organisation_id: str | None) -> None:
    """Refuse another organisation for a merchant: None names none."""
    own = organisations_of_merchants(tx, merchant_id)[merchant_id]
    if organisation_id not in {None, own}:
        raise MerchantExistsError(
            Phrase(
                "{merchant_id} belongs to {own}, whose books have its money: it cannot move to {organisation_id};"
                " register another merchant",
                merchant_id=merchant_id,
                own=own,
                organisation_id=organisation_id or "",
            )
        )


def refuse_change(before: Merchant, after: Merchant, *, overwrite: bool) -> None:
    """Refuse other rules than a merchant has, unless it may be overwritten; another currency, or a closed merchant."""
    if not overwrite:
        raise MerchantExistsError(
            Phrase(
                "there is a merchant {merchant_id} already, and it differs; --replace changes it",
                merchant_id=before.merchant_id,
            )
        )
    if before.currency != after.currency:
        raise MerchantExistsError(
            Phrase(
                "the currency of {merchant_id} cannot change: register another merchant",
                merchant_id=before.merchant_id,
            )
        )
    refuse_closed(before)

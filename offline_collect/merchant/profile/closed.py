"""Refuses changes of a closed merchant."""

from __future__ import annotations

from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import StatusError


def refuse_closed(merchant: Merchant) -> Merchant:
    """Return a merchant that is not closed.

    Raises:
        StatusError: it is closed; nothing can be imported, published or changed for it.
    """
    if merchant.status is MerchantStatus.CLOSED:
        raise StatusError(
            Phrase(
                "{merchant_id} is closed: a closed merchant cannot be changed",
                merchant_id=merchant.merchant_id,
            )
        )
    return merchant

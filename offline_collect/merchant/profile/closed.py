"""Whether anything may still be changed for a merchant: what is closed stays as it was closed."""

from __future__ import annotations

from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.merchant.common.errors import StatusError


def refuse_closed(merchant: Merchant) -> Merchant:
    """Return a merchant that is not closed.

    Raises:
        StatusError: it is; nothing is imported, published or changed for it any more.
    """
    if merchant.status is MerchantStatus.CLOSED:
        raise StatusError(f"{merchant.merchant_id} is closed: a closed merchant stays so")
    return merchant

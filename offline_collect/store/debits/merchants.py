"""The merchants whose bills can be debited."""

from __future__ import annotations

from sqlalchemy import exists, select

from offline_collect.domain.merchants import MerchantStatus
from offline_collect.store.schema.tables import customers, merchants
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction


def merchants_with_mandates(tx: StoreTransaction) -> list[str]:
    """Return the ACTIVE merchants in scope that have a customer with a mandate."""
    own = merchants.c
    mandate = exists().where(customers.c.merchant_id == own.merchant_id, customers.c.mandate_ref.is_not(None))
    asked = select(own.merchant_id).where(
        own.status == MerchantStatus.ACTIVE.value, mandate, in_scope(own.merchant_id, tx.scope)
    )
    return list(tx.connection.execute(asked.order_by(own.merchant_id)).scalars())

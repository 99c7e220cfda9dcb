"""Consents to advertising, each with its proof."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from offline_collect.domain.notices.consent import Consent
from offline_collect.store.schema.notice_address_tables import notice_consents
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_OWN = notice_consents.c


_consent = row_reader(Consent, notice_consents.columns.keys(), {})


def get_consent(tx: StoreTransaction, merchant_id: str, customer_no: str) -> Consent | None:
    """Return a customer's last consent, locked; None if there is none in scope."""
    asked = select(notice_consents).where(
        _OWN.merchant_id == merchant_id,
        _OWN.customer_no == customer_no,
        in_scope(_OWN.merchant_id, tx.scope),
    )
    row = tx.connection.execute(asked.with_for_update()).first()
    return None if row is None else _consent(row)


def put_consent(tx: StoreTransaction, consent: Consent, *, there: bool) -> None:
    """Write a customer's consent.

    Args:
        there: whether he has one already.
    """
    values = {column.name: getattr(consent, column.name) for column in notice_consents.columns}
    if not there:
        tx.connection.execute(insert(notice_consents).values(values))
        return
    same = (_OWN.merchant_id == consent.merchant_id, _OWN.customer_no == consent.customer_no)
    tx.connection.execute(update(notice_consents).where(*same).values(values))


def list_consents(tx: StoreTransaction, merchant_id: str, page: tuple[str | None, int]) -> Sequence[Consent]:
    """Return a merchant's consents by customer.

    Args:
        page: the customer after whom it begins, and how many at most.
    """
    after, most = page
    asked = select(notice_consents).where(
        _OWN.merchant_id == merchant_id, in_scope(_OWN.merchant_id, tx.scope)
    )
    if after is not None:
        asked = asked.where(_OWN.customer_no > after)
    return [_consent(row) for row in tx.connection.execute(asked.order_by(_OWN.customer_no).limit(most))]

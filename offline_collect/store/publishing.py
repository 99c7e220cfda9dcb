"""Publishing payment forms, and reading what was published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select, update

from offline_collect.domain.forms import PaymentForm, form_from_document, form_to_document
from offline_collect.store.customer_keys import asks_for, latest_forms, reindex_customers
from offline_collect.store.documents import from_json, to_json
from offline_collect.store.merchants import require_merchant
from offline_collect.store.tables import audit_trail, merchants, payment_forms
from offline_collect.store.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A version of a merchant's form.

    Attributes:
        who: published it, as the audit trail says; None where it does not.
    """

    form: PaymentForm
    published_at: dt.datetime
    who: str | None


def next_form_version(tx: StoreTransaction, merchant_id: str) -> int:
    """Return the number that a merchant's next form will be published under."""
    latest = select(func.max(payment_forms.c.version)).where(payment_forms.c.merchant_id == merchant_id)
    return (tx.connection.execute(latest).scalar() or 0) + 1


def publish_form(
    tx: StoreTransaction,
    merchant_id: str,
    form: PaymentForm,
    now: dt.datetime,
) -> PaymentForm:
    """Publish a form as the merchant's next version and return it with that version.

    Customers are found by its inputs from then on. The merchant stays locked until the transaction ends.

    Raises:
        NotThere: there is no such merchant.
    """
    require_merchant(tx, merchant_id, lock=True)
    before = latest_forms(tx, merchant_id)
    published = replace(form, version=next_form_version(tx, merchant_id))
    row = {
        "merchant_id": merchant_id,
        "version": published.version,
        "document": to_json(form_to_document(published)),
        "published_at": now,
    }
    tx.connection.execute(insert(payment_forms), row)
    tx.connection.execute(
        update(merchants)
        .where(merchants.c.merchant_id == merchant_id)
        .values(form_version=published.version),
    )
    known = frozenset[frozenset[str]]().union(*map(asks_for, before))
    if not asks_for(published) <= known:
        reindex_customers(tx, merchant_id, latest_forms(tx, merchant_id))
    return published


def get_form(tx: StoreTransaction, merchant_id: str, version: int | None = None) -> PaymentForm | None:
    """Return a merchant's form of a version, or the published one; None if there is none."""
    wanted = select(payment_forms.c.version, payment_forms.c.document).where(
        payment_forms.c.merchant_id == merchant_id,
    )
    if version is None:
        current = select(merchants.c.form_version).where(merchants.c.merchant_id == merchant_id)
        wanted = wanted.where(payment_forms.c.version == current.scalar_subquery())
    else:
        wanted = wanted.where(payment_forms.c.version == version)
    row = tx.connection.execute(wanted).first()
    return None if row is None else form_from_document(from_json(row.document), row.version)


def published_forms(
    tx: StoreTransaction, merchant_id: str, audited_as: str, most: int
) -> list[PublishedForm]:
    """Return the latest versions of a merchant's form, the latest first.

    Args:
        audited_as: what the audit trail calls it when one of them is published.
        most: how many of them.
    """
    latest = (
        select(payment_forms)
        .where(payment_forms.c.merchant_id == merchant_id)
        .order_by(payment_forms.c.version.desc())
        .limit(most)
    )
    publishers = _publishers(tx, audited_as, most)
    return [
        PublishedForm(
            form_from_document(from_json(row.document), row.version),
            row.published_at,
            publishers.get(row.version),
        )
        for row in tx.connection.execute(latest)
    ]


def _publishers(tx: StoreTransaction, audited_as: str, most: int) -> dict[int, str]:
    """Return who published the latest versions, by version."""
    audited = (
        select(audit_trail.c.who, audit_trail.c.after)
        .where(audit_trail.c.what == audited_as)
        .order_by(audit_trail.c.sequence.desc())
        .limit(most)
    )
    return {from_json(after)["version"]: who for who, after in tx.connection.execute(audited)}

"""Publishing payment forms, and reading published ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.forms import PaymentForm, form_from_document, form_to_document
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store.backoffice.lookup_keys import (
    FIRST,
    Place,
    asks_for,
    latest_forms,
    reindex_customers,
)
from offline_collect.store.backoffice.merchants import require_merchant
from offline_collect.store.database.errors import WrongStateError
from offline_collect.store.database.json import from_json, to_json
from offline_collect.store.schema.tables import merchants, payment_forms
from offline_collect.store.schema.user_tables import audit_trail
from offline_collect.store.sql.transaction import StoreTransaction


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A version of a merchant's form.

    Attributes:
        who: the publisher according to the audit trail; None if the trail has none.
    """

    form: PaymentForm
    published_at: dt.datetime
    who: str | None


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """A stored version that is not current yet.

    Attributes:
        indexed: whether customers have all the keys that its lookups need.
    """

    form: PaymentForm
    indexed: bool


def next_form_version(tx: StoreTransaction, merchant_id: str) -> int:
    """Return the version number of a merchant's next form."""
    latest = select(func.max(payment_forms.c.version)).where(payment_forms.c.merchant_id == merchant_id)
    return (tx.connection.execute(latest).scalar() or 0) + 1


def plan_form(tx: StoreTransaction, merchant_id: str, form: PaymentForm, now: dt.datetime) -> PlannedForm:
    """Store a form as the merchant's next version, not current yet.

    From then on customers that are written get the keys that its lookups need. The merchant stays locked until
    the transaction ends. Abandoned plans keep their numbers until a later form is current.

    Raises:
        NotFoundError: there is no such merchant.
    """
    merchant = require_merchant(tx, merchant_id, lock=True)
    known = [each for each in latest_forms(tx, merchant_id) if each.version <= (merchant.form_version or 0)]
    planned = replace(form, version=next_form_version(tx, merchant_id))
    row = {
        "merchant_id": merchant_id,
        "version": planned.version,
        "document": to_json(form_to_document(planned)),
        "published_at": now,
    }
    tx.connection.execute(insert(payment_forms), row)
    found_by = frozenset[frozenset[str]]().union(*map(asks_for, known))
    return PlannedForm(planned, indexed=asks_for(planned) <= found_by)


def index_customers(tx: StoreTransaction, merchant_id: str, after: Place) -> Place | None:
    """Write the keys of the planned form for some of a merchant's customers; return where to continue.

    The merchant is locked, since writing customers writes keys too.
    """
    require_merchant(tx, merchant_id, lock=True)
    return reindex_customers(tx, merchant_id, latest_forms(tx, merchant_id), after)


def make_current(tx: StoreTransaction, merchant_id: str, version: int) -> None:
    """Make a planned form the current one; earlier abandoned plans are deleted.

    Raises:
        WrongStateError: another form has become current since it was planned.
    """
    before = require_merchant(tx, merchant_id, lock=True).form_version or 0
    if before >= version:
        raise WrongStateError(
            Phrase(
                "another form of {merchant_id} was published meanwhile: look at it, then publish again",
                merchant_id=merchant_id,
            )
        )
    own = merchants.c.merchant_id == merchant_id
    tx.connection.execute(update(merchants).where(own).values(form_version=version))
    left_behind = and_(
        payment_forms.c.merchant_id == merchant_id,
        payment_forms.c.version > before,
        payment_forms.c.version < version,
    )
    tx.connection.execute(delete(payment_forms).where(left_behind))


def publish_form(tx: StoreTransaction, merchant_id: str, form: PaymentForm, now: dt.datetime) -> PaymentForm:
    """Publish a form as the merchant's next version in one transaction, and return it with that version.

    Only for merchants with few customers: it blocks all other writers.

    Raises:
        NotFoundError: there is no such merchant.
    """
    planned = plan_form(tx, merchant_id, form, now)
    after = None if planned.indexed else FIRST
    while after is not None:
        after = index_customers(tx, merchant_id, after)
    make_current(tx, merchant_id, planned.form.version)
    return planned.form


def get_form(tx: StoreTransaction, merchant_id: str, version: int | None = None) -> PaymentForm | None:
    """Return one version of a merchant's form, by default the published one; None if it does not exist."""
    wanted = select(payment_forms.c.version, payment_forms.c.document).where(_published(merchant_id))
    if version is None:
        wanted = wanted.order_by(payment_forms.c.version.desc()).limit(1)
    else:
        wanted = wanted.where(payment_forms.c.version == version)
    row = tx.connection.execute(wanted).first()
    return None if row is None else form_from_document(from_json(row.document), row.version)


def published_forms(tx: StoreTransaction, merchant_id: str, most: int) -> list[PublishedForm]:
    """Return the latest versions of a merchant's form, the latest first.

    Args:
        most: how many of them.
    """
    latest = (
        select(payment_forms)
        .where(_published(merchant_id))
        .order_by(payment_forms.c.version.desc())
        .limit(most)
    )
    publishers = _publishers(tx, merchant_id, most)
    return [
        PublishedForm(
            form_from_document(from_json(row.document), row.version),
            row.published_at,
            publishers.get(row.version),
        )
        for row in tx.connection.execute(latest)
    ]


def _publishers(tx: StoreTransaction, merchant_id: str, most: int) -> dict[int, str]:
    """Return the publishers of the latest versions, by version."""
    audited = (
        select(audit_trail.c.actor, audit_trail.c.after)
        .where(audit_trail.c.subject_type == SubjectType.FORM.value, audit_trail.c.merchant_id == merchant_id)
        .order_by(audit_trail.c.sequence.desc())
        .limit(most)
    )
    return {from_json(after)["version"]: who for who, after in tx.connection.execute(audited)}


def _published(merchant_id: str) -> ColumnElement[bool]:
    """Whether a version is a merchant's current one or an earlier one; planned versions come after it."""
    current = select(merchants.c.form_version).where(merchants.c.merchant_id == merchant_id)
    return and_(
        payment_forms.c.merchant_id == merchant_id, payment_forms.c.version <= current.scalar_subquery()
    )

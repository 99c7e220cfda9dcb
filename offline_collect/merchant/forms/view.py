"""Views of payment forms: one form, its versions, and the customers that it cannot find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.forms import PaymentForm
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.domain.texts.text import mask_name
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.common.errors import NoFormError
from offline_collect.merchant.forms.coverage import Complaint, FormReport, check_form
from offline_collect.store import (
    PublishedForm,
    SqlStore,
    StoreTransaction,
    get_form,
    published_forms,
    require_merchant,
)


@dataclass(frozen=True, slots=True)
class FormView:
    """A form and its merchant."""

    merchant: Merchant
    form: PaymentForm


@dataclass(frozen=True, slots=True)
class FormCheck:
    """A form checked against a merchant's customers; complaints mask data that the user may not see."""

    form: PaymentForm
    report: FormReport


def view_form(
    store: SqlStore,
    merchant_id: str,
    actor: Actor,
    version: int | None = None,
    unpublished: PaymentForm | None = None,
) -> FormView:
    """Return a merchant's form.

    Args:
        store: where forms are kept.
        merchant_id: the merchant.
        actor: the user who sees it.
        version: None for the current one.
        unpublished: a form that is not published yet, to show instead of the merchant's.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: there is no such merchant.
        NoFormError: the merchant has none, or none of this version.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant = require_merchant(reading, merchant_id)
        return FormView(merchant, unpublished or _form(reading, merchant_id, version))


def view_history(store: SqlStore, merchant_id: str, actor: Actor, most: int) -> Sequence[PublishedForm]:
    """Return the latest versions of a merchant's form, the latest first, at least one.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
        NoFormError: the merchant has none.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        versions = published_forms(reading, merchant_id, most)
    if not versions:
        raise NoFormError(merchant_id)
    return versions


def view_check(
    store: SqlStore, merchant_id: str, actor: Actor, most: int, unpublished: PaymentForm | None = None
) -> FormCheck:
    """Check a form against all customers of a merchant.

    Args:
        store: where customers are.
        merchant_id: the merchant.
        actor: the user who sees them.
        most: the most complaints to return.
        unpublished: a form that is not published yet; None takes the current one.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
        NoFormError: the merchant has no form.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        form = unpublished or _form(reading, merchant_id, None)
        report = check_form(reading, merchant_id, form, most)
    complaints = tuple(_shown(each, actor) for each in report.complaints)
    return FormCheck(form, replace(report, complaints=complaints))


def _form(tx: StoreTransaction, merchant_id: str, version: int | None) -> PaymentForm:
    form = get_form(tx, merchant_id, version)
    if form is None:
        raise NoFormError(merchant_id, version)
    return form


def _shown(complaint: Complaint, actor: Actor) -> Complaint:
    """Return a complaint as the user may see it; card numbers are always masked."""
    shown = mask_cards if sees_personal(actor) else mask_name
    value = complaint.value
    return replace(complaint, name=shown(complaint.name), value=None if value is None else shown(value))

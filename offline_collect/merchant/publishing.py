"""Publishing payment forms: checked against the wire, versioned, audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from offline_collect.domain.forms import Input, PaymentForm, form_to_document
from offline_collect.domain.text import Normalisation
from offline_collect.merchant.fitting import check_fit
from offline_collect.store import SqlStore, append_audit, get_form, publish_form, require_merchant
from offline_collect.wire.dialect import Dialect
from offline_collect.wire.message_types import MessageSet


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        form: the form that is current now.
        is_new: False where the same form was current already.
        reread: labels of inputs whose normalisation is another now: customers that were imported under the
            former one have to be imported again to be found by these.
    """

    form: PaymentForm
    is_new: bool
    reread: tuple[str, ...] = ()


def publish(
    store: SqlStore,
    merchant_id: str,
    form: PaymentForm,
    messages: MessageSet,
    dialects: Iterable[Dialect],
    who: str,
    now: dt.datetime,
) -> Published:
    """Publish a form as a merchant's next version.

    Args:
        store: where it is kept.
        merchant_id: whose it is.
        form: of any version; it gets its number here.
        messages: the message set that will carry it.
        dialects: all that a link may speak.
        who: publishes it, for the audit.
        now: when.

    Raises:
        FormMisfitError: some dialect cannot carry it.
        NotThere: there is no such merchant.
    """
    # The number is part of what is sent: the longest there can be must fit.
    check_fit(replace(form, version=999_999), messages, dialects)
    with store.transaction() as tx:
        require_merchant(tx, merchant_id, lock=True)
        before = get_form(tx, merchant_id)
        if before is not None and replace(form, version=before.version) == before:
            return Published(before, is_new=False)
        published = publish_form(tx, merchant_id, form, now)
        old = None if before is None else _document(before)
        append_audit(tx, who, f"form publish {merchant_id}", old, _document(published), now)
    return Published(published, is_new=True, reread=_reread(before, published))


def _document(form: PaymentForm) -> dict[str, object]:
    return {"version": form.version, **form_to_document(form)}


def _reread(before: PaymentForm | None, after: PaymentForm) -> tuple[str, ...]:
    """Return the labels of inputs that both forms have but normalise in different ways."""
    former = {} if before is None else {asked.key: _normalisation(asked) for asked in before.inputs}
    return tuple(
        asked.label
        for asked in after.inputs
        if asked.key in former and former[asked.key] != _normalisation(asked)
    )


def _normalisation(asked: Input) -> tuple[object, ...]:
    """Return what decides how an input is stored; the width only where zeros fill up to it."""
    return (asked.normalise, asked.least if Normalisation.LEADING_ZEROS in asked.normalise else None)

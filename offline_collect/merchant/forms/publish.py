"""Publishing payment forms: checked against the wire, versioned, audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.forms import Input, PaymentForm, form_to_document
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import Normalisation
from offline_collect.merchant.forms.coverage import Reach, compare_reach
from offline_collect.merchant.forms.wire_budget import check_fit
from offline_collect.merchant.imports.lifecycle import patiently
from offline_collect.merchant.imports.order import Watch
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.store import (
    FIRST,
    KEYS_CHUNK,
    Place,
    SqlStore,
    append_audit,
    get_form,
    index_customers,
    make_current,
    plan_form,
    require_merchant,
)
from offline_collect.wire.dialects.dialect import Dialect
from offline_collect.wire.messages.message_set.types import MessageSet

SAME_REACH = Reach()


def _unwatched(_step: str, _rows: int, _share: float | None) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        form: the form that is current now.
        is_new: False if the same form was current already.
        reread: labels of inputs whose normalisation changed: customers that were imported under the old
            one must be imported again to be found by these.
        reach: which customers it finds; ``SAME_REACH`` if it finds them exactly as the previous version did.
    """

    form: PaymentForm
    is_new: bool
    reread: tuple[str, ...] = ()
    reach: Reach = SAME_REACH


_LONGEST = 999_999
"""The version number is part of the message: the longest one must fit."""


def publish(
    store: SqlStore,
    merchant_id: str,
    form: PaymentForm,
    messages: MessageSet,
    dialects: Iterable[Dialect],
    actor: Actor,
    now: dt.datetime,
    watch: Watch = _unwatched,
) -> Published:
    """Publish a form as a merchant's next version.

    Customers first get their lookup keys for the form, chunk by chunk, so that payments go on meanwhile.

    Args:
        store: where it is kept.
        merchant_id: the merchant.
        form: of any version; it gets its number here.
        messages: the message set that will carry it.
        dialects: all that a link may speak.
        actor: the user who publishes.
        watch: receives how many customers have their keys.

    Raises:
        NotPermittedError: the actor may not publish.
        FormMisfitError: some dialect cannot carry it.
        NotFoundError: there is no such merchant.
        StatusError: it is closed.
        WrongStateError: another form became current meanwhile.
    """
    actor.require(Permission.PUBLISH_FORMS)
    check_fit(replace(form, version=_LONGEST), messages, dialects)
    with store.transaction() as tx:
        refuse_closed(require_merchant(tx, merchant_id, lock=True))
        before = get_form(tx, merchant_id)
        if before is not None and replace(form, version=before.version) == before:
            return Published(before, is_new=False)
        planned = plan_form(tx, merchant_id, form, now)
    if not planned.indexed:
        _index(store, merchant_id, watch)
    published = planned.form
    with store.transaction() as tx:
        # Read again: indexing took time, and others may have published or closed meanwhile.
        refuse_closed(require_merchant(tx, merchant_id, lock=True))
        before = get_form(tx, merchant_id)
        make_current(tx, merchant_id, published.version)
        old = None if before is None else _document(before)
        append_audit(tx, actor, "form publish", _subject(merchant_id), old, _document(published), now)
    reach = _reach(store, merchant_id, before, published)
    return Published(published, is_new=True, reread=_reread(before, published), reach=reach)


def _subject(merchant_id: str) -> Subject:
    return Subject(SubjectType.FORM, merchant_id, merchant_id)


def _index(store: SqlStore, merchant_id: str, watch: Watch) -> None:
    after: Place | None = FIRST
    seen = 0
    while after is not None:
        after = patiently(store, partial(index_customers, merchant_id=merchant_id, after=after))
        seen += KEYS_CHUNK
        watch(Phrase("customers"), seen, None)


def _reach(store: SqlStore, merchant_id: str, before: PaymentForm | None, after: PaymentForm) -> Reach:
    """Find which customers are found; outside the transaction, which would delay payments."""
    if before is None or _finding(before) == _finding(after):
        return SAME_REACH
    with store.snapshot() as reading:
        return compare_reach(reading, merchant_id, before, after)


def _finding(form: PaymentForm) -> object:
    """Return what decides which customers a form finds, without texts for people."""
    return [
        [replace(asked, label="", prompt="", example=None) for asked in each] for each in form.alternatives
    ]


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

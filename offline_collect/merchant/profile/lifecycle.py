"""Registers merchants, changes their rules, suspends, resumes and closes them, with audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import touched
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import DEFAULT_BANK
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.merchants import Merchant, MerchantStatus, is_merchant_id
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, ask
from offline_collect.merchant.common.errors import (
    EffectiveDateError,
    MerchantIdError,
    OpenBusinessError,
)
from offline_collect.merchant.profile.change_account import open_date, paid_from_tomorrow
from offline_collect.merchant.profile.change_requests import (
    change,
    registration,
    requested_date,
    requested_merchant,
)
from offline_collect.merchant.profile.change_rules import succeeding
from offline_collect.merchant.profile.closed import refuse_closed
from offline_collect.merchant.profile.registered_already import refuse_change, refuse_moving
from offline_collect.merchant.profile.render import (
    describe_after,
    describe_merchant,
    differences,
    merchant_document,
)
from offline_collect.store import (
    OpenBusiness,
    SqlStore,
    StoreTransaction,
    add_merchant,
    append_audit,
    get_merchant,
    has_business,
    open_business,
    refuse_taken_id,
    replace_merchant,
    require_merchant,
    require_open_day,
    require_organisation,
    set_merchant_status,
)
from offline_collect.store.backoffice.mappings import delete_mappings

Edit = Callable[[Merchant, dt.date | None], Merchant]
"""Returns a merchant as it should be; the date is where changes of its late fee and fee may begin."""


class Registered(StrEnum):
    """The result of registering a merchant."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Changed:
    """The result of changing a merchant.

    Attributes:
        merchant: as it is now.
        differences: path in merchant.yaml, former and present value of each difference.
    """

    merchant: Merchant
    differences: tuple[tuple[str, Any, Any], ...]


def register_merchant(
    store: SqlStore,
    merchant: Merchant,
    actor: Actor,
    now: dt.datetime,
    control: DualControl = ASKS_FIRST,
    *,
    overwrite: bool = False,
    organisation_id: str | None = None,
) -> Registered | Asked:
    """Register or change a merchant; a new merchant, its account and its rules need two people.

    Args:
        store: the store.
        merchant: as its document says.
        actor: registers it.
        now: the present time.
        control: how another user's consent is asked for.
        overwrite: change an existing merchant of this id whose rules differ.
        organisation_id: the bank or branch of a new merchant; None for the actor's own.

    Raises:
        NotFoundError: there is no such organisation.
        OrganisationError: the organisation is not a bank or a branch.
        NotPermittedError: the actor may not do it.
        MerchantIdError: a new merchant cannot have this id.
        MerchantExistsError: a merchant of this id has other rules or another currency.
        StatusError: it differs and is closed.
    """
    actor.require(Permission.MAINTAIN_MERCHANTS)
    with store.transaction() as tx:
        before = get_merchant(tx, merchant.merchant_id, lock=True)
        if before is None:
            return _add(tx, merchant, organisation_id, actor, now, control)
        refuse_moving(tx, before.merchant_id, organisation_id)
        after = paid_from_tomorrow(
            tx, before, succeeding(before, merchant, _earliest(tx, before.merchant_id))
        )
        if after == before:
            control.take(tx)
            return Registered.UNCHANGED
        refuse_change(before, after, overwrite=overwrite)
        if control.asks(actor) and touched(before, after):
            return ask(tx, change(before, after, None), actor, now, control)
        replace_merchant(tx, after)
        control.take(tx)
        _audit(tx, "merchant change", before, after, actor, now)
    return Registered.CHANGED


def _add(
    tx: StoreTransaction,
    merchant: Merchant,
    organisation_id: str | None,
    actor: Actor,
    now: dt.datetime,
    control: DualControl,
) -> Registered | Asked:
    if not is_merchant_id(merchant.merchant_id):
        raise MerchantIdError(merchant.merchant_id)
    own = require_organisation(tx, organisation_id or actor.scope.new_merchants_belong_to)
    belongs = own.for_merchants().organisation_id
    if control.asks(actor):
        refuse_taken_id(tx, merchant.merchant_id)
        return ask(tx, registration(merchant, belongs), actor, now, control)
    add_merchant(tx, merchant, belongs)
    control.take(tx)
    _audit(tx, "merchant add", None, merchant, actor, now, belongs)
    return Registered.ADDED


def change_merchant(
    store: SqlStore,
    merchant_id: str,
    edit: Edit,
    actor: Actor,
    now: dt.datetime,
    since: dt.date | None = None,
    control: DualControl = ASKS_FIRST,
) -> Changed | Asked:
    """Change a merchant; a change of its account or rules needs two people.

    A new settlement account is always valid from the next business day, regardless of ``since``.

    Args:
        store: the store.
        merchant_id: the merchant.
        edit: returns the changed merchant.
        actor: changes it.
        now: the present time.
        since: the date on which late fee and fee change; None for as early as possible.
        control: how another user's consent is asked for.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: no merchant has this id.
        StatusError: it is closed.
        ChangedSinceError: it was changed since this change was requested.
        EffectiveDateError: the present rules already apply to payments or bills of ``since``.
    """
    actor.require(Permission.MAINTAIN_MERCHANTS)
    with store.transaction() as tx:
        before = require_merchant(tx, merchant_id, lock=True)
        refuse_closed(before)
        control.refuse_changed(merchant_document(before))
        earliest = _earliest(tx, merchant_id)
        if since is not None and earliest is not None and since < earliest:
            raise EffectiveDateError(merchant_id, since, earliest)
        after = paid_from_tomorrow(tx, before, edit(before, since or earliest))
        if control.asks(actor) and touched(before, after):
            return ask(tx, change(before, after, since), actor, now, control)
        control.take(tx)
        if after != before:
            replace_merchant(tx, after)
            _audit(tx, "merchant set", before, after, actor, now)
        on = open_date(tx)
    return Changed(
        after, tuple(differences(describe_merchant(before, on), describe_after(after, before, on)))
    )


def register_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Registered | Asked:
    """Carry out an approved request for a new merchant."""
    belongs = payload["organisation"]
    return register_merchant(store, requested_merchant(payload), actor, now, control, organisation_id=belongs)


def change_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> Changed | Asked:
    """Carry out an approved request for a change; business up to today keeps the present rules."""
    after = requested_merchant(payload)

    def edit(before: Merchant, start: dt.date | None) -> Merchant:
        return succeeding(before, after, start)

    since = requested_date(payload)
    return change_merchant(store, after.merchant_id, edit, actor, now, since, control)


def _earliest(tx: StoreTransaction, merchant_id: str) -> dt.date | None:
    """Return the first date on which a rule of money can change; None if there was no business yet.

    Payments of the open business day have been taken, and bills due by then may be late tomorrow.
    """
    if not has_business(tx, merchant_id):
        return None
    return require_open_day(tx).date + dt.timedelta(days=1)


def change_status(
    store: SqlStore, merchant_id: str, status: MerchantStatus, actor: Actor, now: dt.datetime
) -> bool:
    """Suspend or resume a merchant; False if it has that status already.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: no merchant has this id.
        StatusError: it is closed.
    """
    actor.require(Permission.MAINTAIN_MERCHANTS)
    with store.transaction() as tx:
        before = require_merchant(tx, merchant_id, lock=True)
        refuse_closed(before)
        if before.status is status:
            return False
        set_merchant_status(tx, merchant_id, status)
        verb = "suspend" if status is MerchantStatus.SUSPENDED else "resume"
        _audit(tx, f"merchant {verb}", before, replace(before, status=status), actor, now)
    return True


def close_merchant(store: SqlStore, merchant_id: str, actor: Actor, now: dt.datetime) -> OpenBusiness | None:
    """Close a merchant permanently: terminals no longer find it, and its open bills are not collected.

    Its payments stay: they can be reversed, reconciled and settled.

    Args:
        store: the store.
        merchant_id: the merchant.
        actor: closes it.
        now: the present time.

    Returns:
        the merchant's unfinished business; None if it was already closed.

    Raises:
        NotPermittedError: the actor may not do it.
        NotFoundError: no merchant has this id.
        OpenBusinessError: it has unfinished business: bills in a batch debit, suspense, waiting imports.
    """
    actor.require(Permission.MAINTAIN_MERCHANTS)
    with store.transaction() as tx:
        before = require_merchant(tx, merchant_id, lock=True)
        left = _left_behind(tx, before)
        if left is None:
            return None
        set_merchant_status(tx, merchant_id, MerchantStatus.CLOSED)
        # Nothing is imported for it any more.
        delete_mappings(tx, merchant_id)
        after = replace(before, status=MerchantStatus.CLOSED)
        _audit(tx, "merchant close", before, after, actor, now)
    return left


def look_at_closing(
    store: SqlStore, merchant_id: str, actor: Actor, most: int | None = None
) -> OpenBusiness | None:
    """Return what :func:`close_merchant` would leave behind; None if the merchant is closed already.

    Args:
        most: bills that are looked at; None for all. The closing itself looks at all of them.

    Raises:
        as :func:`close_merchant` does.
    """
    actor.require(Permission.MAINTAIN_MERCHANTS)
    with store.snapshot() as reading:
        return _left_behind(reading, require_merchant(reading, merchant_id), most)


def _left_behind(tx: StoreTransaction, merchant: Merchant, most: int | None = None) -> OpenBusiness | None:
    if merchant.status is MerchantStatus.CLOSED:
        return None
    left = open_business(tx, merchant.merchant_id, most)
    if left.pending:
        raise OpenBusinessError(merchant.merchant_id, left.in_batch, left.in_suspense, left.imports)
    return left


def _audit(
    tx: StoreTransaction,
    action: str,
    before: Merchant | None,
    after: Merchant,
    actor: Actor,
    now: dt.datetime,
    organisation_id: str = DEFAULT_BANK,
) -> None:
    on = open_date(tx)
    described = None if before is None else describe_merchant(before, on)
    subject = Subject(SubjectType.MERCHANT, after.merchant_id, after.merchant_id)
    document = describe_after(after, before, on)
    if organisation_id != DEFAULT_BANK:
        document["organisation"] = organisation_id
    append_audit(tx, actor, action, subject, described, document, now)

"""Registering merchants, changing their rules, suspending and resuming them; each change is audited."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.merchant.errors import MerchantExistsError, StatusError
from offline_collect.merchant.merchants import describe_merchant
from offline_collect.store import (
    SqlStore,
    StoreTransaction,
    add_merchant,
    append_audit,
    get_merchant,
    replace_merchant,
    require_merchant,
    set_merchant_status,
)


class Registered(StrEnum):
    """What registering a merchant did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def register_merchant(
    store: SqlStore, merchant: Merchant, who: str, now: dt.datetime, *, overwrite: bool = False
) -> Registered:
    """Register a merchant, or change one that is there.

    Args:
        store: where it is kept.
        merchant: as its document says.
        who: registers it, for the audit.
        now: when.
        overwrite: change a merchant of this id whose rules differ.

    Raises:
        MerchantExistsError: there is one of this id with other rules, or of another currency.
    """
    with store.transaction() as tx:
        before = get_merchant(tx, merchant.merchant_id, lock=True)
        if before is None:
            add_merchant(tx, merchant)
            _audit(tx, f"merchant add {merchant.merchant_id}", None, merchant, who, now)
            return Registered.ADDED
        after = replace(merchant, status=before.status, form_version=before.form_version)
        if after == before:
            return Registered.UNCHANGED
        _refuse_change(before, after, overwrite=overwrite)
        replace_merchant(tx, after)
        _audit(tx, f"merchant change {merchant.merchant_id}", before, after, who, now)
    return Registered.CHANGED


def _refuse_change(before: Merchant, after: Merchant, *, overwrite: bool) -> None:
    if not overwrite:
        raise MerchantExistsError(
            f"there is a merchant {before.merchant_id} already, and it differs; --replace changes it"
        )
    if before.currency != after.currency:
        raise MerchantExistsError(
            f"the currency of {before.merchant_id} cannot change: register another merchant"
        )


def change_status(
    store: SqlStore, merchant_id: str, status: MerchantStatus, who: str, now: dt.datetime
) -> bool:
    """Suspend or resume a merchant; False if it has that status already.

    Raises:
        NotThere: no merchant has this id.
        StatusError: it is closed.
    """
    with store.transaction() as tx:
        before = require_merchant(tx, merchant_id, lock=True)
        if before.status is MerchantStatus.CLOSED:
            raise StatusError(f"{merchant_id} is closed: a closed merchant stays so")
        if before.status is status:
            return False
        set_merchant_status(tx, merchant_id, status)
        verb = "suspend" if status is MerchantStatus.SUSPENDED else "resume"
        _audit(tx, f"merchant {verb} {merchant_id}", before, replace(before, status=status), who, now)
    return True


def _audit(
    tx: StoreTransaction,
    what: str,
    before: Merchant | None,
    after: Merchant,
    who: str,
    now: dt.datetime,
) -> None:
    described = None if before is None else describe_merchant(before)
    append_audit(tx, who, what, described, describe_merchant(after), now)

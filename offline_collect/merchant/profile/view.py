"""Views of merchants: the list, and one merchant with its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.merchants import Merchant
from offline_collect.merchant.access.masking import sees_accounts
from offline_collect.merchant.common.own_language import own_languages
from offline_collect.merchant.profile.change_account import open_date
from offline_collect.merchant.profile.render import describe_merchant
from offline_collect.store import (
    SqlStore,
    has_organisations,
    list_merchants,
    organisations_of_merchants,
    require_merchant,
)
from offline_collect.translations import Languages


@dataclass(frozen=True, slots=True)
class Merchants:
    """Merchants of a store.

    Attributes:
        found: by id.
        belonging: the organisation of each merchant, by id; None in a store of one bank.
    """

    found: tuple[Merchant, ...]
    belonging: dict[str, str] | None


def view_merchants(
    store: SqlStore, actor: Actor, after: str | None = None, most: int | None = None
) -> Merchants:
    """Return the merchants that the actor may see.

    Args:
        after: the id that the first one comes after; None for the first of all.
        most: how many at most; None for all.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        found = tuple(list_merchants(reading, after, most))
        if not found or not has_organisations(reading):
            return Merchants(found, None)
        named = () if after is None and most is None else [each.merchant_id for each in found]
        return Merchants(found, organisations_of_merchants(reading, *named))


def currency_of(store: SqlStore, merchant_id: str, actor: Actor) -> str:
    """Return the ISO 4217 number of a merchant's currency.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: no merchant has this id.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return require_merchant(reading, merchant_id).currency


def languages_of(store: SqlStore, merchant_id: str, actor: Actor) -> Languages:
    """Return the languages that a merchant's own people read.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: no merchant has this id.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return own_languages(require_merchant(reading, merchant_id))


def view_merchant(store: SqlStore, merchant_id: str, actor: Actor) -> dict[str, Any]:
    """Return a merchant and its rules; accounts are masked unless the user approves changes of them.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: no merchant has this id.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        merchant, on = require_merchant(reading, merchant_id), open_date(reading)
        document = describe_merchant(merchant, on, whole=sees_accounts(actor))
        if has_organisations(reading):
            document |= {"organisation": organisations_of_merchants(reading, merchant_id)[merchant_id]}
    return document

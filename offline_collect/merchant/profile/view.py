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
    """The merchants of a store.

    Attributes:
        found: by id.
        belonging: the organisation of each merchant, by id; None in a store of one bank.
    """

    found: tuple[Merchant, ...]
    belonging: dict[str, str] | None


def view_merchants(store: SqlStore, actor: Actor) -> Merchants:
    """Return all merchants that the actor may see.

    Raises:
        NotPermittedError: the actor may not see them.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        belonging = organisations_of_merchants(reading) if has_organisations(reading) else None
        return Merchants(tuple(list_merchants(reading)), belonging)


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

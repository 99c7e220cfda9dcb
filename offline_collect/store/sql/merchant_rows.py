"""Rows of merchants: a merchant as columns and the document of its rules, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.merchant_documents import (
    Rules,
    account_from_document,
    rules_from_document,
    rules_to_document,
)
from offline_collect.domain.merchants import Merchant, MerchantStatus
from offline_collect.store.database.json import from_json, to_json

Row = tuple[Any, ...]


def merchant_row(merchant: Merchant) -> Row:
    """Return a row of merchants."""
    return (
        merchant.merchant_id,
        merchant.name,
        merchant.trade,
        merchant.settlement_account.number,
        merchant.status.value,
        merchant.currency,
        to_json(rules_to_document(merchant)),
        int(merchant.notices),
        merchant.form_version,
        merchant.contacts.mobile,
        merchant.contacts.email,
        merchant.contacts.app_user,
    )


def merchant_from_row(row: Sequence[Any]) -> Merchant:
    """Read a row of merchants, without its last column, the merchant's organisation."""
    merchant_id, name, trade, settlement_account, status, currency, rules, *rest = row
    notices, form_version, mobile, email, app_user, _ = rest
    document, read = _rules(rules)
    return Merchant(
        merchant_id=merchant_id,
        name=name,
        trade=trade,
        settlement_account=account_from_document(settlement_account, document),
        status=MerchantStatus(status),
        currency=currency,
        amount_rule=read.amount_rule,
        late_fee=read.late_fee,
        fee=read.fee,
        limits_minor=read.limits_minor,
        notices=bool(notices),
        form_version=form_version,
        untold=read.untold,
        maker_checker=read.maker_checker,
        payer_fees=read.payer_fees,
        settlement=read.settlement,
        also_told=read.also_told,
        contacts=MerchantContacts(mobile, email, app_user),
    )


@lru_cache(maxsize=64)
def _rules(document: str) -> tuple[dict[str, Any], Rules]:
    """Read the rules of a merchant; most merchants have the rules of many others."""
    read: dict[str, Any] = from_json(document)
    return read, rules_from_document(read)

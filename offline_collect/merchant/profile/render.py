"""Merchants as documents for people: the keys of merchant.yaml, amounts in major units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import (
    OPT_IN,
    AmountRule,
    AmountRuleKind,
    FeeRule,
    Merchant,
    SettlementAccount,
)
from offline_collect.domain.money import format_major
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.domain.settlement.cycles import SettlementTerms
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.texts.text import mask_name

ACCOUNT = "settlement_account"
SETTLEMENT, ACCOUNT_NAME = "settlement", "account_name"
CONTACTS = "contacts"
NEXT_ACCOUNT = "next_settlement_account"
"""Key of the account that is valid from the next business day."""


def merchant_document(merchant: Merchant) -> dict[str, Any]:
    """Return a merchant as merchant.yaml, with its latest account in full."""
    currency = merchant.currency
    late_fee, *late_fees = merchant.late_fee.history()
    fee, *fees = merchant.fee.history()
    return {
        "id": merchant.merchant_id,
        "name": merchant.name,
        "trade": merchant.trade,
        "settlement_account": merchant.settlement_account.number,
        "currency": CURRENCIES[currency].code,
        "amount": _amount(merchant.amount_rule, currency),
        "late_fee": late_fee_terms(late_fee, currency)
        | _tiers({rule.starts: late_fee_terms(rule, currency) for rule in late_fees}),
        "fee": fee_terms(fee, currency) | _tiers({rule.starts: fee_terms(rule, currency) for rule in fees}),
        "limits": {
            channel.value: format_major(most, currency) for channel, most in merchant.limits_minor.items()
        },
        "notices": {
            kind.value.lower(): merchant.tells(kind)
            for kind in NoticeKind
            if kind not in OPT_IN or merchant.tells(kind)
        },
        "maker_checker": merchant.maker_checker,
    } | _further_rules(merchant)


def _further_rules(merchant: Merchant) -> dict[str, Any]:
    """Return the rules that few merchants have."""
    found: dict[str, Any] = {}
    if merchant.payer_fees:
        found["payer_fees"] = [_payer_fee_terms(rule, merchant.currency) for rule in merchant.payer_fees]
    account = merchant.settlement_account
    if merchant.settlement != SettlementTerms() or account.bank or account.name:
        found[SETTLEMENT] = settlement_terms(merchant)
    if merchant.contacts:
        found[CONTACTS] = _contacts(merchant)
    return found


def _contacts(merchant: Merchant) -> dict[str, str]:
    own = merchant.contacts
    found = {"mobile": own.mobile, "email": own.email, "app_user": own.app_user}
    return {key: text for key, text in found.items() if text is not None}


def settlement_terms(merchant: Merchant) -> dict[str, Any]:
    """Return when a merchant is paid and who holds its latest account, by the keys of ``settlement``."""
    terms, account = merchant.settlement, merchant.settlement_account
    described: dict[str, Any] = {
        "cycle": str(terms.cycle),
        "least": format_major(terms.least_minor, merchant.currency),
        "fees": "monthly" if terms.fees_monthly else "netted",
    }
    if account.bank is not None:
        described["account_bank"] = account.bank
    if account.name is not None:
        described[ACCOUNT_NAME] = account.name
    return described


def describe_merchant(merchant: Merchant, on: dt.date | None, *, whole: bool = False) -> dict[str, Any]:
    """Return a merchant for display, by the keys of merchant.yaml; its contacts are masked.

    Args:
        merchant: the merchant.
        on: the open business date, which selects the account; None before the first day. A later account is
            shown with its date.
        whole: show accounts in full, else only their last characters.
    """
    document = merchant_document(merchant)
    if not whole and ACCOUNT_NAME in document.get(SETTLEMENT, {}):
        document[SETTLEMENT][ACCOUNT_NAME] = mask_name(document[SETTLEMENT][ACCOUNT_NAME])
    if CONTACTS in document:
        document[CONTACTS] = {key: mask_contact(text) for key, text in document[CONTACTS].items()}
    head = {key: document.pop(key) for key in ("id", "name", "trade")}
    del document["settlement_account"]
    return (
        head
        | {"status": merchant.status.value}
        | _accounts(merchant.settlement_account, on, whole=whole)
        | document
        | {"form_version": merchant.form_version}
    )


def describe_after(after: Merchant, before: Merchant | None, on: dt.date | None) -> dict[str, Any]:
    """Return a changed merchant for display; mark changed accounts and contacts, as masked ones may look alike."""
    described = describe_merchant(after, on)
    if before is None:
        return described
    former = _contacts(before)
    for key, text in _contacts(after).items():
        if former.get(key, text) != text:
            described[CONTACTS][key] += " (changed)"
    if before.settlement_account.number == after.settlement_account.number:
        return described
    if NEXT_ACCOUNT in described:
        described[NEXT_ACCOUNT]["account"] += " (changed)"
    elif on is None:
        described[ACCOUNT] += " (changed)"
    return described


def _accounts(latest: SettlementAccount, on: dt.date | None, *, whole: bool) -> dict[str, Any]:
    def shown(account: SettlementAccount) -> str:
        return account.number if whole else mask_account(account.number)

    holding = latest if on is None else latest.on(on)
    if holding == latest or latest.starts is None:
        return {ACCOUNT: shown(holding)}
    following = {"account": shown(latest), "from": latest.starts.isoformat()}
    return {ACCOUNT: shown(holding), NEXT_ACCOUNT: following}


def late_fee_terms(rule: LateFeeRule, currency: str) -> dict[str, Any]:
    """Return the terms of a late fee's rule, by the keys of ``late_fee``, without its changes."""
    described: dict[str, Any] = {"rule": rule.kind.value}
    if rule.kind is LateFeeKind.FLAT:
        described["amount"] = format_major(rule.flat_minor, currency)
    if rule.kind is LateFeeKind.DAILY:
        described["rate"] = _rate_text(rule.rate_billionths)
    if rule.kind is not LateFeeKind.NONE:
        described["grace_days"] = rule.grace_days
    if rule.cap_minor is not None:
        described["cap"] = format_major(rule.cap_minor, currency)
    return described


def fee_terms(rule: FeeRule, currency: str) -> dict[str, Any]:
    """Return the terms of a fee's rule, by the keys of ``fee``, without its changes."""
    described = {
        "per_payment": format_major(rule.per_payment_minor, currency),
        "rate": _rate_text(rule.rate_billionths),
        "least": format_major(rule.least_minor, currency),
    }
    if rule.most_minor is not None:
        described["most"] = format_major(rule.most_minor, currency)
    return described


def _payer_fee_terms(rule: PayerFee, currency: str) -> dict[str, Any]:
    described = {
        "channel": None if rule.channel is None else rule.channel.value,
        "institution": rule.institution,
        "amount": format_major(rule.fixed_minor, currency) if rule.fixed_minor else None,
        "rate": _rate_text(rule.rate_billionths) if rule.rate_billionths else None,
        "per": "BILL" if rule.per_bill else "PAYMENT",
    }
    return {key: value for key, value in described.items() if value is not None}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the differences of two documents: path, former and present value; None for a missing value."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return [(path, old.get(path), new.get(path)) for path in new | old if old.get(path) != new.get(path)]


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        parts = [(f"{path}.{key}" if path else str(key), part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{_name(part, index)}]", part) for index, part in enumerate(value)]
    else:
        return [(path, value)]
    return [leaf for name, part in parts for leaf in _leaves(part, name)]


def _name(part: Any, index: int) -> Any:
    """Return the name of a list's item: the key of an input, the date of a change, else the index."""
    named = part if isinstance(part, Mapping) else {}
    return named.get("key") or named.get("from") or index


def _tiers(changes: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    tiers = [{"from": since.isoformat()} | terms for since, terms in changes.items()]
    return {"tiers": tiers} if tiers else {}


def _amount(rule: AmountRule, currency: str) -> dict[str, str]:
    if rule.kind is not AmountRuleKind.PARTIAL:
        return {"rule": rule.kind.value}
    least, step = (format_major(part, currency) for part in (rule.least_minor, rule.step_minor))
    return {"rule": rule.kind.value, "least": least, "step": step}


def _rate_text(rate_billionths: int) -> str:
    whole, part = divmod(rate_billionths, 10**9)
    return f"{whole}.{part:09d}".rstrip("0") if part else str(whole)

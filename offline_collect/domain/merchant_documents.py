"""The JSON document of a merchant's rules, in which the store keeps them; amounts in minor units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.commands import Channel
from offline_collect.domain.dated_rules import DatedRule, Rule, chain
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import (
    AmountRule,
    AmountRuleKind,
    FeeRule,
    Merchant,
    SettlementAccount,
)
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.domain.settlement.cycles import SettlementTerms, terms_from_document, terms_to_document


def rules_to_document(merchant: Merchant) -> dict[str, Any]:
    """Return the JSON document of a merchant's rules; amounts in minor units."""
    amount = merchant.amount_rule
    late_fee, *late_fees = merchant.late_fee.history()
    fee, *fees = merchant.fee.history()
    return {
        "amount": {"rule": amount.kind.value, "least": amount.least_minor, "step": amount.step_minor},
        "late_fee": _late_fee_terms(late_fee) | _changes(_late_fee_terms, late_fees),
        "fee": _fee_terms(fee) | _changes(_fee_terms, fees),
        "limits": {channel.value: most for channel, most in merchant.limits_minor.items()},
        "untold": sorted(merchant.untold),
        **({"also_told": sorted(merchant.also_told)} if merchant.also_told else {}),
        "maker_checker": merchant.maker_checker,
        **({"payer_fees": list(map(_payer_fee_terms, merchant.payer_fees))} if merchant.payer_fees else {}),
        **terms_to_document(merchant.settlement),
    } | _account_history(merchant.settlement_account)


def _payer_fee_terms(rule: PayerFee) -> dict[str, Any]:
    return {
        "channel": None if rule.channel is None else rule.channel.value,
        "institution": rule.institution,
        "fixed": rule.fixed_minor,
        "rate": rule.rate_billionths,
        "per_bill": rule.per_bill,
    }


def _account_history(account: SettlementAccount) -> dict[str, Any]:
    """Return the document of an account's history; the number that was set last is in a separate column."""
    *former, latest = account.history()
    holder = _holder_terms(latest)
    if not former and not holder:
        return {}
    history = {"from": _iso(latest.starts), "former": list(map(_account_terms, former))}
    return {"account": history | holder}


def _account_terms(account: SettlementAccount) -> dict[str, Any]:
    return {"from": _iso(account.starts), "number": account.number} | _holder_terms(account)


def _holder_terms(account: SettlementAccount) -> dict[str, str]:
    held = {"bank": account.bank, "name": account.name}
    return {key: text for key, text in held.items() if text is not None}


def _iso(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()


def account_from_document(number: str, document: Mapping[str, Any]) -> SettlementAccount:
    """Return a merchant's account, from the number set last and the document of its rules."""
    history = document.get("account", {"from": None, "former": ()})
    terms = [*history["former"], {**history, "number": number}]
    return chain(
        (
            _date(each["from"]),
            SettlementAccount(each["number"], each.get("bank"), each.get("name")),
        )
        for each in terms
    )


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _late_fee_terms(rule: LateFeeRule) -> dict[str, Any]:
    return {
        "rule": rule.kind.value,
        "flat": rule.flat_minor,
        "rate": rule.rate_billionths,
        "grace_days": rule.grace_days,
        "cap": rule.cap_minor,
    }


def _fee_terms(rule: FeeRule) -> dict[str, Any]:
    return {
        "per_payment": rule.per_payment_minor,
        "rate": rule.rate_billionths,
        "least": rule.least_minor,
        "most": rule.most_minor,
    }


def _changes(terms: Callable[[Any], dict[str, Any]], rules: Sequence[DatedRule]) -> dict[str, Any]:
    """Return the document of a rule's changes; it is empty for a rule that never changed."""
    changes = [{"from": _iso(rule.starts)} | terms(rule) for rule in rules]
    return {"tiers": changes} if changes else {}


@dataclass(frozen=True, slots=True)
class Rules:
    """A merchant's rules, as :func:`rules_from_document` reads them back."""

    amount_rule: AmountRule
    late_fee: LateFeeRule
    fee: FeeRule
    limits_minor: Mapping[Channel, int]
    untold: frozenset[str] = frozenset()
    maker_checker: bool = False
    payer_fees: tuple[PayerFee, ...] = ()
    settlement: SettlementTerms = field(default_factory=SettlementTerms)
    also_told: frozenset[str] = frozenset()


def rules_from_document(document: Mapping[str, Any]) -> Rules:
    """Return the rules that :func:`rules_to_document` wrote, also those of older versions without some fields."""
    amount = document["amount"]
    return Rules(
        amount_rule=AmountRule(AmountRuleKind(amount["rule"]), amount["least"], amount["step"]),
        late_fee=chain(_read_changes(_late_fee_rule, document["late_fee"])),
        fee=chain(_read_changes(_fee_rule, document["fee"])),
        limits_minor={Channel(name): most for name, most in document["limits"].items()},
        untold=frozenset(document.get("untold", ())),
        maker_checker=document.get("maker_checker", False),
        payer_fees=tuple(map(_payer_fee, document.get("payer_fees", ()))),
        settlement=terms_from_document(document),
        also_told=frozenset(document.get("also_told", ())),
    )


def _read_changes(
    read: Callable[[Mapping[str, Any]], Rule], document: Mapping[str, Any]
) -> Iterator[tuple[dt.date | None, Rule]]:
    yield None, read(document)
    for tier in document.get("tiers", ()):
        yield dt.date.fromisoformat(tier["from"]), read(tier)


def _late_fee_rule(late: Mapping[str, Any]) -> LateFeeRule:
    return LateFeeRule(LateFeeKind(late["rule"]), late["flat"], late["rate"], late["grace_days"], late["cap"])


def _payer_fee(fee: Mapping[str, Any]) -> PayerFee:
    channel = None if fee["channel"] is None else Channel(fee["channel"])
    return PayerFee(channel, fee["institution"], fee["fixed"], fee["rate"], fee["per_bill"])


def _fee_rule(fee: Mapping[str, Any]) -> FeeRule:
    return FeeRule(fee["per_payment"], fee["rate"], fee["least"], fee["most"])

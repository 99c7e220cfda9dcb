"""Merchants and the rules that they collect by (domain.md, Things and Amounts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from offline_collect.domain.commands import Channel
from offline_collect.domain.errors import RuleError
from offline_collect.domain.money import times_rate


class MerchantStatus(StrEnum):
    """Whether the merchant collects."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class AmountRuleKind(StrEnum):
    """What a payer may pay."""

    EXACT = "EXACT"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, slots=True)
class AmountRule:
    """EXACT takes the payable; PARTIAL also less, in steps, from a least amount on (minor units)."""

    kind: AmountRuleKind = AmountRuleKind.EXACT
    least_minor: int = 1
    step_minor: int = 1

    def __post_init__(self) -> None:
        if self.least_minor < 1 or self.step_minor < 1:
            raise RuleError("amount: least and step must be more than 0")

    def takes_part(self, amount_minor: int, payable_minor: int) -> bool:
        """Whether ``amount_minor`` is an allowed part of what is payable."""
        return (
            self.kind is AmountRuleKind.PARTIAL
            and self.least_minor <= amount_minor < payable_minor
            and amount_minor % self.step_minor == 0
        )

    def least_payable(self, payable_minor: int) -> int:
        """The smallest amount that is taken; the payable itself where no part is."""
        if self.kind is AmountRuleKind.EXACT:
            return payable_minor
        steps = -(-self.least_minor // self.step_minor)
        return min(steps * self.step_minor, payable_minor)


class LateFeeKind(StrEnum):
    """How lateness is charged."""

    NONE = "NONE"
    FLAT = "FLAT"
    DAILY = "DAILY"


@dataclass(frozen=True, slots=True)
class LateFeeRule:
    """A late fee on unpaid principal.

    Attributes:
        kind: none, a flat amount, or a daily rate.
        flat_minor: FLAT's amount.
        rate_billionths: DAILY's rate a day, in 10⁻⁹.
        grace_days: days after the due date that cost nothing.
        cap_minor: what the fee of one bill never exceeds; None means no cap.
    """

    kind: LateFeeKind = LateFeeKind.NONE
    flat_minor: int = 0
    rate_billionths: int = 0
    grace_days: int = 0
    cap_minor: int | None = None

    def __post_init__(self) -> None:
        if min(self.flat_minor, self.rate_billionths, self.grace_days, self.cap_minor or 0) < 0:
            raise RuleError("late_fee: no part of it may be negative")

    def fee_minor(self, base: int) -> int:
        """Return the fee for ``base``: unpaid principal times days, in minor units times days."""
        if self.kind is LateFeeKind.NONE or base <= 0:
            return 0
        fee = self.flat_minor if self.kind is LateFeeKind.FLAT else times_rate(base, self.rate_billionths)
        return fee if self.cap_minor is None else min(fee, self.cap_minor)


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What the bank charges the merchant at settlement: a part a payment, a part of its amount."""

    per_payment_minor: int = 0
    rate_billionths: int = 0
    least_minor: int = 0
    most_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Merchant:
    """A simulated merchant.

    Attributes:
        merchant_id: at most 15 printable ASCII characters (DE 42).
        currency: ISO 4217 number of its bills.
        limits_minor: the most that one payment may be, by channel; a channel not named has no limit.
        form_version: the published payment form; None before the first is published.
    """

    merchant_id: str
    name: str
    trade: str
    settlement_account: str = field(repr=False)
    status: MerchantStatus = MerchantStatus.ACTIVE
    currency: str = "156"
    amount_rule: AmountRule = field(default_factory=AmountRule)
    late_fee: LateFeeRule = field(default_factory=LateFeeRule)
    fee: FeeRule = field(default_factory=FeeRule)
    limits_minor: Mapping[Channel, int] = field(default_factory=dict)
    notices: bool = False
    form_version: int | None = None


def rules_to_document(merchant: Merchant) -> dict[str, Any]:
    """Return the JSON document of a merchant's rules; amounts in minor units."""
    amount, late, fee = merchant.amount_rule, merchant.late_fee, merchant.fee
    return {
        "amount": {"rule": amount.kind.value, "least": amount.least_minor, "step": amount.step_minor},
        "late_fee": {
            "rule": late.kind.value,
            "flat": late.flat_minor,
            "rate": late.rate_billionths,
            "grace_days": late.grace_days,
            "cap": late.cap_minor,
        },
        "fee": {
            "per_payment": fee.per_payment_minor,
            "rate": fee.rate_billionths,
            "least": fee.least_minor,
            "most": fee.most_minor,
        },
        "limits": {channel.value: most for channel, most in merchant.limits_minor.items()},
    }


@dataclass(frozen=True, slots=True)
class Rules:
    """A merchant's rules, as :func:`rules_from_document` reads them back."""

    amount_rule: AmountRule
    late_fee: LateFeeRule
    fee: FeeRule
    limits_minor: Mapping[Channel, int]


def rules_from_document(document: Mapping[str, Any]) -> Rules:
    """Return the rules that :func:`rules_to_document` wrote."""
    amount, late, fee = document["amount"], document["late_fee"], document["fee"]
    return Rules(
        AmountRule(AmountRuleKind(amount["rule"]), amount["least"], amount["step"]),
        LateFeeRule(LateFeeKind(late["rule"]), late["flat"], late["rate"], late["grace_days"], late["cap"]),
        FeeRule(fee["per_payment"], fee["rate"], fee["least"], fee["most"]),
        {Channel(name): most for name, most in document["limits"].items()},
    )

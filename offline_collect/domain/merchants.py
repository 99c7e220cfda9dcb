"""Merchants, their rules for amounts and fees, and their settlement accounts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from offline_collect.domain.commands import Channel
from offline_collect.domain.dated_rules import DatedRule, chain
from offline_collect.domain.errors import RuleError
from offline_collect.domain.late_fee import LateFeeRule
from offline_collect.domain.merchant_contacts import NO_CONTACTS, MerchantContacts
from offline_collect.domain.money import times_rate
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.domain.settlement.cycles import SettlementTerms
from offline_collect.domain.texts.phrases import Phrase

_MERCHANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")


def is_merchant_id(text: str) -> bool:
    """Whether a new merchant may have an id. An id becomes part of file names and an argument of commands.

    So ``..`` and ``-rf`` are not allowed. Merchants that already have such ids keep them.
    """
    return _MERCHANT_ID.fullmatch(text) is not None


class MerchantStatus(StrEnum):
    """Whether the merchant collects."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class AmountRuleKind(StrEnum):
    """What a payer may pay."""

    EXACT = "EXACT"
    OLDEST_FIRST = "OLDEST_FIRST"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, slots=True)
class AmountRule:
    """What a payer may pay.

    EXACT accepts only the amount payable; OLDEST_FIRST too, if no older bill of the customer stays open; PARTIAL also
    less, in steps, from a minimum on (minor units).
    """

    kind: AmountRuleKind = AmountRuleKind.EXACT
    least_minor: int = 1
    step_minor: int = 1

    def __post_init__(self) -> None:
        if self.least_minor < 1 or self.step_minor < 1:
            raise RuleError(Phrase("amount: least and step must be more than 0"))

    @property
    def any_order(self) -> bool:
        """Whether a customer's bills may be paid in any order."""
        return self.kind is not AmountRuleKind.OLDEST_FIRST

    def takes_part(self, amount_minor: int, payable_minor: int) -> bool:
        """Whether ``amount_minor`` is an allowed part of the amount payable."""
        return (
            self.kind is AmountRuleKind.PARTIAL
            and self.least_minor <= amount_minor < payable_minor
            and amount_minor % self.step_minor == 0
        )

    def least_payable(self, payable_minor: int) -> int:
        """The smallest amount accepted; the amount payable if no part of it is accepted."""
        if self.kind is not AmountRuleKind.PARTIAL:
            return payable_minor
        steps = -(-self.least_minor // self.step_minor)
        return min(steps * self.step_minor, payable_minor)


@dataclass(frozen=True, slots=True)
class FeeRule(DatedRule):
    """The bank's fee to the merchant at settlement: a fixed amount for each payment, and a rate of its amount.

    Attributes:
        per_payment_minor: the fixed amount.
        rate_billionths: the rate of the payment's amount, in 10⁻⁹.
        least_minor: the minimum fee of one payment.
        most_minor: the maximum fee of one payment; None means no maximum.
    """

    per_payment_minor: int = 0
    rate_billionths: int = 0
    least_minor: int = 0
    most_minor: int | None = None

    def __post_init__(self) -> None:
        DatedRule.__post_init__(self)
        most = self.least_minor if self.most_minor is None else self.most_minor
        if min(self.per_payment_minor, self.rate_billionths, self.least_minor) < 0 or most < self.least_minor:
            raise RuleError(
                Phrase("fee: amounts and rate may not be negative, and most may not be less than least")
            )

    def fee_of(self, amount_minor: int, date: dt.date) -> int:
        """Return the fee of a payment, in minor units, by the rule of its business date.

        Args:
            amount_minor: the amount paid.
            date: the payment's business date.
        """
        rule = self.on(date)
        fee = rule.per_payment_minor + times_rate(amount_minor, rule.rate_billionths)
        fee = max(fee, rule.least_minor)
        return fee if rule.most_minor is None else min(fee, rule.most_minor)


ACCOUNTS_MAX = 100
"""How many accounts a merchant keeps, with former ones; the audit trail has all of them."""


@dataclass(frozen=True, slots=True)
class SettlementAccount(DatedRule):
    """The account that a merchant's money is paid to; a change applies from a business day on.

    Attributes:
        bank: number of the bank that has it; None for the merchant's own bank.
        name: of its holder; None for the merchant's name.
    """

    number: str = field(repr=False)
    bank: str | None = None
    name: str | None = field(default=None, repr=False)

    def moved_to(self, other: Self, open_day: dt.date) -> Self:
        """Return the account after a change.

        Args:
            other: the new account. It applies from the day after ``open_day`` on, and replaces a change that does
                not apply yet. If it is the account that applies on ``open_day``, it only cancels such a change.
            open_day: the open business day, whose account does not change.
        """
        if other.terms() == self.terms():
            return self
        until_now = [(rule.starts, rule) for rule in self.history() if rule.holds_by(open_day)]
        changed = (open_day + dt.timedelta(days=1), other.terms())
        (_, first), *rest = [*until_now, changed][-ACCOUNTS_MAX:]
        return chain([(None, first), *rest])

    def holds_by(self, date: dt.date) -> bool:
        """Whether it applies from a date on, or from an earlier one."""
        return self.starts is None or self.starts <= date


OPT_IN = frozenset(
    {"BILL_IMPORTED", "DUE_SOON", "OVERDUE", "DEBIT_DUE", "MANDATE_CHANGED", "STATEMENT_READY"}
)
"""Kinds of notices that go out only if the merchant asks for them: nobody may expect them."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """A simulated merchant.

    Attributes:
        merchant_id: at most 15 printable ASCII characters (DE 42).
        settlement_account: the account that was set last, with its former ones; use :meth:`account_on` to pay out.
        currency: ISO 4217 number of its bills.
        limits_minor: the maximum of one payment, by channel; a channel not named has no limit.
        form_version: the published payment form; None before the first is published.
        untold: kinds of notices (``NoticeKind``) that are not sent although notices are on.
        also_told: kinds of :data:`OPT_IN` that are sent if notices are on.
        maker_checker: whether a second user must release an import.
        payer_fees: what payers are charged beside the bills; the first rule that applies counts.
        settlement: when and how it is paid.
        contacts: where notices to itself go.
    """

    merchant_id: str
    name: str
    trade: str
    settlement_account: SettlementAccount
    status: MerchantStatus = MerchantStatus.ACTIVE
    currency: str = "156"
    amount_rule: AmountRule = field(default_factory=AmountRule)
    late_fee: LateFeeRule = field(default_factory=LateFeeRule)
    fee: FeeRule = field(default_factory=FeeRule)
    limits_minor: Mapping[Channel, int] = field(default_factory=dict)
    notices: bool = False
    form_version: int | None = None
    untold: frozenset[str] = frozenset()
    maker_checker: bool = False
    payer_fees: tuple[PayerFee, ...] = ()
    settlement: SettlementTerms = field(default_factory=SettlementTerms)
    also_told: frozenset[str] = frozenset()
    contacts: MerchantContacts = NO_CONTACTS

    def tells(self, kind: str) -> bool:
        """Whether notices of a kind (``NoticeKind``) go out."""
        return self.notices and (kind in self.also_told if kind in OPT_IN else kind not in self.untold)

    def account_on(self, business_date: dt.date) -> SettlementAccount:
        """Return the account that applies on a business date."""
        return self.settlement_account.on(business_date).terms()

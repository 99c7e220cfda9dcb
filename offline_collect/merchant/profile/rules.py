"""The rules in merchant.yaml: payable amounts, late fees, the bank's fees, notices.

Late fees and the bank's fees may change on a date: ``tiers`` lists the changes, each with all its terms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, model_validator

from offline_collect.domain.commands import Channel
from offline_collect.domain.dated_rules import chain
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import RuleError
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.merchants import OPT_IN, AmountRule, AmountRuleKind, FeeRule
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.domain.settlement.cycles import Cycle, SettlementTerms, parse_cycle
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.merchant.common.yaml_documents import (
    PLAIN,
    Amount,
    Document,
    Name,
    PositiveAmount,
    Rate,
    matching,
)

TIERS_MAX = 100
"""The most changes of one rule."""

ACCOUNT_NAME_MAX = 60
"""The most bytes of an account's holder in a file to a bank."""

PAYER_FEES_MAX = 100
"""The most rules of the payer's fee: every payment of the merchant looks through them."""


def rule_alone(value: object) -> object:
    """Read ``late_fee: NONE`` as ``late_fee: {rule: NONE}``."""
    return {"rule": value} if isinstance(value, str) else value


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError(Phrase("must be a date, such as 2027-01-01"))  # noqa: TRY004 - pydantic asks for ValueError
    return value


Since = Annotated[dt.date, BeforeValidator(_date), Field(alias="from")]


class AmountDocument(Document):
    """What a payer may pay: ``EXACT``, ``OLDEST_FIRST``, or ``PARTIAL`` from ``least`` on, in steps."""

    rule: Literal["EXACT", "OLDEST_FIRST", "PARTIAL"]
    least: PositiveAmount | None = None
    step: PositiveAmount | None = None

    @model_validator(mode="after")
    def _parts_belong(self) -> Self:
        _refuse_parts(self, ("least", "step") if self.rule == "PARTIAL" else ())
        return self

    def to_rule(self) -> AmountRule:
        """Return the domain's rule; missing limits allow every amount."""
        return AmountRule(AmountRuleKind(self.rule), self.least or 1, self.step or 1)


class LateFeeTerms(Document):
    """How a late fee is charged: ``NONE``, a ``FLAT`` amount, or a ``DAILY`` rate."""

    rule: Literal["NONE", "FLAT", "DAILY"]
    amount: PositiveAmount | None = None
    rate: Rate | None = None
    grace_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    cap: PositiveAmount | None = None

    @model_validator(mode="after")
    def _parts_belong(self) -> Self:
        allowed = {"NONE": (), "FLAT": ("amount", "grace_days"), "DAILY": ("rate", "grace_days", "cap")}
        _refuse_parts(self, allowed[self.rule])
        needed = {"FLAT": "amount", "DAILY": "rate"}.get(self.rule)
        if needed and getattr(self, needed) is None:
            raise ValueError(Phrase("rule {rule} needs {part}", rule=self.rule, part=needed))
        return self

    def terms(self) -> LateFeeRule:
        """Return the domain's rule, without changes of it."""
        kind = LateFeeKind(self.rule)
        return LateFeeRule(kind, self.amount or 0, self.rate or 0, self.grace_days or 0, self.cap)


class LateFeeTier(LateFeeTerms):
    """The late fee of bills that fall due from a date on."""

    since: Since


class LateFeeDocument(LateFeeTerms):
    """The late fee, and its changes."""

    tiers: Annotated[list[LateFeeTier], Field(max_length=TIERS_MAX)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _dates_rise(self) -> Self:
        _refuse_disorder([tier.since for tier in self.tiers])
        return self

    def to_rule(self) -> LateFeeRule:
        """Return the domain's rule."""
        return chain([(None, self.terms()), *((tier.since, tier.terms()) for tier in self.tiers)])


class FeeTerms(Document):
    """The bank's fee for the merchant: a fixed part and a share of each payment's amount, within bounds."""

    per_payment: Amount = 0
    rate: Rate = 0
    least: Amount = 0
    most: Amount | None = None

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError(Phrase("most must not be under least"))
        return self

    def terms(self) -> FeeRule:
        """Return the domain's rule, without changes of it."""
        return FeeRule(self.per_payment, self.rate, self.least, self.most)


class FeeTier(FeeTerms):
    """The bank's fee for payments from a business date on."""

    since: Since


class FeeDocument(FeeTerms):
    """The bank's fee, and its changes."""

    tiers: Annotated[list[FeeTier], Field(max_length=TIERS_MAX)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _dates_rise(self) -> Self:
        _refuse_disorder([tier.since for tier in self.tiers])
        return self

    def to_rule(self) -> FeeRule:
        """Return the domain's rule."""
        return chain([(None, self.terms()), *((tier.since, tier.terms()) for tier in self.tiers)])


class PayerFeeDocument(Document):
    """What a payer is charged beside the bills, at a channel and by an institution, if these are named."""

    channel: Annotated[Channel, Strict(strict=False)] | None = None
    institution: (
        Annotated[str, matching(r"[1-9][0-9]{0,10}", Phrase("DE 32 in quotes, without leading zeros"))] | None
    ) = None
    amount: PositiveAmount | None = None
    rate: Rate = 0
    per: Literal["BILL", "PAYMENT"] = "BILL"

    @model_validator(mode="after")
    def _charges(self) -> Self:
        if not (self.amount or self.rate):
            raise ValueError(Phrase("needs an amount or a rate over 0"))
        return self

    def to_rule(self) -> PayerFee:
        """Return the domain's rule."""
        return PayerFee(self.channel, self.institution, self.amount or 0, self.rate, self.per == "BILL")


def _cycle(value: object) -> object:
    """Read ``{weekly: friday}`` as ``weekly: friday``, which YAML makes of it without quotes."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, day),) = value.items()
        value = f"{kind}: {day}"
    try:
        return str(parse_cycle(str(value)))
    except RuleError as error:
        raise ValueError(words_of(error) or str(error)) from None


def _fits_bank(name: str) -> str:
    if len(name.encode("gb18030")) > ACCOUNT_NAME_MAX:
        raise ValueError(
            Phrase(
                "must have at most {most} bytes in GB18030: banks' files have no room for more",
                most=ACCOUNT_NAME_MAX,
            )
        )
    return name


AccountBank = Annotated[str, matching(r"[A-Za-z0-9]{1,14}", Phrase("1 to 14 letters or digits"))]
AccountName = Annotated[Name, AfterValidator(_fits_bank)]


class SettlementDocument(Document):
    """When the merchant is paid, and the account's bank and holder."""

    cycle: Annotated[str, BeforeValidator(_cycle)] = str(Cycle())
    least: Amount = 0
    fees: Literal["netted", "monthly"] = "netted"
    account_bank: AccountBank | None = None
    account_name: AccountName | None = None

    def terms(self) -> SettlementTerms:
        """Return the domain's terms."""
        return SettlementTerms(parse_cycle(self.cycle), self.least, self.fees == "monthly")


class ContactsDocument(Document):
    """Where notices to the merchant itself go."""

    mobile: Annotated[str, matching(r"\+?[0-9][0-9 -]{5,18}", Phrase("a mobile number in quotes"))] | None = (
        None
    )
    email: (
        Annotated[str, Field(max_length=100), PLAIN, matching(r"[^@ ]+@[^@ ]+", Phrase("an e-mail address"))]
        | None
    ) = None
    app_user: Annotated[str, Field(min_length=1, max_length=60), PLAIN] | None = None

    def to_contacts(self) -> MerchantContacts:
        """Return the domain's addresses."""
        return MerchantContacts(self.mobile, self.email, self.app_user)


class NoticesDocument(Document):
    """The notices that payers get, and the merchant itself."""

    paid: bool = False
    reversed: bool = False
    debit_failed: bool = False
    bill_imported: bool = False
    due_soon: bool = False
    overdue: bool = False
    debit_due: bool = False
    mandate_changed: bool = False
    statement_ready: bool = False

    def any_on(self) -> bool:
        """Return whether notices of any kind go out."""
        return any(self._on(kind) for kind in NoticeKind)

    def untold(self) -> frozenset[str]:
        """Return the usual kinds of notices that are not sent although others are."""
        off = {kind.value for kind in NoticeKind if not self._on(kind)}
        return frozenset(off - OPT_IN) if self.any_on() else frozenset()

    def also_told(self) -> frozenset[str]:
        """Return the kinds that are sent because the merchant asks for them."""
        return frozenset(kind for kind in OPT_IN if self._on(NoticeKind(kind)))

    def _on(self, kind: NoticeKind) -> bool:
        return bool(getattr(self, kind.value.lower()))


_ALL_OR_EACH = Phrase("must be true or false, or say so for paid, reversed and debit_failed each")


def all_or_none(value: object) -> object:
    """Read ``notices: true`` as notices of every usual kind."""
    if isinstance(value, bool):
        return {name: value and name.upper() not in OPT_IN for name in NoticesDocument.model_fields}
    if not isinstance(value, Mapping | NoticesDocument):
        raise ValueError(_ALL_OR_EACH)  # noqa: TRY004 - as above
    return value


def _refuse_parts(document: AmountDocument | LateFeeTerms, allowed: tuple[str, ...]) -> None:
    """Refuse parts that the rule does not have: they would have no effect."""
    extra = [name for name in document.model_fields_set if name not in ("rule", "tiers", "since", *allowed)]
    if extra:
        raise ValueError(
            Phrase("rule {rule} has no {parts}", rule=document.rule, parts=" and no ".join(sorted(extra)))
        )


def _refuse_disorder(dates: list[dt.date]) -> None:
    for earlier, later in pairwise(dates):
        if later <= earlier:
            raise ValueError(
                Phrase(
                    "tiers: {later} must not come after {earlier}; the earliest goes first",
                    later=str(later),
                    earlier=str(earlier),
                )
            )

"""merchant.yaml: a merchant and the rules that it collects by, as its bank writes them down."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, Strict, field_validator, model_validator

from offline_collect.domain.commands import Channel
from offline_collect.domain.merchants import (
    AmountRule,
    AmountRuleKind,
    FeeRule,
    LateFeeKind,
    LateFeeRule,
    Merchant,
)
from offline_collect.domain.money import CURRENCIES, CURRENCY_CODES, format_major
from offline_collect.merchant.documents import (
    PLAIN,
    Amount,
    Document,
    Name,
    PositiveAmount,
    Rate,
    check_document,
    matching,
)

MERCHANT_ID = r"[A-Za-z0-9._-]{1,15}"

_MerchantId = Annotated[str, matching(MERCHANT_ID, "1 to 15 letters, digits, dots, dashes or underscores")]
_Account = Annotated[str, matching(r"[A-Za-z0-9-]{1,32}", "1 to 32 letters, digits or dashes")]


def _rule_alone(value: object) -> object:
    """Read ``late_fee: NONE`` as ``late_fee: {rule: NONE}``."""
    return {"rule": value} if isinstance(value, str) else value


class AmountDocument(Document):
    """What a payer may pay: ``EXACT``, or ``PARTIAL`` from ``least`` on, in steps."""

    rule: Literal["EXACT", "PARTIAL"]
    least: PositiveAmount | None = None
    step: PositiveAmount | None = None

    @model_validator(mode="after")
    def _parts_belong(self) -> Self:
        _refuse_parts(self, {"EXACT": (), "PARTIAL": ("least", "step")}[self.rule])
        return self

    def to_rule(self) -> AmountRule:
        """Return the domain's rule; what is left out allows every amount."""
        return AmountRule(AmountRuleKind(self.rule), self.least or 1, self.step or 1)


class LateFeeDocument(Document):
    """How lateness is charged: ``NONE``, a ``FLAT`` amount, or a ``DAILY`` rate."""

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
            raise ValueError(f"rule {self.rule} needs {needed}")
        return self

    def to_rule(self) -> LateFeeRule:
        """Return the domain's rule."""
        kind = LateFeeKind(self.rule)
        return LateFeeRule(kind, self.amount or 0, self.rate or 0, self.grace_days or 0, self.cap)


class FeeDocument(Document):
    """What the bank charges the merchant: a part a payment and a part of its amount, within bounds."""

    per_payment: Amount = 0
    rate: Rate = 0
    least: Amount = 0
    most: Amount | None = None

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError("most must not be under least")
        return self

    def to_rule(self) -> FeeRule:
        """Return the domain's rule."""
        return FeeRule(self.per_payment, self.rate, self.least, self.most)


def _refuse_parts(document: AmountDocument | LateFeeDocument, allowed: tuple[str, ...]) -> None:
    """Refuse the parts that the rule knows nothing of: they would be promises without effect."""
    extra = [name for name in document.model_fields_set if name not in ("rule", *allowed)]
    if extra:
        raise ValueError(f"rule {document.rule} has no {' and no '.join(sorted(extra))}")


class MerchantDocument(Document):
    """merchant.yaml (amounts in major units, in quotes)."""

    id: _MerchantId
    name: Name
    trade: Annotated[str, Field(min_length=1, max_length=20), PLAIN]
    settlement_account: _Account
    currency: str = "156"
    amount: Annotated[AmountDocument, BeforeValidator(_rule_alone)] = AmountDocument(rule="EXACT")
    late_fee: Annotated[LateFeeDocument, BeforeValidator(_rule_alone)] = LateFeeDocument(rule="NONE")
    fee: FeeDocument = FeeDocument()
    limits: dict[Annotated[Channel, Strict(strict=False)], PositiveAmount] = Field(default_factory=dict)
    notices: bool = False

    @field_validator("currency", mode="before")
    @classmethod
    def _number_of(cls, value: object) -> str:
        return currency_number(value)

    def to_merchant(self) -> Merchant:
        """Return the domain's merchant, active and without a form."""
        return Merchant(
            self.id,
            self.name,
            self.trade,
            self.settlement_account,
            currency=self.currency,
            amount_rule=self.amount.to_rule(),
            late_fee=self.late_fee.to_rule(),
            fee=self.fee.to_rule(),
            limits_minor=self.limits,
            notices=self.notices,
        )


def currency_number(value: object) -> str:
    """Return the ISO 4217 number of ``CNY``, ``"156"`` or ``156``.

    Raises:
        ValueError: no currency that the platform knows.
    """
    if isinstance(value, str) and value in CURRENCY_CODES:
        return CURRENCY_CODES[value].number
    number = f"{value:03d}" if isinstance(value, int) else value
    if not isinstance(number, str) or number not in CURRENCIES:
        raise ValueError(f"must be one of {', '.join(CURRENCY_CODES)}, or its number")
    return number


def read_merchant(values: object, file: str, currency: str = "156") -> Merchant:
    """Return the merchant that a merchant.yaml describes.

    Args:
        values: what was read from the file.
        file: its name, for errors.
        currency: ISO 4217 number that holds where the document names none.

    Raises:
        DocumentError: with every problem and its path.
    """
    if isinstance(values, dict) and "currency" not in values:
        values = {**values, "currency": currency}
    try:
        amounts_in = currency_number(values["currency"]) if isinstance(values, dict) else currency
    except ValueError:
        amounts_in = currency
    return check_document(MerchantDocument, values, file, currency=amounts_in).to_merchant()


def describe_merchant(merchant: Merchant) -> dict[str, Any]:
    """Return a merchant as people read it, by the keys of merchant.yaml; the account's tail only."""
    described: dict[str, Any] = {
        "id": merchant.merchant_id,
        "name": merchant.name,
        "trade": merchant.trade,
        "status": merchant.status.value,
        "settlement_account": mask_account(merchant.settlement_account),
        "currency": CURRENCIES[merchant.currency].code,
        "amount": _describe_amount(merchant),
        "late_fee": _describe_late_fee(merchant),
        "fee": _describe_fee(merchant),
        "limits": {
            channel.value: format_major(most, merchant.currency)
            for channel, most in merchant.limits_minor.items()
        },
        "notices": merchant.notices,
        "form_version": merchant.form_version,
    }
    return described


def mask_account(account: str) -> str:
    """Return the last four characters of an account, where that leaves enough hidden."""
    return f"***{account[-4:]}" if len(account) > 8 else "***"  # noqa: PLR2004 - hides at least as much


def _rate_text(rate_billionths: int) -> str:
    return (
        f"0.{rate_billionths:09d}".rstrip("0")
        if 0 < rate_billionths < 10**9
        else str(rate_billionths // 10**9)
    )


def _describe_amount(merchant: Merchant) -> dict[str, str]:
    rule = merchant.amount_rule
    if rule.kind is AmountRuleKind.EXACT:
        return {"rule": rule.kind.value}
    least, step = (format_major(part, merchant.currency) for part in (rule.least_minor, rule.step_minor))
    return {"rule": rule.kind.value, "least": least, "step": step}


def _describe_late_fee(merchant: Merchant) -> dict[str, str | int]:
    rule = merchant.late_fee
    described: dict[str, str | int] = {"rule": rule.kind.value}
    if rule.kind is LateFeeKind.FLAT:
        described["amount"] = format_major(rule.flat_minor, merchant.currency)
    if rule.kind is LateFeeKind.DAILY:
        described["rate"] = _rate_text(rule.rate_billionths)
    if rule.kind is not LateFeeKind.NONE:
        described["grace_days"] = rule.grace_days
    if rule.cap_minor is not None:
        described["cap"] = format_major(rule.cap_minor, merchant.currency)
    return described


def _describe_fee(merchant: Merchant) -> dict[str, str]:
    rule = merchant.fee
    described = {
        "per_payment": format_major(rule.per_payment_minor, merchant.currency),
        "rate": _rate_text(rule.rate_billionths),
        "least": format_major(rule.least_minor, merchant.currency),
    }
    if rule.most_minor is not None:
        described["most"] = format_major(rule.most_minor, merchant.currency)
    return described

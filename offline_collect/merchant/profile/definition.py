"""merchant.yaml: a merchant and its collection rules, as its bank writes them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, Strict, field_validator, model_validator

from offline_collect.domain.commands import Channel
from offline_collect.domain.currencies import CURRENCIES, CURRENCY_CODES
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.yaml_documents import (
    PLAIN,
    Document,
    Name,
    PositiveAmount,
    check_document,
    matching,
)
from offline_collect.merchant.profile.rules import (
    PAYER_FEES_MAX,
    AmountDocument,
    ContactsDocument,
    FeeDocument,
    LateFeeDocument,
    NoticesDocument,
    PayerFeeDocument,
    SettlementDocument,
    all_or_none,
    rule_alone,
)

MERCHANT_ID = r"[A-Za-z0-9._-]{1,15}"

_MerchantId = Annotated[
    str, matching(MERCHANT_ID, Phrase("1 to 15 letters, digits, dots, dashes or underscores"))
]
AccountNumber = Annotated[str, matching(r"[A-Za-z0-9-]{1,32}", Phrase("1 to 32 letters, digits or dashes"))]


class MerchantDocument(Document):
    """merchant.yaml (amounts in major units, in quotes)."""

    id: _MerchantId
    name: Name
    trade: Annotated[str, Field(min_length=1, max_length=20), PLAIN]
    settlement_account: AccountNumber
    currency: str = "156"
    amount: Annotated[AmountDocument, BeforeValidator(rule_alone)] = AmountDocument(rule="EXACT")
    late_fee: Annotated[LateFeeDocument, BeforeValidator(rule_alone)] = LateFeeDocument(rule="NONE")
    fee: FeeDocument = FeeDocument()
    limits: dict[Annotated[Channel, Strict(strict=False)], PositiveAmount] = Field(default_factory=dict)
    notices: Annotated[NoticesDocument, BeforeValidator(all_or_none)] = NoticesDocument()
    maker_checker: bool = False
    payer_fees: Annotated[list[PayerFeeDocument], Field(max_length=PAYER_FEES_MAX)] = Field(
        default_factory=list
    )
    settlement: SettlementDocument = SettlementDocument()
    contacts: ContactsDocument = ContactsDocument()

    @model_validator(mode="after")
    def _statements_reach_it(self) -> Self:
        if self.notices.statement_ready and not self.contacts.to_contacts():
            raise ValueError(
                Phrase("notices.statement_ready needs an address of the merchant: give contacts")
            )
        return self

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
            SettlementAccount(
                self.settlement_account, self.settlement.account_bank, self.settlement.account_name
            ),
            currency=self.currency,
            amount_rule=self.amount.to_rule(),
            late_fee=self.late_fee.to_rule(),
            fee=self.fee.to_rule(),
            limits_minor=self.limits,
            notices=self.notices.any_on(),
            untold=self.notices.untold(),
            maker_checker=self.maker_checker,
            payer_fees=tuple(rule.to_rule() for rule in self.payer_fees),
            settlement=self.settlement.terms(),
            also_told=self.notices.also_told(),
            contacts=self.contacts.to_contacts(),
        )


def currency_number(value: object) -> str:
    """Return the ISO 4217 number of ``CNY``, ``"156"`` or ``156``.

    YAML reads a number that begins with 0 as octal: 044 (BSD) would be 36, which is AUD. So it needs quotes.

    Raises:
        ValueError: it is not a currency of ISO 4217.
    """
    if isinstance(value, str) and value in CURRENCY_CODES:
        return CURRENCY_CODES[value].number
    number = str(value) if isinstance(value, int) else value
    if not isinstance(number, str) or number not in CURRENCIES:
        raise ValueError(Phrase('must be a currency of ISO 4217: CNY, or its three digits in quotes, "156"'))
    return number


def read_merchant(values: object, file: str, currency: str = "156") -> Merchant:
    """Return the merchant that a merchant.yaml describes.

    Args:
        values: the file's content.
        file: its name, for errors.
        currency: ISO 4217 number to use if the document names none.

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

"""The payer's fee: what a payer is charged beside the bills, by channel and institution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offline_collect.domain.commands import Channel
from offline_collect.domain.errors import RuleError
from offline_collect.domain.money import times_rate
from offline_collect.domain.texts.phrases import Phrase


@dataclass(frozen=True, slots=True)
class PayerFee:
    """One rule: a fixed fee and a part of the amount, a bill or a payment.

    Attributes:
        channel: where it holds; None for every channel.
        institution: DE 32 without leading zeros; None for every institution.
        fixed_minor: whatever the amount is.
        rate_billionths: part of the amount, in 10⁻⁹.
        per_bill: whether each bill of a payment is charged; otherwise the payment is, once.
    """

    channel: Channel | None = None
    institution: str | None = None
    fixed_minor: int = 0
    rate_billionths: int = 0
    per_bill: bool = True

    def __post_init__(self) -> None:
        if min(self.fixed_minor, self.rate_billionths) < 0 or not (self.fixed_minor or self.rate_billionths):
            raise RuleError(Phrase("payer_fees: each needs an amount or a rate over 0"))

    def holds(self, channel: Channel | None, institution: str | None) -> bool:
        """Whether the rule is for a channel and an institution."""
        return self.channel in {None, channel} and self.institution in {None, institution}

    def of(self, amount_minor: int) -> int:
        """Return the fee for an amount."""
        return self.fixed_minor + times_rate(amount_minor, self.rate_billionths)


def payer_fees(
    rules: Sequence[PayerFee], channel: Channel | None, institution: str | None, amounts: Sequence[int]
) -> tuple[int, ...]:
    """Return the fee that belongs to each bill of a payment; a fee a payment belongs to the first one.

    Args:
        rules: of the merchant; the first that holds counts.
        channel: of the payment.
        institution: of the payment.
        amounts: what is paid for each bill, without fees.
    """
    rule = next((rule for rule in rules if rule.holds(channel, institution)), None)
    if rule is None:
        return (0,) * len(amounts)
    if rule.per_bill:
        return tuple(rule.of(amount) for amount in amounts)
    return (rule.of(sum(amounts)), *(0,) * (len(amounts) - 1))

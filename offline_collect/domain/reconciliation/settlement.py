"""What a merchant is settled for one business day."""

from __future__ import annotations

from dataclasses import replace

from offline_collect.domain.values import value


@value
class MerchantDay:
    """A merchant's sums of one business day, in minor units.

    Attributes:
        paid: how many payments were credited to it, those out of suspense included.
        gross_minor: their sum, without payers' fees.
        reversed: how many were taken back.
        fees_minor: by the fee rule of each payment's own business date; a reversal returns its fee.
    """

    merchant_id: str
    currency: str
    paid: int = 0
    gross_minor: int = 0
    reversed: int = 0
    reversals_minor: int = 0
    fees_minor: int = 0

    @property
    def owed_minor(self) -> int:
        """What the bank owes the merchant for the day, before fees; negative if more was taken back."""
        return self.gross_minor - self.reversals_minor

    @property
    def net_minor(self) -> int:
        """What it owes after fees."""
        return self.owed_minor - self.fees_minor

    def credited(self, count: int, amount_minor: int, fee_minor: int) -> MerchantDay:
        """Return the sums with some payments of one amount and fee."""
        return replace(
            self,
            paid=self.paid + count,
            gross_minor=self.gross_minor + count * amount_minor,
            fees_minor=self.fees_minor + count * fee_minor,
        )

    def taken_back(self, count: int, amount_minor: int, fee_minor: int) -> MerchantDay:
        """Return the sums with some reversals of one amount; the fee is returned."""
        return replace(
            self,
            reversed=self.reversed + count,
            reversals_minor=self.reversals_minor + count * amount_minor,
            fees_minor=self.fees_minor - count * fee_minor,
        )

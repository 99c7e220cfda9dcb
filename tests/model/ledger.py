"""The independent ledger: what every payment and every taking back has moved, in plain sums.

It is kept by the model alone, posting by posting; nothing of the platform's ledger is called.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from offline_collect.domain.merchants import Merchant
from tests.model.owing import Paying

Balances = dict[tuple[dt.date, str, str, str], int]
"""By business date, account, owner and currency; sums of zero are left out."""


@dataclass(frozen=True)
class Moved:
    """What one posting has moved for one bill.

    Attributes:
        sign: 1 for money that came, -1 for money that was taken back.
    """

    date: dt.date
    paying: Paying
    sign: int

    def lines(self) -> list[tuple[str, str, str, int]]:
        """Return account, owner, currency and amount of both sides; credits are negative."""
        paying, amount = self.paying, self.sign * self.paying.amount
        taking = "BATCH_CLEARING" if paying.batch else "CLEARING"
        account, owner = (
            ("PAYABLE", paying.merchant_id) if paying.on_bill else ("SUSPENSE", paying.institution)
        )
        return [
            (taking, paying.institution, paying.currency, amount),
            (account, owner, paying.currency, -amount),
        ]


@dataclass
class Settled:
    """A merchant's sums of a day."""

    paid: int = 0
    gross: int = 0
    reversed: int = 0
    reversals: int = 0
    fees: int = 0


class Ledger:
    """All postings.

    Attributes:
        payings: every payment, those in suspense included.
        undone: the payments that terminals have reversed, and when.
    """

    def __init__(self) -> None:
        self.payings: list[Paying] = []
        self.undone: list[tuple[dt.date, Paying]] = []
        self._moved: list[Moved] = []

    def post(self, paying: Paying) -> None:
        """Post a payment on its date; one that was undone before it came is taken back at once."""
        self.payings.append(paying)
        self._move(paying, paying.date, 1)
        if paying.state == "REVERSED":
            self._move(paying, paying.date, -1)

    def take_back(self, paying: Paying, on: dt.date, *, by_terminal: bool = True) -> None:
        """Take a payment back; totals count it if a terminal has reversed it."""
        self._move(paying, on, -1)
        if by_terminal:
            self.undone.append((on, paying))

    def _move(self, paying: Paying, on: dt.date, sign: int) -> None:
        self._moved += [Moved(on, each, sign) for each in paying.lines or [paying]]

    def has_posted_before(self, day: dt.date) -> bool:
        """Whether money was moved before a day."""
        return any(each.date < day for each in self._moved)

    def counted(self, institution: str, on: dt.date) -> list[Paying]:
        """Return the payments that a day counts with an institution."""
        asked = (institution, on)
        return [each for each in self.payings if each.counts and (each.institution, each.date) == asked]

    def reversed_on(self, institution: str, on: dt.date) -> list[Paying]:
        """Return the payments whose reversals a day counts with an institution."""
        return [each for date, each in self.undone if (each.institution, date) == (institution, on)]

    def totals(self, institution: str, currency: str, on: dt.date) -> dict[str, int]:
        """Return a day's figures with an institution."""
        paid, undone = (
            [each.amount for each in found if each.currency == currency]
            for found in (self.counted(institution, on), self.reversed_on(institution, on))
        )
        return {
            "credits": len(paid),
            "credits_minor": sum(paid),
            "credit_reversals": len(undone),
            "credit_reversals_minor": sum(undone),
        }

    def balances(self) -> Balances:
        """Return the sums of all postings."""
        sums = Counter[tuple[dt.date, str, str, str]]()
        for each in self._moved:
            for *key, amount in each.lines():
                account, owner, currency = key
                sums[each.date, account, owner, currency] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def moved_on(self, day: dt.date) -> list[tuple[str, str, str, int]]:
        """Return the lines of a day's postings: account, owner, currency, and the amount with its sign."""
        return [line for each in self._moved if each.date == day for line in each.lines()]

    def settled(self, on: dt.date, merchants: dict[str, Merchant]) -> dict[str, Settled]:
        """Return what each merchant is settled for a day."""
        found: dict[str, Settled] = {}
        for each in self._moved:
            paying = each.paying
            if each.date != on or not paying.on_bill:
                continue
            sums = found.setdefault(paying.merchant_id, Settled())
            sums.fees += each.sign * _fee(merchants[paying.merchant_id], paying.amount)
            if each.sign > 0:
                sums.paid += 1
                sums.gross += paying.amount
            else:
                sums.reversed += 1
                sums.reversals += paying.amount
        return found


def _fee(merchant: Merchant, amount: int) -> int:
    rule = merchant.fee
    rate = Fraction(rule.rate_billionths, 10**9)
    fee = max(rule.per_payment_minor + floor(amount * rate + Fraction(1, 2)), rule.least_minor)
    return fee if rule.most_minor is None else min(fee, rule.most_minor)

"""What the pages of the day's end need of the configuration, and their words."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.console.errors import MissingPageError
from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.return_codes import ReturnCodes
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, PAYOUT_LEFT_OUT
from offline_collect.domain.settlement.results import PayoutCodes
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.settlement.payouts.make import PayoutTerms
from offline_collect.settlement.reconciliation.days import PAY_AT_ONCE


@dataclass(frozen=True, slots=True)
class DayEndParts:
    """What the end of a day depends on.

    Attributes:
        by_totals: institutions whose totals in balance stand for a file.
        currency: number of the currency of money that came for an unknown merchant.
        codes: the bank's return codes of debits.
        payout_codes: those of payouts.
    """

    currency: str
    calendar: BusinessCalendar = EVERY_DAY
    by_totals: frozenset[str] = frozenset()
    payouts: PayoutTerms = PAY_AT_ONCE
    codes: ReturnCodes = field(default_factory=lambda: ReturnCodes({}))
    payout_codes: PayoutCodes = field(default_factory=dict)


CLASSES = {
    DifferenceClass.MATCHED.value: Phrase("both sides agree"),
    DifferenceClass.PLATFORM_ONLY.value: Phrase("only we count it"),
    DifferenceClass.FEP_ONLY_UNKNOWN.value: Phrase("only the institution counts it; we never saw it"),
    DifferenceClass.FEP_ONLY_REFUSED.value: Phrase("the institution counts it; we refused it"),
    DifferenceClass.AMOUNT_DIFFERS.value: Phrase("the amounts differ"),
    DifferenceClass.STATE_DIFFERS.value: Phrase("only one side has reversed it"),
    DifferenceClass.DAY_DIFFERS.value: Phrase("the sides count it on different days"),
    DifferenceClass.DUPLICATE_ROW.value: Phrase("the institution counts it twice"),
    PAYOUT_FAILED: Phrase("a payout that the bank has not booked"),
    PAYOUT_LEFT_OUT: Phrase("a merchant whose account fits no payout"),
    ItemKind.REVERSAL_OF_SETTLED.value: Phrase("a reversal of a payment whose day is settled"),
    ItemKind.REVERSAL_OF_REFUNDED.value: Phrase("a reversal of a payment that was refunded"),
    ItemKind.DEBIT_DISPUTED.value: Phrase("a debit that its payer disputes"),
    ItemKind.DEBIT_IN_DOUBT.value: Phrase("a debit of which the bank does not say whether it was made"),
}
"""What each class of items means."""

FOLLOW_UPS = {
    FollowUp.NONE: Phrase("nothing to do"),
    FollowUp.CONTRA: Phrase("take the payment back"),
    FollowUp.POST: Phrase("credit the bill if it takes the money, else keep it in suspense"),
    FollowUp.SUSPENSE: Phrase("keep the money in suspense"),
    FollowUp.DIFFERENCE: Phrase("post the difference"),
    FollowUp.NOTE: Phrase("note what was found; no money moves"),
}
"""What each follow-up does."""


def day_in_path(text: str) -> BusinessDate:
    """Return the business date of an address.

    Raises:
        MissingPageError: it is none.
    """
    try:
        return BusinessDate.parse(text)
    except ValueError:
        raise MissingPageError from None

"""The words in merchants' files, by the values that they stand for."""

from __future__ import annotations

from collections.abc import Collection

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.reports.ledger_postings import PostingKind

KINDS = {
    PostingKind.PAID: Phrase("Paid"),
    PostingKind.REVERSED: Phrase("Reversed"),
    PostingKind.SUSPENSE: Phrase("Suspense"),
    PostingKind.SUSPENSE_REVERSED: Phrase("Suspense reversed"),
    PostingKind.REFUNDED: Phrase("Suspense refunded"),
    PostingKind.APPLIED: Phrase("Suspense applied"),
    PostingKind.OUTSIDE: Phrase("Paid outside"),
    PostingKind.OUTSIDE_REVERSED: Phrase("Outside undone"),
}

STATES = {
    PaymentState.APPROVED: Phrase("Approved"),
    PaymentState.SUSPENSE: Phrase("In suspense"),
    PaymentState.REVERSED: Phrase.in_context("state of a payment", "Reversed"),
    PaymentState.REFUNDED: Phrase("Refunded"),
    PaymentState.APPLIED: Phrase("Applied"),
}

PAID_OUT = Phrase("Paid out")
PAYOUTS_FAILED = Phrase("Payouts that failed")
CHARGED_MONTHLY = Phrase("Charged with the month")
MONTHS_FEES = Phrase("Fees of the month charged")


FEE_EXPECTED = Phrase("Fee (expected)")


def by_settled(settled: Collection[bool], every: Phrase, some: Phrase, none: Phrase) -> Phrase:
    """Return the words for days of which every one is settled, some are, or none is: fees are fixed by it.

    Args:
        settled: whether each day is.
    """
    if all(settled):
        return every
    return some if any(settled) else none


def fees_words(settled: Collection[bool]) -> Phrase:
    """Return what the fees of days are called."""
    mixed = Phrase("Fees (expected where not settled)")
    return by_settled(settled, Phrase("Fees"), mixed, Phrase("Fees (expected)"))


def fee_words(settled: Collection[bool]) -> Phrase:
    """Return what the fee of one posting is called."""
    mixed = Phrase("Fee (expected where not settled)")
    return by_settled(settled, Phrase.in_context("of a posting", "Fee"), mixed, FEE_EXPECTED)


CHANNELS = {
    Channel.TELLER: Phrase.in_context("channel", "Teller"),
    Channel.KIOSK: Phrase("Kiosk"),
    Channel.MOBILE: Phrase("Mobile"),
    Channel.ONLINE: Phrase("Online"),
}

TENDERS = {
    Tender.CASH: Phrase("Cash"),
    Tender.CARD: Phrase("Card"),
    Tender.ACCT: Phrase("Account"),
    Tender.OUTSIDE: Phrase("Outside"),
    Tender.BATCH: Phrase("Batch debit"),
}

DAY_STATES = {
    DayState.OPEN: Phrase("Open"),
    DayState.CUT: Phrase("Cut"),
    DayState.RECONCILED: Phrase("Reconciled"),
    DayState.SETTLED: Phrase("Settled"),
}

REASONS = {
    ReversalReason.WRITE_OFF: Phrase("Written off by the teller"),
    ReversalReason.NO_ANSWER: Phrase("No answer in time"),
    ReversalReason.ERROR: Phrase("Error"),
    ReversalReason.MALFUNCTION: Phrase("Malfunction"),
}
"""Why a terminal reversed a payment."""

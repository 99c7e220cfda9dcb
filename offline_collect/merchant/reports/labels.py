"""The words in merchants' files, by the values that they stand for."""

from __future__ import annotations

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

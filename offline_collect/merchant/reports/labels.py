"""The words of what merchants are handed, in Chinese, English or both."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from offline_collect.domain.commands import Channel, ReversalReason, Tender
from offline_collect.domain.days import DayState
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.reports.ledger_postings import PostingKind


class Language(StrEnum):
    """What headings and words are in."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


class Words(NamedTuple):
    """One thing said in both languages."""

    chinese: str
    english: str

    def said(self, language: Language) -> str:
        """Return it in a language; in both, on one line."""
        if language is Language.BOTH:
            return f"{self.chinese} {self.english}"
        return self.chinese if language is Language.ZH else self.english


KINDS = {
    PostingKind.PAID: Words("缴费", "Paid"),
    PostingKind.REVERSED: Words("冲正", "Reversed"),
    PostingKind.SUSPENSE: Words("挂账", "Suspense"),
    PostingKind.SUSPENSE_REVERSED: Words("挂账冲正", "Suspense reversed"),
    PostingKind.REFUNDED: Words("挂账退款", "Suspense refunded"),
    PostingKind.APPLIED: Words("挂账入账", "Suspense applied"),
    PostingKind.OUTSIDE: Words("场外缴费", "Paid outside"),
    PostingKind.OUTSIDE_REVERSED: Words("场外缴费撤销", "Outside undone"),
}

STATES = {
    PaymentState.APPROVED: Words("成功", "Approved"),
    PaymentState.SUSPENSE: Words("挂账", "In suspense"),
    PaymentState.REVERSED: Words("已冲正", "Reversed"),
    PaymentState.REFUNDED: Words("已退款", "Refunded"),
    PaymentState.APPLIED: Words("已入账", "Applied"),
}

CHANNELS = {
    Channel.TELLER: Words("柜面", "Teller"),
    Channel.KIOSK: Words("自助终端", "Kiosk"),
    Channel.MOBILE: Words("手机", "Mobile"),
    Channel.ONLINE: Words("网上", "Online"),
}

TENDERS = {
    Tender.CASH: Words("现金", "Cash"),
    Tender.CARD: Words("银行卡", "Card"),
    Tender.ACCT: Words("账户", "Account"),
    Tender.OUTSIDE: Words("场外", "Outside"),
    Tender.BATCH: Words("批量代扣", "Batch debit"),
}

DAY_STATES = {
    DayState.OPEN: Words("营业中", "Open"),
    DayState.CUT: Words("已日切", "Cut"),
    DayState.RECONCILED: Words("已对账", "Reconciled"),
    DayState.SETTLED: Words("已清算", "Settled"),
}

REASONS = {
    ReversalReason.WRITE_OFF: Words("柜员当日冲销", "Written off by the teller"),
    ReversalReason.NO_ANSWER: Words("超时无应答", "No answer in time"),
    ReversalReason.ERROR: Words("差错", "Error"),
    ReversalReason.MALFUNCTION: Words("系统故障", "Malfunction"),
}
"""Why a terminal took a payment back."""

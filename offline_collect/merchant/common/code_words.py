"""The words for keys of documents and for codes, which people read in their language; in English they are as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.domain.access.approvals import ApprovalState
from offline_collect.domain.bills import BillState
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import Channel, Tender
from offline_collect.domain.debits.mandates import MandateState
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.imports.life import STATES as IMPORT_STATES
from offline_collect.domain.ledger.manual_postings import ManualPostingKind
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.domain.reconciliation.classes import DifferenceClass
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PaymentState, ReversalOutcome
from offline_collect.merchant.imports.kinds import KINDS

KEYS = {
    "account": Phrase.in_context("document", "account"),
    "account_bank": Phrase.in_context("document", "account_bank"),
    "account_name": Phrase.in_context("document", "account_name"),
    "amount": Phrase.in_context("document", "amount"),
    "app_user": Phrase.in_context("document", "app_user"),
    "approval": Phrase.in_context("document", "approval"),
    "approval_code": Phrase.in_context("document", "approval_code"),
    "as_of": Phrase.in_context("document", "as_of"),
    "asked": Phrase.in_context("document", "asked"),
    "asked_at": Phrase.in_context("document", "asked_at"),
    "asked_by": Phrase.in_context("document", "asked_by"),
    "asked_through": Phrase.in_context("document", "asked_through"),
    "asks_for": Phrase.in_context("document", "asks_for"),
    "at": Phrase.in_context("document", "at"),
    "attempts": Phrase.in_context("document", "attempts"),
    "bank": Phrase.in_context("document", "bank"),
    "bank_number": Phrase.in_context("document", "bank_number"),
    "batch": Phrase.in_context("document", "batch"),
    "bill": Phrase.in_context("document", "bill"),
    "bill_imported": Phrase.in_context("document", "bill_imported"),
    "bills": Phrase.in_context("document", "bills"),
    "booked": Phrase.in_context("document", "booked"),
    "brief": Phrase.in_context("document", "brief"),
    "business_date": Phrase.in_context("document", "business_date"),
    "business_day": Phrase.in_context("document", "business_day"),
    "by": Phrase.in_context("document", "by"),
    "by_hand": Phrase.in_context("document", "by_hand"),
    "came_back": Phrase.in_context("document", "came_back"),
    "cap": Phrase.in_context("document", "cap"),
    "certificates_expire": Phrase.in_context("document", "certificates_expire"),
    "changed": Phrase.in_context("document", "changed"),
    "channel": Phrase.in_context("document", "channel"),
    "class": Phrase.in_context("document", "class"),
    "code": Phrase.in_context("document", "code"),
    "collection_date": Phrase.in_context("document", "collection_date"),
    "configuration": Phrase.in_context("document", "configuration"),
    "consent": Phrase.in_context("document", "consent"),
    "cost": Phrase.in_context("document", "cost"),
    "created_at": Phrase.in_context("document", "created_at"),
    "creditor_id": Phrase.in_context("document", "creditor_id"),
    "currency": Phrase.in_context("document", "currency"),
    "customer": Phrase.in_context("document", "customer"),
    "cut": Phrase.in_context("document", "cut"),
    "cycle": Phrase.in_context("document", "cycle"),
    "cycle_limit": Phrase.in_context("document", "cycle_limit"),
    "debit_account": Phrase.in_context("document", "debit_account"),
    "debit_bank": Phrase.in_context("document", "debit_bank"),
    "debit_due": Phrase.in_context("document", "debit_due"),
    "debit_failed": Phrase.in_context("document", "debit_failed"),
    "decided": Phrase.in_context("document", "decided"),
    "decided_at": Phrase.in_context("document", "decided_at"),
    "decided_by": Phrase.in_context("document", "decided_by"),
    "decided_through": Phrase.in_context("document", "decided_through"),
    "decisions": Phrase.in_context("document", "decisions"),
    "description": Phrase.in_context("document", "description"),
    "draining": Phrase.in_context("document", "draining"),
    "due_at": Phrase.in_context("document", "due_at"),
    "due_date": Phrase.in_context("document", "due_date"),
    "due_soon": Phrase.in_context("document", "due_soon"),
    "email": Phrase.in_context("document", "email"),
    "encoding": Phrase.in_context("document", "encoding"),
    "ended": Phrase.in_context("document", "ended"),
    "expires_at": Phrase.in_context("document", "expires_at"),
    "expires_on": Phrase.in_context("document", "expires_on"),
    "extra": Phrase.in_context("document", "extra"),
    "fee": Phrase.in_context("document", "fee"),
    "fees": Phrase.in_context("document", "fees"),
    "file": Phrase.in_context("document", "file"),
    "file_sha256": Phrase.in_context("document", "file_sha256"),
    "form_version": Phrase.in_context("document", "form_version"),
    "format": Phrase.in_context("document", "format"),
    "from": Phrase.in_context("document", "from"),
    "gateway_id": Phrase.in_context("document", "gateway_id"),
    "gateway_words": Phrase.in_context("document", "gateway_words"),
    "grace_days": Phrase.in_context("document", "grace_days"),
    "id": Phrase.in_context("document", "id"),
    "import": Phrase.in_context("document", "import"),
    "imported_at": Phrase.in_context("document", "imported_at"),
    "imported_by": Phrase.in_context("document", "imported_by"),
    "inputs": Phrase.in_context("document", "inputs"),
    "institution": Phrase.in_context("document", "institution"),
    "kind": Phrase.in_context("document", "kind"),
    "language": Phrase.in_context("document", "language"),
    "last_errors": Phrase.in_context("document", "last_errors"),
    "late_fee": Phrase.in_context("document", "late_fee"),
    "least": Phrase.in_context("document", "least"),
    "limit": Phrase.in_context("document", "limit"),
    "limits": Phrase.in_context("document", "limits"),
    "links": Phrase.in_context("document", "links"),
    "locked": Phrase.in_context("document", "locked"),
    "made": Phrase.in_context("document", "made"),
    "made_at": Phrase.in_context("document", "made_at"),
    "made_by": Phrase.in_context("document", "made_by"),
    "maker_checker": Phrase.in_context("document", "maker_checker"),
    "mandate": Phrase.in_context("document", "mandate"),
    "mandate_changed": Phrase.in_context("document", "mandate_changed"),
    "mandate_cycle": Phrase.in_context("document", "mandate_cycle"),
    "mandate_cycle_limit": Phrase.in_context("document", "mandate_cycle_limit"),
    "mandate_from": Phrase.in_context("document", "mandate_from"),
    "mandate_limit": Phrase.in_context("document", "mandate_limit"),
    "mandate_purpose": Phrase.in_context("document", "mandate_purpose"),
    "mandate_ref": Phrase.in_context("document", "mandate_ref"),
    "mandate_signed_on": Phrase.in_context("document", "mandate_signed_on"),
    "mandate_to": Phrase.in_context("document", "mandate_to"),
    "marked_as_repeat": Phrase.in_context("document", "marked_as_repeat"),
    "merchant": Phrase.in_context("document", "merchant"),
    "message": Phrase.in_context("document", "message"),
    "messages": Phrase.in_context("document", "messages"),
    "missing": Phrase.in_context("document", "missing"),
    "mobile": Phrase.in_context("document", "mobile"),
    "most": Phrase.in_context("document", "most"),
    "name": Phrase.in_context("document", "name"),
    "new": Phrase.in_context("document", "new"),
    "next_settlement_account": Phrase.in_context("document", "next_settlement_account"),
    "not_sent": Phrase.in_context("document", "not_sent"),
    "notice": Phrase.in_context("document", "notice"),
    "notices": Phrase.in_context("document", "notices"),
    "number": Phrase.in_context("document", "number"),
    "open_from": Phrase.in_context("document", "open_from"),
    "options": Phrase.in_context("document", "options"),
    "organisation": Phrase.in_context("document", "organisation"),
    "original_code": Phrase.in_context("document", "original_code"),
    "original_state": Phrase.in_context("document", "original_state"),
    "outbox": Phrase.in_context("document", "outbox"),
    "outcome": Phrase.in_context("document", "outcome"),
    "overdue": Phrase.in_context("document", "overdue"),
    "overtaken": Phrase.in_context("document", "overtaken"),
    "paid": Phrase.in_context("document", "paid"),
    "paid_on": Phrase.in_context("document", "paid_on"),
    "parts": Phrase.in_context("document", "parts"),
    "party": Phrase.in_context("document", "party"),
    "payable": Phrase.in_context("document", "payable"),
    "payer_fees": Phrase.in_context("document", "payer_fees"),
    "payment": Phrase.in_context("document", "payment"),
    "payments": Phrase.in_context("document", "payments"),
    "payouts": Phrase.in_context("document", "payouts"),
    "per": Phrase.in_context("document", "per"),
    "per_payment": Phrase.in_context("document", "per_payment"),
    "period": Phrase.in_context("document", "period"),
    "posted_at": Phrase.in_context("document", "posted_at"),
    "principal": Phrase.in_context("document", "principal"),
    "purpose": Phrase.in_context("document", "purpose"),
    "rate": Phrase.in_context("document", "rate"),
    "read": Phrase.in_context("document", "read"),
    "ready": Phrase.in_context("document", "ready"),
    "reason": Phrase.in_context("document", "reason"),
    "received_at": Phrase.in_context("document", "received_at"),
    "records": Phrase.in_context("document", "records"),
    "reference": Phrase.in_context("document", "reference"),
    "refused": Phrase.in_context("document", "refused"),
    "registered": Phrase.in_context("document", "registered"),
    "reported": Phrase.in_context("document", "reported"),
    "reported_at": Phrase.in_context("document", "reported_at"),
    "request": Phrase.in_context("document", "request"),
    "resolved": Phrase.in_context("document", "resolved"),
    "result_sha256": Phrase.in_context("document", "result_sha256"),
    "reversal": Phrase.in_context("document", "reversal"),
    "reversal_did": Phrase.in_context("document", "reversal_did"),
    "reversed": Phrase.in_context("document", "reversed"),
    "rows": Phrase.in_context("document", "rows"),
    "rule": Phrase.in_context("document", "rule"),
    "run": Phrase.in_context("document", "run"),
    "sent_at": Phrase.in_context("document", "sent_at"),
    "serial_number": Phrase.in_context("document", "serial_number"),
    "server": Phrase.in_context("document", "server"),
    "settled": Phrase.in_context("document", "settled"),
    "settled_in": Phrase.in_context("document", "settled_in"),
    "settlement": Phrase.in_context("document", "settlement"),
    "settlement_account": Phrase.in_context("document", "settlement_account"),
    "sha256": Phrase.in_context("document", "sha256"),
    "signed_on": Phrase.in_context("document", "signed_on"),
    "size": Phrase.in_context("document", "size"),
    "state": Phrase.in_context("document", "state"),
    "status": Phrase.in_context("document", "status"),
    "step": Phrase.in_context("document", "step"),
    "store": Phrase.in_context("document", "store"),
    "subject": Phrase.in_context("document", "subject"),
    "submitted_by": Phrase.in_context("document", "submitted_by"),
    "taken": Phrase.in_context("document", "taken"),
    "teller": Phrase.in_context("document", "teller"),
    "template": Phrase.in_context("document", "template"),
    "tender": Phrase.in_context("document", "tender"),
    "terminal": Phrase.in_context("document", "terminal"),
    "text": Phrase.in_context("document", "text"),
    "tiers": Phrase.in_context("document", "tiers"),
    "total": Phrase.in_context("document", "total"),
    "trade": Phrase.in_context("document", "trade"),
    "unchanged": Phrase.in_context("document", "unchanged"),
    "units": Phrase.in_context("document", "units"),
    "version": Phrase.in_context("document", "version"),
    "waiting_approvals": Phrase.in_context("document", "waiting_approvals"),
    "waiting_imports": Phrase.in_context("document", "waiting_imports"),
    "who": Phrase.in_context("document", "who"),
    "withdrawn": Phrase.in_context("document", "withdrawn"),
    "written": Phrase.in_context("document", "written"),
}

OWN = frozenset({"extra", "inputs", "options"})
"""What stands below these is called as the merchant, or an option, calls it."""

_BILL_STATES = {
    BillState.OPEN: Phrase.in_context("state of a bill", "OPEN"),
    BillState.PARTIAL: Phrase.in_context("state of a bill", "PARTIAL"),
    BillState.PAID: Phrase.in_context("state of a bill", "PAID"),
    BillState.IN_BATCH: Phrase.in_context("state of a bill", "IN_BATCH"),
    BillState.WITHDRAWN: Phrase.in_context("state of a bill", "WITHDRAWN"),
    BillState.EXPIRED: Phrase.in_context("state of a bill", "EXPIRED"),
}

_PAYMENT_STATES = {
    PaymentState.APPROVED: Phrase.in_context("state of a payment", "APPROVED"),
    PaymentState.SUSPENSE: Phrase.in_context("state of a payment", "SUSPENSE"),
    PaymentState.REVERSED: Phrase.in_context("state of a payment", "REVERSED"),
    PaymentState.REFUNDED: Phrase.in_context("state of a payment", "REFUNDED"),
    PaymentState.APPLIED: Phrase.in_context("state of a payment", "APPLIED"),
}

_CHANNELS = {
    Channel.TELLER: Phrase.in_context("channel", "TELLER"),
    Channel.KIOSK: Phrase.in_context("channel", "KIOSK"),
    Channel.MOBILE: Phrase.in_context("channel", "MOBILE"),
    Channel.ONLINE: Phrase.in_context("channel", "ONLINE"),
}

_TENDERS = {
    Tender.CASH: Phrase.in_context("tender", "CASH"),
    Tender.CARD: Phrase.in_context("tender", "CARD"),
    Tender.ACCT: Phrase.in_context("tender", "ACCT"),
    Tender.OUTSIDE: Phrase.in_context("tender", "OUTSIDE"),
    Tender.BATCH: Phrase.in_context("tender", "BATCH"),
}

_POSTINGS = {
    ManualPostingKind.OUTSIDE: Phrase.in_context("posting by hand", "OUTSIDE"),
    ManualPostingKind.UNDONE: Phrase.in_context("posting by hand", "UNDONE"),
    ManualPostingKind.REFUNDED: Phrase.in_context("posting by hand", "REFUNDED"),
    ManualPostingKind.APPLIED: Phrase.in_context("posting by hand", "APPLIED"),
    ManualPostingKind.CONTRA: Phrase.in_context("posting by hand", "CONTRA"),
    ManualPostingKind.RECEIVED: Phrase.in_context("posting by hand", "RECEIVED"),
}

_MANDATES = {
    MandateState.PROPOSED: Phrase.in_context("state of a mandate", "PROPOSED"),
    MandateState.ACTIVE: Phrase.in_context("state of a mandate", "ACTIVE"),
    MandateState.SUSPENDED: Phrase.in_context("state of a mandate", "SUSPENDED"),
    MandateState.CANCELLED: Phrase.in_context("state of a mandate", "CANCELLED"),
    MandateState.EXPIRED: Phrase.in_context("state of a mandate", "EXPIRED"),
}


_DAYS = {
    DayState.OPEN: Phrase.in_context("state of a business day", "OPEN"),
    DayState.CUT: Phrase.in_context("state of a business day", "CUT"),
    DayState.RECONCILED: Phrase.in_context("state of a business day", "RECONCILED"),
    DayState.SETTLED: Phrase.in_context("state of a business day", "SETTLED"),
}

_MERCHANTS = {
    MerchantStatus.ACTIVE: Phrase.in_context("status of a merchant", "ACTIVE"),
    MerchantStatus.SUSPENDED: Phrase.in_context("status of a merchant", "SUSPENDED"),
    MerchantStatus.CLOSED: Phrase.in_context("status of a merchant", "CLOSED"),
}

_REQUESTS = {
    ApprovalState.PENDING: Phrase.in_context("state of a request", "PENDING"),
    ApprovalState.APPROVED: Phrase.in_context("state of a request", "APPROVED"),
    ApprovalState.REJECTED: Phrase.in_context("state of a request", "REJECTED"),
    ApprovalState.EXPIRED: Phrase.in_context("state of a request", "EXPIRED"),
    ApprovalState.WITHDRAWN: Phrase.in_context("state of a request", "WITHDRAWN"),
    ApprovalState.LAPSED: Phrase.in_context("state of a request", "LAPSED"),
}

_REVERSALS = {
    ReversalOutcome.APPLIED: Phrase.in_context("effect of a reversal", "APPLIED"),
    ReversalOutcome.NOTHING: Phrase.in_context("effect of a reversal", "NOTHING"),
    ReversalOutcome.DECLINED: Phrase.in_context("effect of a reversal", "DECLINED"),
    ReversalOutcome.TOMBSTONE: Phrase.in_context("effect of a reversal", "TOMBSTONE"),
}

_DIFFERENCES = {
    DifferenceClass.PLATFORM_ONLY: Phrase.in_context("difference", "PLATFORM_ONLY"),
    DifferenceClass.FEP_ONLY_UNKNOWN: Phrase.in_context("difference", "FEP_ONLY_UNKNOWN"),
    DifferenceClass.FEP_ONLY_REFUSED: Phrase.in_context("difference", "FEP_ONLY_REFUSED"),
    DifferenceClass.AMOUNT_DIFFERS: Phrase.in_context("difference", "AMOUNT_DIFFERS"),
    DifferenceClass.STATE_DIFFERS: Phrase.in_context("difference", "STATE_DIFFERS"),
    DifferenceClass.DAY_DIFFERS: Phrase.in_context("difference", "DAY_DIFFERS"),
    DifferenceClass.DUPLICATE_ROW: Phrase.in_context("difference", "DUPLICATE_ROW"),
}

_ITEMS = {
    ItemKind.REVERSAL_OF_SETTLED: Phrase.in_context("difference", "REVERSAL_OF_SETTLED"),
    ItemKind.REVERSAL_OF_REFUNDED: Phrase.in_context("difference", "REVERSAL_OF_REFUNDED"),
    ItemKind.DEBIT_DISPUTED: Phrase.in_context("difference", "DEBIT_DISPUTED"),
    ItemKind.DEBIT_IN_DOUBT: Phrase.in_context("difference", "DEBIT_IN_DOUBT"),
}


def by_code(*words: Mapping[Any, Phrase]) -> dict[str, Phrase]:
    """Return the words of several enumerations by their codes; of two of one code, the later."""
    return {str(code): word for each in words for code, word in each.items()}


_CODES = {
    "state": by_code(_MANDATES, _PAYMENT_STATES, _BILL_STATES, IMPORT_STATES),
    "kind": by_code(KINDS, _POSTINGS),
    "channel": by_code(_CHANNELS),
    "tender": by_code(_TENDERS),
    "mandate": by_code(_MANDATES),
    "from": by_code(_MANDATES),
    "to": by_code(_MANDATES),
    "decided": by_code(_MANDATES),
    "day": by_code(_DAYS),
    "status": by_code(_MERCHANTS),
    "request": by_code(_REQUESTS),
    "reversal_did": by_code(_REVERSALS),
    "difference": by_code(_DIFFERENCES, _ITEMS),
}
"""What the codes of a key are called."""


def code_word(key: str, code: str) -> str:
    """Return the word for a code of a key; the code itself if it has none."""
    return _CODES.get(key, {}).get(code, code)

"""Words of codes that a bank's own people read; what merchants' commands show too is in merchant/common/code_words.py."""

from __future__ import annotations

from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Role
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.debits.batches import BatchState, RecordState
from offline_collect.domain.forms import InputType
from offline_collect.domain.late_fee import LateFeeKind
from offline_collect.domain.merchants import AmountRuleKind
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common import code_words

_ANSWERS = {
    ResponseCode.APPROVED: Phrase.in_context("answer", "APPROVED"),
    ResponseCode.UNKNOWN_MERCHANT: Phrase.in_context("answer", "UNKNOWN_MERCHANT"),
    ResponseCode.IN_PROGRESS: Phrase.in_context("answer", "IN_PROGRESS"),
    ResponseCode.UNSUPPORTED: Phrase.in_context("answer", "UNSUPPORTED"),
    ResponseCode.WRONG_AMOUNT: Phrase.in_context("answer", "WRONG_AMOUNT"),
    ResponseCode.UNKNOWN_CUSTOMER: Phrase.in_context("answer", "UNKNOWN_CUSTOMER"),
    ResponseCode.NOT_FOUND: Phrase.in_context("answer", "NOT_FOUND"),
    ResponseCode.FORMAT_ERROR: Phrase.in_context("answer", "FORMAT_ERROR"),
    ResponseCode.NOT_PERMITTED: Phrase.in_context("answer", "NOT_PERMITTED"),
    ResponseCode.OVER_LIMIT: Phrase.in_context("answer", "OVER_LIMIT"),
    ResponseCode.SECURITY: Phrase.in_context("answer", "SECURITY"),
    ResponseCode.ORIGINAL_AMOUNT: Phrase.in_context("answer", "ORIGINAL_AMOUNT"),
    ResponseCode.TOO_LATE: Phrase.in_context("answer", "TOO_LATE"),
    ResponseCode.UNAVAILABLE: Phrase.in_context("answer", "UNAVAILABLE"),
    ResponseCode.DUPLICATE: Phrase.in_context("answer", "DUPLICATE"),
    ResponseCode.OUT_OF_BALANCE: Phrase.in_context("answer", "OUT_OF_BALANCE"),
    ResponseCode.MALFUNCTION: Phrase.in_context("answer", "MALFUNCTION"),
    ResponseCode.ALREADY_PAID: Phrase.in_context("answer", "ALREADY_PAID"),
    ResponseCode.IN_BATCH: Phrase.in_context("answer", "IN_BATCH"),
    ResponseCode.NOT_PAYABLE: Phrase.in_context("answer", "NOT_PAYABLE"),
    ResponseCode.WITHDRAWN: Phrase.in_context("answer", "WITHDRAWN"),
    ResponseCode.MERCHANT_SUSPENDED: Phrase.in_context("answer", "MERCHANT_SUSPENDED"),
    ResponseCode.OTHER_BUSINESS_DAY: Phrase.in_context("answer", "OTHER_BUSINESS_DAY"),
    ResponseCode.ALREADY_REVERSED: Phrase.in_context("answer", "ALREADY_REVERSED"),
    ResponseCode.SETTLED: Phrase.in_context("answer", "SETTLED"),
}

_ROLES = {
    Role.ADMIN: Phrase.in_context("role", "ADMIN"),
    Role.OPERATOR: Phrase.in_context("role", "OPERATOR"),
    Role.MAKER: Phrase.in_context("role", "MAKER"),
    Role.CHECKER: Phrase.in_context("role", "CHECKER"),
    Role.AUDITOR: Phrase.in_context("role", "AUDITOR"),
    Role.MERCHANT: Phrase.in_context("role", "MERCHANT"),
}

_BATCHES = {
    BatchState.REGISTERED: Phrase.in_context("state of a debit batch", "REGISTERED"),
    BatchState.WRITTEN: Phrase.in_context("state of a debit batch", "WRITTEN"),
    BatchState.TAKEN: Phrase.in_context("state of a debit batch", "TAKEN"),
    BatchState.CANCELLED: Phrase.in_context("state of a debit batch", "CANCELLED"),
}

_DEBITS = {
    RecordState.OUT: Phrase.in_context("state of a debit", "OUT"),
    RecordState.SETTLED: Phrase.in_context("state of a debit", "SETTLED"),
    RecordState.REFUSED: Phrase.in_context("state of a debit", "REFUSED"),
    RecordState.LOCKED: Phrase.in_context("state of a debit", "LOCKED"),
    RecordState.CANCELLED: Phrase.in_context("state of a debit", "CANCELLED"),
    RecordState.RETURNED: Phrase.in_context("state of a debit", "RETURNED"),
}

_ITEMS = {
    ItemState.OPEN: Phrase.in_context("state of a difference", "OPEN"),
    ItemState.RESOLVED: Phrase.in_context("state of a difference", "RESOLVED"),
    ItemState.REPLACED: Phrase.in_context("state of a difference", "REPLACED"),
}

_INPUTS = {
    InputType.NUMERIC: Phrase.in_context("type of an input", "NUMERIC"),
    InputType.ALPHANUMERIC: Phrase.in_context("type of an input", "ALPHANUMERIC"),
    InputType.TEXT: Phrase.in_context("type of an input", "TEXT"),
    InputType.CHOICE: Phrase.in_context("type of an input", "CHOICE"),
}

_RULES = {
    AmountRuleKind.EXACT: Phrase.in_context("rule", "EXACT"),
    AmountRuleKind.OLDEST_FIRST: Phrase.in_context("rule", "OLDEST_FIRST"),
    AmountRuleKind.PARTIAL: Phrase.in_context("rule", "PARTIAL"),
    LateFeeKind.NONE: Phrase.in_context("rule", "NONE"),
    LateFeeKind.FLAT: Phrase.in_context("rule", "FLAT"),
    LateFeeKind.DAILY: Phrase.in_context("rule", "DAILY"),
}

_SUBJECTS = {
    SubjectType.STORE: Phrase.in_context("subject of a change", "store"),
    SubjectType.DAY: Phrase.in_context("subject of a change", "day"),
    SubjectType.ORGANISATION: Phrase.in_context("subject of a change", "organisation"),
    SubjectType.USER: Phrase.in_context("subject of a change", "user"),
    SubjectType.APPROVAL: Phrase.in_context("subject of a change", "approval"),
    SubjectType.MERCHANT: Phrase.in_context("subject of a change", "merchant"),
    SubjectType.FORM: Phrase.in_context("subject of a change", "form"),
    SubjectType.CUSTOMER: Phrase.in_context("subject of a change", "customer"),
    SubjectType.MANDATE: Phrase.in_context("subject of a change", "mandate"),
    SubjectType.BILL: Phrase.in_context("subject of a change", "bill"),
    SubjectType.IMPORT: Phrase.in_context("subject of a change", "import"),
    SubjectType.MAPPING: Phrase.in_context("subject of a change", "mapping"),
    SubjectType.PAYMENT: Phrase.in_context("subject of a change", "payment"),
    SubjectType.REPORT: Phrase.in_context("subject of a change", "report"),
    SubjectType.KEY: Phrase.in_context("subject of a change", "key"),
    SubjectType.ITEM: Phrase.in_context("subject of a change", "item"),
    SubjectType.MESSAGE: Phrase.in_context("subject of a change", "message"),
    SubjectType.DEBIT_BATCH: Phrase.in_context("subject of a change", "debit_batch"),
    SubjectType.DEBIT_FILE: Phrase.in_context("subject of a change", "debit_file"),
    SubjectType.PAYOUT_RUN: Phrase.in_context("subject of a change", "payout_run"),
    SubjectType.PAYOUT: Phrase.in_context("subject of a change", "payout"),
    SubjectType.NOTICE: Phrase.in_context("subject of a change", "notice"),
    SubjectType.NOTICE_TEMPLATE: Phrase.in_context("subject of a change", "notice_template"),
    SubjectType.ADDRESS: Phrase.in_context("subject of a change", "address"),
    SubjectType.CONSENT: Phrase.in_context("subject of a change", "consent"),
}

_FEES = {
    "netted": Phrase.in_context("fees", "netted"),
    "monthly": Phrase.in_context("fees", "monthly"),
}
"""When a merchant pays its fees."""

_FEE_PER = {
    "BILL": Phrase.in_context("fee of a payer", "BILL"),
    "PAYMENT": Phrase.in_context("fee of a payer", "PAYMENT"),
}
"""What a payer's fee is taken for."""


KEYS = {
    "disabled": Phrase.in_context("document", "disabled"),
    "merchants": Phrase.in_context("document", "merchants"),
    "os_account": Phrase.in_context("document", "os_account"),
    "roles": Phrase.in_context("document", "roles"),
}
"""What keys of requests are called that no merchant's command shows."""

CODES = {
    "answer": code_words.by_code(_ANSWERS),
    "role": code_words.by_code(_ROLES),
    "roles": code_words.by_code(_ROLES),
    "batch": code_words.by_code(_BATCHES),
    "debit": code_words.by_code(_DEBITS),
    "item": code_words.by_code(_ITEMS),
    "input": code_words.by_code(_INPUTS),
    "rule": code_words.by_code(_RULES),
    "fees": code_words.by_code(_FEES),
    "per": code_words.by_code(_FEE_PER),
    "subject": code_words.by_code(_SUBJECTS),
}
"""What the codes of a key are called."""


def code_word(key: str, code: str) -> str:
    """Return the word for a code of a key; the code itself if it has none."""
    word = CODES.get(key, {}).get(code)
    return code_words.code_word(key, code) if word is None else word

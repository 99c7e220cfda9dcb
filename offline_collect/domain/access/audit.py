"""The subject of a row of the audit trail (docs/operating.md, The audit trail)."""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.values import value


class SubjectType(StrEnum):
    """Kinds of objects that people, files and the clock change."""

    STORE = "store"
    DAY = "day"
    ORGANISATION = "organisation"
    USER = "user"
    APPROVAL = "approval"
    MERCHANT = "merchant"
    FORM = "form"
    CUSTOMER = "customer"
    MANDATE = "mandate"
    BILL = "bill"
    IMPORT = "import"
    MAPPING = "mapping"
    PAYMENT = "payment"
    REPORT = "report"
    KEY = "key"
    ITEM = "item"
    MESSAGE = "message"
    DEBIT_BATCH = "debit_batch"
    DEBIT_FILE = "debit_file"
    PAYOUT_RUN = "payout_run"
    PAYOUT = "payout"
    NOTICE = "notice"
    NOTICE_TEMPLATE = "notice_template"
    ADDRESS = "address"
    CONSENT = "consent"


@value
class Subject:
    """One changed object.

    Attributes:
        id: its number or name, unique in its type; None if there is only one, or it has none.
        merchant_id: the merchant it belongs to; None if it belongs to the bank.
    """

    type: SubjectType
    id: str | None = None
    merchant_id: str | None = None

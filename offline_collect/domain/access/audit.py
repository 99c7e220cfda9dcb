"""What a row of the audit trail is about (domain.md, Audit)."""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.values import value


class SubjectType(StrEnum):
    """Kinds of things that people, files and the clock change."""

    STORE = "store"
    DAY = "day"
    ORGANISATION = "organisation"
    USER = "user"
    APPROVAL = "approval"
    MERCHANT = "merchant"
    FORM = "form"
    CUSTOMER = "customer"
    BILL = "bill"
    IMPORT = "import"
    PAYMENT = "payment"
    REPORT = "report"


@value
class Subject:
    """One thing that is changed.

    Attributes:
        id: its number or name among those of its type; None where there is only one, or it has none.
        merchant_id: whose it is; None where it is the bank's.
    """

    type: SubjectType
    id: str | None = None
    merchant_id: str | None = None

"""The classes of notices, which payers consent to separately."""

from __future__ import annotations

from enum import StrEnum


class NoticeClass(StrEnum):
    """Whether a notice belongs to what the payer has with the merchant, or advertises."""

    SERVICE = "SERVICE"
    COMMERCIAL = "COMMERCIAL"

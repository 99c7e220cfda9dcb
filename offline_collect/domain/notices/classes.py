"""The classes of notices: a payer may want the one and not the other."""

from __future__ import annotations

from enum import StrEnum


class NoticeClass(StrEnum):
    """Why a payer gets a notice: SERVICE tells of his own bills and payments, COMMERCIAL advertises."""

    SERVICE = "SERVICE"
    COMMERCIAL = "COMMERCIAL"

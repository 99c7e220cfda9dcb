"""Response codes by their names inside the platform.

A dialect maps each name to its DE 39; this package contains no DE 39 values.
"""

from __future__ import annotations

from enum import StrEnum


class ResponseCode(StrEnum):
    """The result of a message."""

    APPROVED = "APPROVED"
    UNKNOWN_MERCHANT = "UNKNOWN_MERCHANT"
    IN_PROGRESS = "IN_PROGRESS"
    UNSUPPORTED = "UNSUPPORTED"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    UNKNOWN_CUSTOMER = "UNKNOWN_CUSTOMER"
    NOT_FOUND = "NOT_FOUND"
    FORMAT_ERROR = "FORMAT_ERROR"
    NOT_PERMITTED = "NOT_PERMITTED"
    OVER_LIMIT = "OVER_LIMIT"
    SECURITY = "SECURITY"
    ORIGINAL_AMOUNT = "ORIGINAL_AMOUNT"
    TOO_LATE = "TOO_LATE"
    UNAVAILABLE = "UNAVAILABLE"
    DUPLICATE = "DUPLICATE"
    OUT_OF_BALANCE = "OUT_OF_BALANCE"
    MALFUNCTION = "MALFUNCTION"
    ALREADY_PAID = "ALREADY_PAID"
    IN_BATCH = "IN_BATCH"
    NOT_PAYABLE = "NOT_PAYABLE"
    WITHDRAWN = "WITHDRAWN"
    MERCHANT_SUSPENDED = "MERCHANT_SUSPENDED"
    OTHER_BUSINESS_DAY = "OTHER_BUSINESS_DAY"
    ALREADY_REVERSED = "ALREADY_REVERSED"
    SETTLED = "SETTLED"


NOT_STORED = frozenset(
    {
        ResponseCode.UNSUPPORTED,
        ResponseCode.FORMAT_ERROR,
        ResponseCode.NOT_PERMITTED,
        ResponseCode.SECURITY,
        ResponseCode.TOO_LATE,
        ResponseCode.UNAVAILABLE,
        ResponseCode.MALFUNCTION,
    },
)
"""Nothing was done: invalid, not permitted, too late or not possible just now. The same message may succeed later."""

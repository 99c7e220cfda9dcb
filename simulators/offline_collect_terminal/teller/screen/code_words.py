"""What each response code means to a teller, for languages that the platform's own reasons are not in."""

from __future__ import annotations

from offline_collect.domain.codes import ResponseCode
from offline_collect_terminal.teller.screen.words import msgid

CODE_WORDS: dict[ResponseCode, str] = {
    ResponseCode.APPROVED: msgid("approved"),
    ResponseCode.UNKNOWN_MERCHANT: msgid("there is no such merchant"),
    ResponseCode.IN_PROGRESS: msgid("not known yet; it could still arrive"),
    ResponseCode.UNSUPPORTED: msgid("the platform does not support this message"),
    ResponseCode.WRONG_AMOUNT: msgid("the amount is not what is payable"),
    ResponseCode.UNKNOWN_CUSTOMER: msgid("there is no such customer, or an input is wrong"),
    ResponseCode.NOT_FOUND: msgid("not found"),
    ResponseCode.FORMAT_ERROR: msgid("the message is wrong"),
    ResponseCode.NOT_PERMITTED: msgid("not permitted"),
    ResponseCode.OVER_LIMIT: msgid("the amount is over the limit"),
    ResponseCode.SECURITY: msgid("the message's MAC is missing or wrong"),
    ResponseCode.ORIGINAL_AMOUNT: msgid("the amount differs from the payment's"),
    ResponseCode.TOO_LATE: msgid("the platform was too busy; nothing was done"),
    ResponseCode.UNAVAILABLE: msgid("the platform cannot do it just now; nothing was done"),
    ResponseCode.DUPLICATE: msgid("another payment has this number"),
    ResponseCode.OUT_OF_BALANCE: msgid("the totals differ"),
    ResponseCode.MALFUNCTION: msgid("the platform has a fault; nothing was done"),
    ResponseCode.ALREADY_PAID: msgid("the bill is already paid"),
    ResponseCode.IN_BATCH: msgid("the bill is being debited from an account"),
    ResponseCode.NOT_PAYABLE: msgid("the bill cannot be paid: expired, or not open yet"),
    ResponseCode.WITHDRAWN: msgid("the merchant has withdrawn the bill"),
    ResponseCode.MERCHANT_SUSPENDED: msgid("the merchant does not collect at present"),
    ResponseCode.OTHER_BUSINESS_DAY: msgid("the payment is of another business day"),
    ResponseCode.ALREADY_REVERSED: msgid("the payment is reversed"),
    ResponseCode.SETTLED: msgid("the business day is settled"),
}

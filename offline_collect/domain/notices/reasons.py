"""Why a notice was not sent, or did not arrive: a code and its values, which the store keeps, and the words for people.

A reason without a code is in somebody's own words, or of a version that kept sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.texts.phrases import Phrase

_VALUES_MAX = 150
"""Characters of all values of a reason together."""


class Reason(StrEnum):
    """The code of a reason; those of a second look are the names of ``Overtaken`` and ``NotWanted``."""

    PAYMENT_REVERSED = "PAYMENT_REVERSED"
    PAYMENT_GONE = "PAYMENT_GONE"
    BILL_PAID = "BILL_PAID"
    BILL_WITHDRAWN = "BILL_WITHDRAWN"
    BILL_EXPIRED = "BILL_EXPIRED"
    BILL_IN_BATCH = "BILL_IN_BATCH"
    BILL_GONE = "BILL_GONE"
    BILL_NOT_YET_OPEN = "BILL_NOT_YET_OPEN"
    DUE_DATE_PASSED = "DUE_DATE_PASSED"
    NOT_OVERDUE = "NOT_OVERDUE"
    DEBIT_GONE = "DEBIT_GONE"
    MERCHANT_SENDS_NONE = "MERCHANT_SENDS_NONE"
    KIND_UNTOLD = "KIND_UNTOLD"
    CUSTOMER_GONE = "CUSTOMER_GONE"
    NO_CONSENT = "NO_CONSENT"
    NO_ADDRESS = "NO_ADDRESS"
    OPTED_OUT = "OPTED_OUT"
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    ADDRESS_BAD = "ADDRESS_BAD"
    ADDRESS_SHARED = "ADDRESS_SHARED"
    NO_RESULT = "NO_RESULT"
    UNDELIVERED = "UNDELIVERED"
    UNDELIVERED_CODE = "UNDELIVERED_CODE"
    SENDER_ENDED = "SENDER_ENDED"
    FILE_UNWRITTEN = "FILE_UNWRITTEN"
    ANSWERED = "ANSWERED"
    ANSWERED_GONE = "ANSWERED_GONE"
    REDIRECTED = "REDIRECTED"
    TOO_LATE = "TOO_LATE"
    TOO_LATE_MAIL = "TOO_LATE_MAIL"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    UNCONNECTED = "UNCONNECTED"
    CLOSED = "CLOSED"
    NO_ANSWER = "NO_ANSWER"
    TOO_MANY_PARTS = "TOO_MANY_PARTS"
    KANNEL_NUMBER = "KANNEL_NUMBER"
    KANNEL_NO_SENDER = "KANNEL_NO_SENDER"
    KANNEL_NO_OPERATOR = "KANNEL_NO_OPERATOR"
    KANNEL_USER = "KANNEL_USER"
    KANNEL_ANSWERED = "KANNEL_ANSWERED"
    GATEWAY_NO_CODE = "GATEWAY_NO_CODE"
    GATEWAY_ANSWERED = "GATEWAY_ANSWERED"
    GATEWAY_BAD_CODE = "GATEWAY_BAD_CODE"
    GATEWAY_NO_TEMPLATE = "GATEWAY_NO_TEMPLATE"
    GATEWAY_VALUE_LONG = "GATEWAY_VALUE_LONG"
    MAIL_NO_MAILBOX = "MAIL_NO_MAILBOX"
    MAIL_CERTIFICATE = "MAIL_CERTIFICATE"
    MAIL_NAME_UNKNOWN = "MAIL_NAME_UNKNOWN"
    MAIL_UNCONNECTED = "MAIL_UNCONNECTED"
    MAIL_LOGIN = "MAIL_LOGIN"
    MAIL_NO_STARTTLS = "MAIL_NO_STARTTLS"


WORDS: Mapping[Reason, Phrase] = {
    Reason.PAYMENT_REVERSED: Phrase("its payment was reversed"),
    Reason.PAYMENT_GONE: Phrase("its payment is not there"),
    Reason.BILL_PAID: Phrase("its bill is paid"),
    Reason.BILL_WITHDRAWN: Phrase("its bill is withdrawn"),
    Reason.BILL_EXPIRED: Phrase("its bill has expired"),
    Reason.BILL_IN_BATCH: Phrase("its bill is in a batch again"),
    Reason.BILL_GONE: Phrase("its bill is not there"),
    Reason.BILL_NOT_YET_OPEN: Phrase("its bill cannot be paid yet"),
    Reason.DUE_DATE_PASSED: Phrase("its bill's due date has passed"),
    Reason.NOT_OVERDUE: Phrase("its bill is not overdue any more"),
    Reason.DEBIT_GONE: Phrase("its debit is in no batch any more, or its day has passed"),
    Reason.MERCHANT_SENDS_NONE: Phrase("the merchant has notices off"),
    Reason.KIND_UNTOLD: Phrase("the merchant does not send this kind"),
    Reason.CUSTOMER_GONE: Phrase("the customer is not there"),
    Reason.NO_CONSENT: Phrase("the customer has not consented"),
    Reason.NO_ADDRESS: Phrase("no channel reaches the customer"),
    Reason.OPTED_OUT: Phrase("the payer wants no more of it"),
    Reason.ADDRESS_REFUSED: Phrase("who has the address says that he is not the customer"),
    Reason.ADDRESS_BAD: Phrase("too many messages to the address failed for good"),
    Reason.ADDRESS_SHARED: Phrase("customers of different names have the address"),
    Reason.NO_RESULT: Phrase("the last attempt has no known result"),
    Reason.UNDELIVERED: Phrase("the receiver reports that it was not delivered"),
    Reason.UNDELIVERED_CODE: Phrase("the receiver reports that it was not delivered: {code}", code=""),
    Reason.SENDER_ENDED: Phrase(
        "the process that sends by HTTP has ended: whether this has arrived is not known"
    ),
    Reason.FILE_UNWRITTEN: Phrase("the file cannot be written: {why}", why=""),
    Reason.ANSWERED: Phrase("answered {status}", status=0),
    Reason.ANSWERED_GONE: Phrase("answered 410: the receiver wants no more of it"),
    Reason.REDIRECTED: Phrase("answered {status}: redirects are not followed", status=0),
    Reason.TOO_LATE: Phrase("no whole answer within {seconds} s", seconds=""),
    Reason.TOO_LATE_MAIL: Phrase("no whole answer within {seconds} s a mail", seconds=""),
    Reason.NAME_UNKNOWN: Phrase("the receiver's name is not known"),
    Reason.UNCONNECTED: Phrase("the receiver cannot be connected to: {why}", why=""),
    Reason.CLOSED: Phrase("the connection was closed"),
    Reason.NO_ANSWER: Phrase("no answer: {why}", why=""),
    Reason.TOO_MANY_PARTS: Phrase(
        "the message takes {parts} parts as an SMS, at most {most} are sent: lower notify.merge_max",
        parts=0,
        most=0,
    ),
    Reason.KANNEL_NUMBER: Phrase("Kannel does not allow the number (400)"),
    Reason.KANNEL_NO_SENDER: Phrase("Kannel has no sender (400): set notify.kannel.sender"),
    Reason.KANNEL_NO_OPERATOR: Phrase("Kannel has no operator for the number (403)"),
    Reason.KANNEL_USER: Phrase("Kannel refuses our user or address (403): look at its sendsms-user"),
    Reason.KANNEL_ANSWERED: Phrase("Kannel answered {status}", status=0),
    Reason.GATEWAY_NO_CODE: Phrase("answered {status}, without a code", status=0),
    Reason.GATEWAY_ANSWERED: Phrase("the gateway answered {code}", code=""),
    Reason.GATEWAY_BAD_CODE: Phrase("the gateway answered a code that is none"),
    Reason.GATEWAY_NO_TEMPLATE: Phrase(
        "the gateway has no template for {event} in {language}", event="", language=""
    ),
    Reason.GATEWAY_VALUE_LONG: Phrase(
        "the template's {name} takes {most} characters, the notice's {value} has {length}",
        name="",
        most=0,
        value="",
        length=0,
    ),
    Reason.MAIL_NO_MAILBOX: Phrase("the address is no mailbox to which mails can be sent"),
    Reason.MAIL_CERTIFICATE: Phrase("the certificate of the server is not valid for its name"),
    Reason.MAIL_NAME_UNKNOWN: Phrase("the server's name is not known"),
    Reason.MAIL_UNCONNECTED: Phrase("the server cannot be connected to: {why}", why=""),
    Reason.MAIL_LOGIN: Phrase("the server refused user or password ({status})", status=0),
    Reason.MAIL_NO_STARTTLS: Phrase("the server has no STARTTLS, or no way to log in"),
}
"""The words of each code, with its values."""

_CODES = {words.template: code for code, words in WORDS.items()}


def reason_of(code: Reason, /, **values: str | int) -> Phrase:
    """Return a reason; values that are too long are cut."""
    most = _VALUES_MAX // max(1, len(values))
    return WORDS[code].filled(
        {name: each[:most] if isinstance(each, str) else each for name, each in values.items()}
    )


def kept_reason(reason: str | None) -> tuple[str | None, str | None]:
    """Return a reason as the store keeps it: its code and its values as JSON, or no code and a text."""
    code = _CODES.get(reason.template) if isinstance(reason, Phrase) else None
    if code is None or not isinstance(reason, Phrase):
        return None, reason
    return code.value, json.dumps(dict(reason.parts), ensure_ascii=False) if reason.parts else None


def read_reason(code: str | None, text: str | None) -> str | None:
    """Return what :func:`kept_reason` has kept; a code that this version does not know is its own text."""
    if code is None:
        return text
    words = WORDS.get(Reason(code)) if code in Reason.__members__ else None
    if words is None:
        return code
    return words if text is None else words.filled(json.loads(text))

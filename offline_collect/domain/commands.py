"""Commands: the request of a message, as the wire package has read it.

Every field is a value of the domain: amounts are integer minor units, currencies ISO 4217 numbers
(``"156"``), times aware. Institutions have no leading zeros and terminals no trailing spaces.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from enum import StrEnum
from typing import ClassVar

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.values import value


class Channel(StrEnum):
    """The channel of the payment (PDS 0062)."""

    TELLER = "TELLER"
    KIOSK = "KIOSK"
    MOBILE = "MOBILE"
    ONLINE = "ONLINE"


class Tender(StrEnum):
    """The means of payment (PDS 0061); OUTSIDE and BATCH never occur in messages."""

    CASH = "CASH"
    CARD = "CARD"
    ACCT = "ACCT"
    OUTSIDE = "OUTSIDE"
    BATCH = "BATCH"


class ReversalReason(StrEnum):
    """Why a reversal was sent (DE 39 of the request)."""

    WRITE_OFF = "17"
    NO_ANSWER = "68"
    ERROR = "06"
    MALFUNCTION = "96"


class NetworkFunction(StrEnum):
    """DE 70 of an 0800."""

    SIGN_ON = "001"
    SIGN_OFF = "002"
    NEW_KEY = "161"
    CUTOVER = "201"
    ECHO = "301"


@value
class Command:
    """The fields of every command.

    Attributes:
        link: name of the link that received it.
        institution: DE 32; None if the message has none (echo).
        terminal: DE 41; None if the message has none (totals, network management).
        stan: DE 11, six digits.
        sent_at: DE 7 completed with its year.
        received_at: when its frame was read.
        allowed_ms: the link's deadline for a request, milliseconds.
    """

    writes: ClassVar[bool] = False

    link: str
    institution: str | None
    terminal: str | None
    stan: str
    sent_at: dt.datetime
    received_at: dt.datetime
    allowed_ms: int


@value
class WriteCommand(Command):
    """A command with its own transaction.

    Attributes:
        key: the transaction's key, class first (``P|`` or ``R|``).
        trace: recognises a repeat with a new DE 7; None for a reversal, and for a message with neither DE 37 nor
            DE 12 and 13.
            fingerprint: the values that must not change for one key.
            repeat: whether the MTI marks a repeat (xx01, xx21).
            rrn: DE 37, None if absent.
        journal: the masked request, opaque here.
    """

    writes: ClassVar[bool] = True

    institution: str
    terminal: str
    key: str
    trace: str | None
    fingerprint: str
    repeat: bool
    rrn: str | None
    journal: str


@value
class BillLine:
    """One bill of a payment of several, with its own amount.

    Attributes:
        bill_no: the bill; with a period, any bill of the same customer.
        amount_minor: without the payer's fee.
        period: year and month, where the message names the bill by them: it is the customer's bill of this period.
    """

    bill_no: str
    amount_minor: int
    period: str | None = None


@value
class Payment(WriteCommand):
    """0200, 0201: pay a bill now, or several bills of one customer.

    Attributes:
        bill_no: the bill; of several, the first one, or the one that names their customer.
        amount_minor: DE 4: of several bills, for all of them.
        local_date: DE 13 completed with its year: the terminal's date.
        lines: the bills of a payment of several, in the order of the message; empty for one bill.
        payer_fee_minor: the part of the amount that is the payer's fee.
    """

    advised: ClassVar[bool] = False

    merchant_id: str
    bill_no: str
    amount_minor: int
    currency: str
    tender: Tender
    channel: Channel
    teller: str | None
    local_date: dt.date
    lines: tuple[BillLine, ...] = ()
    payer_fee_minor: int = 0


@value
class PaymentAdvice(Payment):
    """0220, 0221: a payment that has already happened at the terminal.

    Attributes:
        original_key: key of the request that it completes (DE 90); None without DE 90.
        original_institution: DE 32 inside DE 90; None without DE 90.
    """

    advised: ClassVar[bool] = True

    original_key: str | None = None
    original_institution: str | None = None


@value
class Reversal(WriteCommand):
    """0400, 0401, 0420, 0421: undo a payment in full.

    Attributes:
        advice: whether it is an 04x2, which must not be refused.
        original_key: the original's key (DE 90 and the message's own DE 41).
        original_institution: DE 32 inside DE 90.
        currency: DE 49, if present.
    """

    advice: bool
    reason: ReversalReason
    merchant_id: str
    amount_minor: int
    currency: str | None
    original_key: str
    original_institution: str


@value
class Status(Command):
    """0100/360000: the state of a payment. It may leave a tombstone, so it writes.

    Attributes:
        original_sent_at: DE 7 inside DE 90, completed with its year.
        journal: the masked request, opaque here; stored with a tombstone.
    """

    writes: ClassVar[bool] = True

    institution: str
    terminal: str
    original_key: str
    original_institution: str
    original_sent_at: dt.datetime
    journal: str


@value
class Lookup(Command):
    """0100/380000: the open bills of exactly one customer.

    Attributes:
        inputs: the five lookup inputs in the order of their form version; None if not given.
        bill_no: a bill's number, to look up one bill instead.
        form_version: the form version of the inputs; None means the current one.
        cursor: start of the page; None means the oldest due date.
        channel: where the bills will be paid: the payer's fee may depend on it.
    """

    merchant_id: str
    inputs: tuple[str | None, ...] = ()
    bill_no: str | None = None
    form_version: int | None = None
    cursor: str | None = None
    channel: Channel | None = None


@value
class FormDownload(Command):
    """0100/390000: a merchant's current payment form."""

    merchant_id: str


@value
class Directory(Command):
    """0100/391000: the merchants that a terminal may collect for."""

    cursor: str | None = None


@value
class TotalsFigures:
    """One side's figures of a day: counts, and sums in minor units (DE 74-77, 86-89, 97).

    Credits are payments; debits are always 0 here.
    """

    credits: int = 0
    credit_reversals: int = 0
    debits: int = 0
    debit_reversals: int = 0
    credits_minor: int = 0
    credit_reversals_minor: int = 0
    debits_minor: int = 0
    debit_reversals_minor: int = 0

    @property
    def net_minor(self) -> int:
        """Credits less their reversals less the debits' side: what DE 97 shows, signed."""
        credit = self.credits_minor - self.credit_reversals_minor
        return credit - (self.debits_minor - self.debit_reversals_minor)


@value
class Totals(Command):
    """0500, 0520: compare a cut day's figures. It writes: that both sides agree is kept with the day.

    Attributes:
        business_date: DE 15 completed with its year: the day asked for.
        figures: the front end's own figures.
        net_minor: DE 97 signed: positive for ``C``.
    """

    writes: ClassVar[bool] = True

    institution: str
    business_date: BusinessDate
    currency: str
    figures: TotalsFigures
    net_minor: int


@value
class NetworkManagement(Command):
    """0800: sign-on, sign-off, echo, new key. The link's session answers it, not a lane.

    Attributes:
        function: what it is about.
        new_key: the working key that the sender has made, under the link's key-encrypting key; None if the sender
            requests one.
        key_check_value: hex digits; None without one.
        key_set: the sender's name of the key; None without one.
    """

    function: NetworkFunction
    new_key: str | None = field(default=None, repr=False)
    key_check_value: str | None = None
    key_set: str | None = None

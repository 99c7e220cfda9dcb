"""The double-entry ledger: each posting is a set of entries that sums to zero."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Tender
from offline_collect.domain.transactions import PaymentState, PostedPayment
from offline_collect.domain.values import value


class Account(StrEnum):
    """Kinds of accounts; each entry also names the account's owner."""

    CLEARING = "CLEARING"
    PAYABLE = "PAYABLE"
    FEE_INCOME = "FEE_INCOME"
    SUSPENSE = "SUSPENSE"
    OUTSIDE = "OUTSIDE"
    BATCH_CLEARING = "BATCH_CLEARING"
    PAYER_FEE = "PAYER_FEE"
    FEES_RECEIVABLE = "FEES_RECEIVABLE"
    """Fees that a merchant is billed for by the month."""
    PAYOUT_CLEARING = "PAYOUT_CLEARING"
    """What a bank has been told to credit to merchants."""


TAKING = (Account.CLEARING, Account.OUTSIDE, Account.BATCH_CLEARING)
"""Accounts of the parties that received a payment's money; a payment debits them."""


@value
class Entry:
    """One line of a posting: debits are positive, credits negative, in minor units.

    Attributes:
        posting: serial number of the payment or reversal that posted it.
        payment_serial: serial number of the payment that it belongs to.
        owner: the account's owner: an institution or a merchant.
        payment_line: the payment's line in its transaction.
    """

    posting: str
    line: int
    payment_serial: str
    account: Account
    owner: str
    amount_minor: int
    currency: str
    business_date: BusinessDate
    payment_line: int = 1


ENTRIES_A_PAYMENT = 3
"""The most entries of one payment in one posting: each line of a transaction has as many numbers."""


def payment_entries(payment: PostedPayment, state: PaymentState) -> tuple[Entry, ...]:
    """Return a payment's posting: it debits the institution's clearing account, and credits merchant or suspense.

    A batch debit has a clearing account of its own: its money comes with the bank's file, not from a front end.

    Args:
        payment: the payment.
        state: APPROVED, or SUSPENSE if no bill can take the money; for a payment that is posted and reversed
            together, the state that it would have had without the reversal.
    """
    return _entries(payment, payment.serial_number, payment.business_date, state, 1)


def contra_entries(
    payment: PostedPayment,
    posting: str,
    on: BusinessDate,
    state: PaymentState,
) -> tuple[Entry, ...]:
    """Return the posting ``posting`` that reverses a payment in ``state`` on ``on``."""
    return _entries(payment, posting, on, state, -1)


def outside_entries(payment: PostedPayment) -> tuple[Entry, Entry]:
    """Return the posting of a payment at the merchant's office: the merchant has the money already."""
    return _moved(payment, payment.serial_number, payment.business_date, _outside(payment), _payable(payment))


def undone_outside_entries(payment: PostedPayment, posting: str, on: BusinessDate) -> tuple[Entry, Entry]:
    """Return the posting ``posting`` that reverses a payment at the merchant's office on ``on``."""
    return _moved(payment, posting, on, _payable(payment), _outside(payment))


def applied_entries(payment: PostedPayment, posting: str, on: BusinessDate) -> tuple[Entry, Entry]:
    """Return the posting ``posting`` that moves a payment from suspense to the merchant on ``on``."""
    return _moved(payment, posting, on, (Account.SUSPENSE, payment.institution), _payable(payment))


def _outside(payment: PostedPayment) -> tuple[Account, str]:
    return (Account.OUTSIDE, payment.merchant_id)


def _payable(payment: PostedPayment) -> tuple[Account, str]:
    return (Account.PAYABLE, payment.merchant_id)


def _moved(
    payment: PostedPayment,
    posting: str,
    on: BusinessDate,
    debited: tuple[Account, str],
    credited: tuple[Account, str],
    sign: int = 1,
) -> tuple[Entry, Entry]:
    serial, amount, currency = payment.serial_number, sign * payment.amount_minor, payment.currency
    entries = (
        Entry(
            posting=posting,
            line=1,
            payment_serial=serial,
            account=debited[0],
            owner=debited[1],
            amount_minor=amount,
            currency=currency,
            business_date=on,
        ),
        Entry(
            posting=posting,
            line=2,
            payment_serial=serial,
            account=credited[0],
            owner=credited[1],
            amount_minor=-amount,
            currency=currency,
            business_date=on,
        ),
    )
    return entries if payment.line == 1 else _renumbered(entries, payment.line)


def _renumbered(entries: tuple[Entry, Entry], line: int) -> tuple[Entry, Entry]:
    """Return the entries of a later line: their numbers follow those of the lines before it."""
    before = (line - 1) * ENTRIES_A_PAYMENT
    debit, credit = (replace(entry, line=before + entry.line, payment_line=line) for entry in entries)
    return debit, credit


def _entries(
    payment: PostedPayment,
    posting: str,
    on: BusinessDate,
    state: PaymentState,
    sign: int,
) -> tuple[Entry, ...]:
    batch = payment.tender is Tender.BATCH
    debited = (Account.BATCH_CLEARING if batch else Account.CLEARING, payment.institution)
    credited = (
        (Account.SUSPENSE, payment.institution) if state is PaymentState.SUSPENSE else _payable(payment)
    )
    entries = _moved(payment, posting, on, debited, credited, sign)
    return _with_fee(payment, entries, sign) if payment.payer_fee_minor else entries


def _with_fee(payment: PostedPayment, entries: tuple[Entry, Entry], sign: int) -> tuple[Entry, ...]:
    """Return the entries with the payer's fee on an account of its own: the merchant is owed the rest."""
    debit, credit = entries
    fee = sign * payment.payer_fee_minor
    own = replace(
        credit,
        line=credit.line + 1,
        account=Account.PAYER_FEE,
        owner=payment.institution,
        amount_minor=-fee,
    )
    return debit, replace(credit, amount_minor=credit.amount_minor + fee), own

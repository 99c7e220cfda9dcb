"""Which bills go into a debit batch, and why the others stay out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from offline_collect.domain.bills import Bill, Dues
from offline_collect.domain.debits.batches import RecordState
from offline_collect.domain.debits.mandates import Mandate, MandateRefusal, debit_refusal, has_limit
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.values import value


class LeftOut(StrEnum):
    """Why a bill that is due stays out of a batch."""

    NO_MANDATE = "NO_MANDATE"
    MANDATE_NOT_ACTIVE = "MANDATE_NOT_ACTIVE"
    MANDATE_NOT_BEGUN = "MANDATE_NOT_BEGUN"
    OVER_LIMIT = "OVER_LIMIT"
    OVER_CYCLE_LIMIT = "OVER_CYCLE_LIMIT"
    NO_ACCOUNT = "NO_ACCOUNT"
    DOES_NOT_FIT = "DOES_NOT_FIT"
    NOT_OPEN_YET = "NOT_OPEN_YET"
    EXPIRED = "EXPIRED"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    FAILED_BEFORE = "FAILED_BEFORE"
    NOT_AGAIN_YET = "NOT_AGAIN_YET"
    OLDER_BILL_OPEN = "OLDER_BILL_OPEN"
    BEING_PAID = "BEING_PAID"


_MANDATE = {
    MandateRefusal.WRONG_STATE: LeftOut.MANDATE_NOT_ACTIVE,
    MandateRefusal.NOT_BEGUN: LeftOut.MANDATE_NOT_BEGUN,
    MandateRefusal.OVER_LIMIT: LeftOut.OVER_LIMIT,
    MandateRefusal.OVER_CYCLE_LIMIT: LeftOut.OVER_CYCLE_LIMIT,
}

_FAILED = frozenset({RecordState.REFUSED, RecordState.RETURNED})


class Attempt(StrEnum):
    """Which bills a batch asks for, by what became of their last debit.

    FIRST takes those that no bank has refused. RETRY takes those that a bank has refused, once their day has come.
    ANY takes all: an operator knows why.
    """

    FIRST = "FIRST"
    RETRY = "RETRY"
    ANY = "ANY"


@value
class LastDebit:
    """What became of a bill's last record.

    Attributes:
        retry_on: the first day on which `debit retry` takes the bill; None if it may not.
    """

    state: RecordState
    retry_on: dt.date | None


@value
class Candidate:
    """A bill that may go into a batch.

    Attributes:
        has_account: whether its customer has an account and its holder's name.
        debited_minor: what earlier batches debit from the mandate in the cycle of the collection date.
        last: the bill's last debit; None if there was none.
    """

    bill: Bill
    mandate: Mandate
    has_account: bool
    debited_minor: int = 0
    last: LastDebit | None = None


class Selection:
    """Judges the bills of a batch, each customer's together and the oldest due first.

    Args:
        collect_on: the day on which the accounts are debited; late fees and mandates are as of this day.
        today: the open business day, on which the batch is made.
    """

    def __init__(self, merchant: Merchant, attempt: Attempt, collect_on: dt.date, today: dt.date) -> None:
        self._merchant = merchant
        self._attempt = attempt
        self._collect_on = collect_on
        self._today = today
        self._taken_minor: tuple[str, int] = ("", 0)
        self._left_customer: str | None = None
        self._boundless: Mandate | None = None

    def usual(
        self, bill: Bill, mandate: Mandate, last: LastDebit | None, *, has_account: bool
    ) -> Dues | None:
        """Return what :meth:`judge` does of most bills, which nothing keeps out, sooner; None if it has to tell."""
        if (
            last is not None
            or self._attempt is Attempt.RETRY
            or bill.open_from is not None
            or bill.expires_on is not None
            or bill.currency != self._merchant.currency
            or self._left_customer == bill.customer_no
            or not has_account
        ):
            return None
        if mandate is not self._boundless:
            if has_limit(mandate) or debit_refusal(mandate, 0, 0, self._collect_on) is not None:
                return None
            self._boundless = mandate
        return bill.dues(self._merchant.late_fee, self._collect_on)

    def judge(self, candidate: Candidate) -> Dues | LeftOut:
        """Return what a bill is debited for, or why it stays out; then call ``take`` or ``leave``."""
        bill = candidate.bill
        if bill.currency != self._merchant.currency:
            return LeftOut.OTHER_CURRENCY
        if not (bill.open_from is None or self._collect_on >= bill.open_from):
            return LeftOut.NOT_OPEN_YET
        if bill.expires_on is not None and self._collect_on > bill.expires_on:
            return LeftOut.EXPIRED
        refused = self._before(candidate.last)
        if refused is not None:
            return refused
        if not candidate.has_account:
            return LeftOut.NO_ACCOUNT
        return self._by_mandate(candidate)

    def _before(self, last: LastDebit | None) -> LeftOut | None:
        """Return why the bill's last debit keeps it out."""
        failed = last is not None and last.state in _FAILED
        if self._attempt is Attempt.ANY or (self._attempt is Attempt.FIRST and not failed):
            return None
        if self._attempt is Attempt.FIRST or last is None or not failed or last.retry_on is None:
            return LeftOut.FAILED_BEFORE
        return None if last.retry_on <= self._today else LeftOut.NOT_AGAIN_YET

    def _by_mandate(self, candidate: Candidate) -> Dues | LeftOut:
        bill = candidate.bill
        dues = bill.dues(self._merchant.late_fee, self._collect_on)
        reference, taken = self._taken_minor
        so_far = candidate.debited_minor + (taken if reference == candidate.mandate.reference else 0)
        refused = debit_refusal(candidate.mandate, dues.payable_minor, so_far, self._collect_on)
        if refused is not None:
            return _MANDATE[refused]
        if not self._merchant.amount_rule.any_order and self._left_customer == bill.customer_no:
            return LeftOut.OLDER_BILL_OPEN
        return dues

    def take(self, mandate: Mandate, dues: Dues) -> None:
        """Count a bill that goes into the batch."""
        reference, taken = self._taken_minor
        mine = mandate.reference
        self._taken_minor = (mine, dues.payable_minor + (taken if reference == mine else 0))

    def leave(self, customer_no: str, why: LeftOut) -> None:
        """Count a bill that stays out: a newer one of its customer may not be paid before it."""
        if why not in {LeftOut.NOT_OPEN_YET, LeftOut.EXPIRED}:
            self._left_customer = customer_no

"""domain.md's invariants as queries for their breaches; each finds nothing in an intact store.

Each query's first column names the faulty object (a serial number, a key, merchant and bill number). The
database sorts and groups; it returns only the breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, except_, func, literal, or_, select

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.ledger.ledger import TAKING
from offline_collect.domain.transactions import ON_BILL, PaymentState, ReversalOutcome, TransactionKind
from offline_collect.store.lane.serial_numbers import numbers_ahead
from offline_collect.store.schema.tables import (
    bills,
    entries,
    outbox,
    payments,
    reversals,
    traces,
    transactions,
)
from offline_collect.store.sql.visibility import BILLS, CUSTOMERS, in_effect
from offline_collect.store.verify import approvals, keys
from offline_collect.store.verify.manual_postings import (
    PARTS,
    applied_of_wrong_parts,
    ended_by_no_posting,
    not_where_it_belongs,
    outside_without_posting,
    parts_on_bills,
    postings_without_effect,
    same_line,
)
from offline_collect.store.verify.versions import (
    bills_without_customer,
    left_behind,
    replaced_what_is_gone,
    several_in_effect,
    superseded_for_nothing,
)


@dataclass(frozen=True, slots=True)
class Check:
    """A query that finds breaches.

    Attributes:
        invariant: its number in domain.md, Invariants.
        problem: the meaning of a row of the result.
    """

    invariant: int
    problem: str
    query: Select[Any]


_IN_FORCE = payments.c.state.in_([state.value for state in (*sorted(ON_BILL), PaymentState.SUSPENSE)])
_NEVER_STRAIGHT = [PaymentState.SUSPENSE.value, PaymentState.REFUNDED.value, PaymentState.APPLIED.value]
"""States that only a payment from suspense reaches: its own row has no parts."""

_APPLIED = reversals.c.outcome == ReversalOutcome.APPLIED.value
_NAMES_PAYMENT = and_(
    transactions.c.serial_number.is_not(None),
    transactions.c.kind != TransactionKind.REVERSAL.value,
)
_BILL = (bills.c.merchant_id + literal(" ") + bills.c.bill_no).label("bill")


def _unbalanced_postings() -> Select[Any]:
    total = func.sum(entries.c.amount_minor)
    return select(entries.c.posting).group_by(entries.c.posting, entries.c.currency).having(total != 0)


def _unbalanced_ledger() -> Select[Any]:
    total = func.sum(entries.c.amount_minor)
    return select(entries.c.currency).group_by(entries.c.currency).having(total != 0)


def _bills_not_as_paid() -> Select[Any]:
    counted = parts_on_bills().subquery("one")
    sums = (func.sum(counted.c[part]).label(part) for part in PARTS)
    bill = (counted.c.merchant_id, counted.c.bill_no)
    paid = select(*bill, *sums).group_by(*bill).subquery("paid")
    same_bill = and_(
        in_effect(bills), bills.c.merchant_id == paid.c.merchant_id, bills.c.bill_no == paid.c.bill_no
    )
    return (
        select(_BILL)
        .outerjoin_from(bills, paid, same_bill)
        .where(
            or_(
                bills.c.paid_principal_minor != func.coalesce(paid.c.principal_minor, 0),
                bills.c.paid_late_fee_minor != func.coalesce(paid.c.late_fee_minor, 0),
                bills.c.waived_late_fee_minor != func.coalesce(paid.c.waived_minor, 0),
            ),
        )
    )


def _payments_without_bill() -> Select[Any]:
    counted = parts_on_bills().subquery("one")
    gone = except_(
        select(counted.c.merchant_id, counted.c.bill_no),
        select(bills.c.merchant_id, bills.c.bill_no).where(in_effect(bills)),
    ).subquery("gone")
    same_bill = and_(gone.c.merchant_id == counted.c.merchant_id, gone.c.bill_no == counted.c.bill_no)
    return select(counted.c.serial_number).join_from(counted, gone, same_bill)


def _payments_of_wrong_parts() -> Select[Any]:
    parts = payments.c.principal_minor + payments.c.late_fee_minor + payments.c.payer_fee_minor
    late = payments.c.late_fee_minor + payments.c.waived_minor
    return select(payments.c.serial_number).where(
        or_(
            payments.c.principal_minor > payments.c.owed_principal_minor,
            late > payments.c.owed_late_fee_minor,
            and_(payments.c.state == PaymentState.APPROVED.value, parts != payments.c.amount_minor),
            and_(payments.c.state.in_(_NEVER_STRAIGHT), parts != 0),
        ),
    )


def _overpaid_bills() -> Select[Any]:
    return select(_BILL).where(
        or_(
            bills.c.paid_principal_minor > bills.c.amount_minor,
            bills.c.paid_principal_minor < 0,
            bills.c.paid_late_fee_minor < 0,
            bills.c.waived_late_fee_minor < 0,
        ),
    )


def _approved_for_nothing() -> Select[Any]:
    posts = transactions.c.kind.in_([TransactionKind.PAYMENT.value, TransactionKind.ADVICE.value])
    return select(transactions.c.key).where(
        posts,
        transactions.c.response_code == ResponseCode.APPROVED.value,
        transactions.c.serial_number.is_(None),
    )


def _transactions_without_payment() -> Select[Any]:
    return (
        select(transactions.c.key)
        .outerjoin_from(transactions, payments, payments.c.serial_number == transactions.c.serial_number)
        .where(_NAMES_PAYMENT, payments.c.serial_number.is_(None))
    )


def _payments_without_transaction() -> Select[Any]:
    own = and_(
        transactions.c.key == payments.c.key,
        transactions.c.serial_number == payments.c.serial_number,
    )
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, transactions, own)
        .where(transactions.c.key.is_(None))
    )


def _traces_of_nothing() -> Select[Any]:
    return (
        select(traces.c.key)
        .outerjoin_from(traces, transactions, transactions.c.key == traces.c.key)
        .where(transactions.c.key.is_(None))
    )


def _payments_not_as_posted() -> Select[Any]:
    """The institution of a payment owes its amount while the payment is in force, and nothing once it is undone."""
    cleared = (
        select(
            entries.c.payment_serial,
            entries.c.payment_line,
            func.sum(entries.c.amount_minor).label("amount"),
        )
        .where(entries.c.account.in_([account.value for account in TAKING]))
        .group_by(entries.c.payment_serial, entries.c.payment_line)
        .subquery("cleared")
    )
    amount = func.coalesce(cleared.c.amount, 0)
    due: ColumnElement[Any] = case((_IN_FORCE, payments.c.amount_minor), else_=0)
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, cleared, same_line(cleared))
        .where(or_(amount != due, cleared.c.payment_serial.is_(None)))
    )


def _entries_without_payment() -> Select[Any]:
    return (
        select(entries.c.posting)
        .outerjoin_from(entries, payments, same_line(entries))
        .where(payments.c.serial_number.is_(None))
    )


def _untold_payments() -> Select[Any]:
    # Found by its key: the outbox has no other index.
    told = outbox.c.notice_id == literal(f"{NoticeKind.PAID.value}:") + _payments_name()
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, outbox, told)
        .where(payments.c.notified == 1, outbox.c.notice_id.is_(None))
    )


def _payments_name() -> ColumnElement[str]:
    """Return what a payment is called (``PostedPayment.name``)."""
    serial, line = payments.c.serial_number, payments.c.line
    return case((line == 1, serial), else_=serial + literal("/") + cast(line, String(10)))


def _lines_that_differ() -> Select[Any]:
    """Payments whose lines are not 1 to n, or not of one key, day and customer."""
    same = (payments.c.key, payments.c.business_date, payments.c.merchant_id, payments.c.customer_no)
    return (
        select(payments.c.serial_number)
        .group_by(payments.c.serial_number)
        .having(
            or_(
                func.min(payments.c.line) != 1,
                func.max(payments.c.line) != func.count(),
                *(func.min(column) != func.max(column) for column in same),
            )
        )
    )


def _lines_of_wrong_sum() -> Select[Any]:
    total = func.sum(payments.c.amount_minor)
    return (
        select(payments.c.serial_number)
        .join_from(payments, transactions, transactions.c.key == payments.c.key)
        .group_by(payments.c.serial_number, transactions.c.amount_minor)
        .having(total != transactions.c.amount_minor)
    )


def _reversed_twice() -> Select[Any]:
    return (
        select(reversals.c.original_serial)
        .where(_APPLIED)
        .group_by(reversals.c.original_serial)
        .having(func.count() > 1)
    )


def _applied_to_payment_in_force() -> Select[Any]:
    original = payments.c.serial_number == reversals.c.original_serial
    in_force = payments.c.state != PaymentState.REVERSED.value
    return (
        select(reversals.c.serial_number)
        .outerjoin_from(reversals, payments, original)
        .where(_APPLIED, or_(payments.c.serial_number.is_(None), in_force))
    )


def _reversed_by_nobody() -> Select[Any]:
    by = and_(reversals.c.original_serial == payments.c.serial_number, _APPLIED)
    return (
        select(payments.c.serial_number)
        .outerjoin_from(payments, reversals, by)
        .where(
            payments.c.state == PaymentState.REVERSED.value,
            payments.c.in_totals == 1,
            reversals.c.serial_number.is_(None),
        )
    )


def _in_force_under_tombstone(same: ColumnElement[bool]) -> Select[Any]:
    return (
        select(transactions.c.key)
        .join_from(payments, transactions, same)
        .where(transactions.c.kind == TransactionKind.TOMBSTONE.value, _IN_FORCE)
    )


_PUT_BACK = (
    "is again as it was before this import, which is in force: an earlier import was undone under it;"
    " import the file of this one again"
)

CHECKS = (
    Check(1, "the entries of the posting do not sum to zero", _unbalanced_postings()),
    Check(1, "the ledger does not sum to zero in this currency", _unbalanced_ledger()),
    Check(2, "the bill's paid amounts are not those of its payments in force", _bills_not_as_paid()),
    Check(2, "the payment is in force on a bill that is not there", _payments_without_bill()),
    Check(2, "the payment's parts do not fit its amount or what was owed", _payments_of_wrong_parts()),
    Check(
        2, "what was applied to the bill does not fit its amount or what was owed", applied_of_wrong_parts()
    ),
    Check(2, "more is paid on the bill than it asks for, or less than nothing", _overpaid_bills()),
    Check(2, "more than one version of the bill is in effect", several_in_effect(BILLS)),
    Check(2, "more than one version of the customer is in effect", several_in_effect(CUSTOMERS)),
    Check(2, "the bill was replaced, but by no other version", superseded_for_nothing(BILLS)),
    Check(2, "the customer was replaced, but by no other version", superseded_for_nothing(CUSTOMERS)),
    Check(2, f"the bill {_PUT_BACK}", replaced_what_is_gone(BILLS)),
    Check(2, f"the customer {_PUT_BACK}", replaced_what_is_gone(CUSTOMERS)),
    Check(2, "the bill still depends on an import that is done with it", left_behind(BILLS)),
    Check(2, "the customer still depends on an import that is done with it", left_behind(CUSTOMERS)),
    Check(2, "the customer of bills is not there", bills_without_customer()),
    Check(
        3,
        "the payment's lines are not 1 to n, or of more than one key, business day or customer",
        _lines_that_differ(),
    ),
    Check(3, "the payment's lines do not make its transaction's amount", _lines_of_wrong_sum()),
    Check(3, "the request was approved, but names no payment", _approved_for_nothing()),
    Check(3, "the payment that the transaction names is not there", _transactions_without_payment()),
    Check(3, "the transaction that posted the payment is not there", _payments_without_transaction()),
    Check(3, "the transaction that a trace names is not there", _traces_of_nothing()),
    Check(3, "the payment's entries are not as its state asks", _payments_not_as_posted()),
    Check(3, "the posting belongs to a payment that does not exist", _entries_without_payment()),
    Check(3, "the payment's money is not in the account of its state", not_where_it_belongs()),
    Check(3, "the payment is refunded or applied, but by no posting", ended_by_no_posting()),
    Check(3, "the payment at the office, or its undoing, has no user's posting", outside_without_posting()),
    Check(3, "a manual posting has not had its effect on the payment", postings_without_effect()),
    Check(3, "the payment's notice is gone from the outbox", _untold_payments()),
    Check(
        3,
        "the counter of serial numbers is behind this one, and will give it out again:"
        " run offline-collect store restored",
        numbers_ahead(),
    ),
    Check(4, "the payment was reversed more than once", _reversed_twice()),
    Check(4, "the reversal was applied to a payment that is not reversed", _applied_to_payment_in_force()),
    Check(4, "the payment is reversed, but by no reversal", _reversed_by_nobody()),
    Check(
        4,
        "a payment is in force under a tombstoned key",
        _in_force_under_tombstone(transactions.c.key == payments.c.key),
    ),
    Check(
        4,
        "a tombstone names a payment in force",
        _in_force_under_tombstone(transactions.c.serial_number == payments.c.serial_number),
    ),
    *(Check(7, problem, query) for problem, query in approvals.queries().items()),
    *(Check(8, problem, query) for problem, query in keys.queries().items()),
)

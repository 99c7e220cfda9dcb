"""The invariants of batch debits: what is out, what became of it, and where its money is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, and_, cast, except_, func, literal, or_, select

from offline_collect.domain.bills import BillMark
from offline_collect.domain.commands import Tender
from offline_collect.domain.debits.batches import LIVE, BatchFormat, BatchState, RecordState
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.schema.debit_tables import debit_batches, debit_records
from offline_collect.store.schema.tables import bills, entries, payments

_own = debit_records.c
_RECORD = (_own.batch_no + literal("/") + cast(_own.sequence, String(20))).label("record")
_BILL = (bills.c.merchant_id + literal(" ") + bills.c.bill_no).label("bill")
_LIVE = [state.value for state in sorted(LIVE)]
_PAID = [RecordState.SETTLED.value, RecordState.RETURNED.value]
_IN_BATCH = bills.c.mark == BillMark.IN_BATCH.value


def bills_in_no_batch() -> Select[Any]:
    """Find bills that are IN_BATCH, although no record is out or locked for them."""
    return (
        select(_BILL)
        .outerjoin_from(bills, debit_records, _own.live_bill == bills.c.bill_id)
        .where(_IN_BATCH, _own.batch_no.is_(None))
    )


def records_without_bill() -> Select[Any]:
    """Find records that are out or locked whose bill is not IN_BATCH, and others that hold a bill."""
    same = and_(
        bills.c.bill_id == _own.live_bill,
        bills.c.merchant_id == _own.merchant_id,
        bills.c.bill_no == _own.bill_no,
        _IN_BATCH,
    )
    live = _own.state.in_(_LIVE)
    return (
        select(_RECORD)
        .outerjoin_from(debit_records, bills, same)
        .where(or_(and_(live, bills.c.bill_id.is_(None)), and_(~live, _own.live_bill.is_not(None))))
    )


def batches_of_wrong_sum() -> Select[Any]:
    """Find batches whose count or total is not that of their records."""
    count, total = func.count(), func.sum(_own.principal_minor + _own.late_fee_minor)
    sums = (
        select(_own.batch_no, count.label("records"), total.label("total"))
        .group_by(_own.batch_no)
        .subquery("sums")
    )
    return (
        select(debit_batches.c.batch_no)
        .outerjoin_from(debit_batches, sums, sums.c.batch_no == debit_batches.c.batch_no)
        .where(
            or_(
                debit_batches.c.record_count != func.coalesce(sums.c.records, 0),
                debit_batches.c.total_minor != func.coalesce(sums.c.total, 0),
            )
        )
    )


def records_unlike_their_batch() -> Select[Any]:
    """Find records in a state that their batch's does not lead to."""
    waiting = [BatchState.REGISTERED.value, BatchState.WRITTEN.value]
    out, cancelled = RecordState.OUT.value, RecordState.CANCELLED.value
    reported = debit_batches.c.format == BatchFormat.ISO20022.value
    fits = or_(
        and_(debit_batches.c.state.in_(waiting), _own.state == out),
        # Reports may end some records before the others.
        and_(debit_batches.c.state.in_(waiting), reported, _own.state != cancelled),
        and_(debit_batches.c.state == BatchState.CANCELLED.value, _own.state == cancelled),
        and_(debit_batches.c.state == BatchState.TAKEN.value, _own.state.not_in([out, cancelled])),
    )
    same = debit_batches.c.batch_no == _own.batch_no
    return select(_RECORD).join_from(debit_records, debit_batches, same).where(~fits)


def settled_without_payment() -> Select[Any]:
    """Find settled records whose payment is not there or has another amount, and others that name one."""
    same = and_(
        payments.c.serial_number == _own.payment_serial,
        payments.c.tender == Tender.BATCH.value,
        payments.c.amount_minor == _own.settled_minor,
        payments.c.merchant_id == _own.merchant_id,
    )
    paid = _own.state.in_(_PAID)
    return (
        select(_RECORD)
        .outerjoin_from(debit_records, payments, same)
        .where(
            or_(
                and_(paid, payments.c.serial_number.is_(None)),
                and_(~paid, _own.payment_serial.is_not(None)),
            )
        )
    )


def payments_of_no_record() -> Select[Any]:
    """Find payments by batch debit that no settled record has.

    There is no index of records by payment, so the two are not joined: PostgreSQL without statistics would compare each
    payment with all records.
    """
    settled = select(_own.payment_serial).where(_own.state.in_(_PAID), _own.payment_serial.is_not(None))
    by_debit = select(payments.c.serial_number).where(payments.c.tender == Tender.BATCH.value)
    unnamed = except_(by_debit, settled).subquery("unnamed")
    return select(unnamed.c.serial_number)


def returned_for_nothing() -> Select[Any]:
    """Find debits that came back whose payment is not reversed by their posting, and reversed ones that did not."""
    back = _own.state == RecordState.RETURNED.value
    reversed_by = and_(
        payments.c.state == PaymentState.REVERSED.value, payments.c.state_by == _own.return_serial
    )
    return (
        select(_RECORD)
        .join_from(debit_records, payments, payments.c.serial_number == _own.payment_serial)
        .where(
            or_(
                and_(back, or_(_own.return_serial.is_(None), ~reversed_by)),
                and_(~back, payments.c.state == PaymentState.REVERSED.value),
            )
        )
    )


def returned_without_entries() -> Select[Any]:
    """Find debits that came back without entries of that."""
    return (
        select(_RECORD)
        .outerjoin_from(debit_records, entries, entries.c.posting == _own.return_serial)
        .where(_own.return_serial.is_not(None), entries.c.posting.is_(None))
    )

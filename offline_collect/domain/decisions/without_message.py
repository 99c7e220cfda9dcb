"""The transaction of a payment that no message asked for: at an office, by batch debit, or found by reconciliation."""

from __future__ import annotations

from offline_collect.domain.answers import Answer
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.transactions import PostedPayment, Transaction, TransactionKind


def transaction_without_message(
    payment: PostedPayment, kind: TransactionKind, fingerprint: str, journal: str, context: Context
) -> Transaction:
    """Return the transaction, under the payment's key.

    Args:
        fingerprint: of the order that has led to the payment.
        journal: what is told instead of a message.
    """
    values = answer_values(payment.approval_code, payment.bill_no, payment.serial_number)
    return Transaction(
        key=payment.key,
        fingerprint=fingerprint,
        kind=kind,
        answer=Answer(ResponseCode.APPROVED, payment.business_date, values=values),
        business_date=payment.business_date,
        serial_number=payment.serial_number,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        institution=payment.institution,
        terminal=payment.terminal,
        received_at=context.now,
        journal=journal,
    )


def answer_values(approval_code: str, bill_no: str, serial_number: str) -> dict[str, str | int]:
    """Return what the answer of such a transaction says."""
    return {"approval_code": approval_code, "bill_no": bill_no, "serial_number": serial_number}

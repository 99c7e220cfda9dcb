"""The domain's invariants, checked on the rows of the store in memory."""

from collections import Counter
from collections.abc import Callable, Iterator

from offline_collect.domain.answers import from_document, to_document
from offline_collect.domain.codes import NOT_STORED
from offline_collect.domain.ledger.ledger import TAKING, Account
from offline_collect.domain.ledger.manual_postings import ManualPostingKind, as_it_counts
from offline_collect.domain.transactions import (
    ON_BILL,
    PaymentState,
    PostedPayment,
    TransactionKind,
    line_name,
)
from tests.fakes.memory_tables import Tables

_IN_FORCE = ON_BILL | {PaymentState.SUSPENSE}


def findings(tables: Tables) -> list[str]:
    """Return the violations, in words; empty if there are none."""
    checks = (_entries, _bills, _lines, _office, _answers, _notices, _reversals, _tombstones)
    return [finding for check in checks for finding in check(tables)]


def _entries(tables: Tables) -> Iterator[str]:
    """Every posting sums to zero, and a payment's clearing is its amount while it is in force, otherwise zero."""
    sums: Counter[tuple[str, str]] = Counter()
    clearing: Counter[str] = Counter()
    for entry in tables.entries.values():
        sums[entry.posting, entry.currency] += entry.amount_minor
        if entry.account in TAKING:
            clearing[line_name(entry.payment_serial, entry.payment_line)] += entry.amount_minor
    yield from (f"posting {posting} sums to {total}" for (posting, _), total in sums.items() if total)
    for payment in tables.payments.values():
        due = payment.amount_minor if payment.state in _IN_FORCE else 0
        if clearing[payment.name] != due:
            yield f"payment {payment.name}: {clearing[payment.name]} cleared, not {due}"


def _bills(tables: Tables) -> Iterator[str]:
    """A bill is paid exactly what its payments in force say, none of which was more than was owed."""
    paid: Counter[tuple[str, str, str]] = Counter()
    for payment in map(_counted(tables), tables.payments.values()):
        if payment.principal_minor > payment.owed_principal_minor:
            yield f"payment {payment.serial_number} took more principal than was owed"
        if payment.late_fee_minor + payment.waived_minor > payment.owed_late_fee_minor:
            yield f"payment {payment.serial_number} took more late fee than was owed"
        if payment.state in ON_BILL:
            bill = (payment.merchant_id, payment.bill_no)
            paid[*bill, "principal"] += payment.principal_minor
            paid[*bill, "late fee"] += payment.late_fee_minor
            paid[*bill, "waived"] += payment.waived_minor
    for key, row in tables.bills.items():
        says = {
            "principal": row.paid_principal_minor,
            "late fee": row.paid_late_fee_minor,
            "waived": row.waived_late_fee_minor,
        }
        yield from (
            f"bill {row.bill_no}: {part} {amount}, but its payments make {paid[*key, part]}"
            for part, amount in says.items()
            if amount != paid[*key, part]
        )
        if row.paid_principal_minor > row.amount_minor:
            yield f"bill {row.bill_no} is paid more than its amount"


def _lines(tables: Tables) -> Iterator[str]:
    """A payment's lines are 1 to n, of one key, day and customer, and sum to its transaction's amount."""
    for serial in {payment.serial_number for payment in tables.payments.values()}:
        lines = [tables.payments[name] for name in tables.lines(serial)]
        if [line.line for line in lines] != list(range(1, len(lines) + 1)):
            yield f"payment {serial}: its lines have a gap"
        if len({(line.key, line.business_date, line.merchant_id, line.approval_code) for line in lines}) > 1:
            yield f"payment {serial}: its lines differ"
        if len({line.customer_no for line in lines} - {None}) > 1:
            yield f"payment {serial}: its lines are of several customers"
        total = sum(line.amount_minor for line in lines)
        if total != tables.transactions[lines[0].key].amount_minor:
            yield f"payment {serial}: its lines make {total}"


def _counted(tables: Tables) -> Callable[[PostedPayment], PostedPayment]:
    """Return a payment as it counts on its bill."""

    def counted(payment: PostedPayment) -> PostedPayment:
        applied = tables.application(payment.name)
        if payment.state is not PaymentState.APPLIED or applied is None:
            return payment
        return as_it_counts(payment, applied)

    return counted


def _office(tables: Tables) -> Iterator[str]:
    """Money is in suspense, or is owed to the merchant, as its payment's state says, and a posting did it."""
    lies: Counter[tuple[str, Account]] = Counter()
    for entry in tables.entries.values():
        lies[line_name(entry.payment_serial, entry.payment_line), entry.account] -= entry.amount_minor
    ends = {
        PaymentState.REFUNDED: ManualPostingKind.REFUNDED,
        PaymentState.APPLIED: ManualPostingKind.APPLIED,
    }
    for payment in tables.payments.values():
        serial = payment.name
        suspended = payment.amount_minor if payment.state is PaymentState.SUSPENSE else 0
        owed = payment.amount_minor - payment.payer_fee_minor if payment.state in ON_BILL else 0
        fee = payment.payer_fee_minor if payment.state in ON_BILL else 0
        if lies[serial, Account.PAYER_FEE] != fee:
            yield f"payment {serial}: its fee is not where {payment.state} says"
        if lies[serial, Account.SUSPENSE] != suspended or lies[serial, Account.PAYABLE] != owed:
            yield f"payment {serial}: its money is not where {payment.state} says"
        if payment.state in ends and tables.office[payment.state_by].kind is not ends[payment.state]:
            yield f"payment {serial}: {payment.state} by another posting"


def _answers(tables: Tables) -> Iterator[str]:
    """Every approved payment has its payment; no answer is kept that may not be, or does not keep."""
    for row in tables.transactions.values():
        if row.answer.code in NOT_STORED:
            yield f"{row.key}: {row.answer.code} is kept"
        if from_document(to_document(row.answer)) != row.answer:
            yield f"{row.key}: its answer does not survive being stored"
        paying = row.kind in {TransactionKind.PAYMENT, TransactionKind.ADVICE}
        if paying and row.answer.approved != (row.serial_number in tables.payments):
            yield f"{row.key}: {row.answer.code}, but payment {row.serial_number}"


def _notices(tables: Tables) -> Iterator[str]:
    """If notices are on, each payment to a bill has a notice for its customer, and so has its reversal."""
    for payment in tables.payments.values():
        merchant = tables.merchants.get(payment.merchant_id)
        if merchant is None or not merchant.notices or payment.customer_no is None or not payment.in_totals:
            continue
        if "PAID" not in merchant.untold and f"PAID:{payment.name}" not in tables.notices:
            yield f"payment {payment.serial_number} was not told"
        if "REVERSED" in merchant.untold or payment.state is not PaymentState.REVERSED:
            continue
        if f"REVERSED:{line_name(payment.state_by, payment.line)}" not in tables.notices:
            yield f"the reversal of {payment.serial_number} was not told"


def _reversals(tables: Tables) -> Iterator[str]:
    """A payment that was reversed after it was posted has exactly one applied reversal, others none."""
    applied = Counter(
        row.original_serial for row in tables.reversals.values() if row.outcome.value == "APPLIED"
    )
    for payment in tables.payments.values():
        due = int(payment.state is PaymentState.REVERSED and payment.in_totals)
        if applied[payment.serial_number] != due:
            yield f"payment {payment.serial_number}: {applied[payment.serial_number]} reversals, not {due}"


def _tombstones(tables: Tables) -> Iterator[str]:
    """Nothing is in force under a tombstone, nor is anything posted under its key."""
    graves = {row.key for row in tables.transactions.values() if row.kind is TransactionKind.TOMBSTONE}
    named = {
        row.serial_number
        for row in tables.transactions.values()
        if row.key in graves and row.serial_number is not None
    }
    for payment in tables.payments.values():
        under = payment.key in graves or payment.serial_number in named
        if under and payment.state in _IN_FORCE:
            yield f"payment {payment.serial_number} is in force under a tombstone"

"""All checks of a store that are queries: each finds nothing in an intact store.

Each query's first column names the faulty object (a serial number, a key, merchant and bill number). The
database sorts and groups; it returns only the breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from offline_collect.store.lane.serial_numbers import numbers_ahead
from offline_collect.store.sql.visibility import BILLS, CUSTOMERS
from offline_collect.store.verify import (
    approvals,
    bills,
    debits,
    keys,
    ledger,
    mandates,
    payouts,
    reversals,
    settled_days,
    transactions,
    vouchers,
)
from offline_collect.store.verify.manual_postings import (
    applied_of_wrong_parts,
    ended_by_no_posting,
    not_where_it_belongs,
    outside_without_posting,
    postings_without_effect,
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
        invariant: its number, whose meaning `verify` prints.
        problem: the meaning of a row of the result.
    """

    invariant: int
    problem: str
    query: Select[Any]


_PUT_BACK = (
    "is again as it was before this import, which is in force: an earlier import was undone under it;"
    " import the file of this one again"
)

CHECKS = (
    Check(1, "the entries of the posting do not sum to zero", ledger.unbalanced_postings()),
    Check(1, "the ledger does not sum to zero in this currency", ledger.unbalanced_ledger()),
    Check(2, "the bill's paid amounts are not those of its payments in force", bills.bills_not_as_paid()),
    Check(2, "the payment is in force on a bill that is not there", bills.payments_without_bill()),
    Check(2, "the payment's parts do not fit its amount or what was owed", bills.payments_of_wrong_parts()),
    Check(
        2, "what was applied to the bill does not fit its amount or what was owed", applied_of_wrong_parts()
    ),
    Check(2, "more is paid on the bill than it asks for, or less than nothing", bills.overpaid_bills()),
    Check(2, "more than one version of the bill is in effect", several_in_effect(BILLS)),
    Check(2, "more than one version of the customer is in effect", several_in_effect(CUSTOMERS)),
    Check(2, "the bill was replaced, but by no other version", superseded_for_nothing(BILLS)),
    Check(2, "the customer was replaced, but by no other version", superseded_for_nothing(CUSTOMERS)),
    Check(2, f"the bill {_PUT_BACK}", replaced_what_is_gone(BILLS)),
    Check(2, f"the customer {_PUT_BACK}", replaced_what_is_gone(CUSTOMERS)),
    Check(2, "the bill still depends on an import that is done with it", left_behind(BILLS)),
    Check(2, "the customer still depends on an import that is done with it", left_behind(CUSTOMERS)),
    Check(2, "the customer of bills is not there", bills_without_customer()),
    Check(2, "the bill is IN_BATCH, but in no batch", debits.bills_in_no_batch()),
    Check(2, "the debit is out, but its bill is not IN_BATCH", debits.records_without_bill()),
    Check(3, "the batch's count or total is not that of its debits", debits.batches_of_wrong_sum()),
    Check(
        3, "the debit is in a state that its batch's does not lead to", debits.records_unlike_their_batch()
    ),
    Check(3, "the settled debit has no payment of its amount", debits.settled_without_payment()),
    Check(3, "the payment by batch debit is of no settled debit", debits.payments_of_no_record()),
    Check(4, "the debit came back, but its payment is not reversed by that", debits.returned_for_nothing()),
    Check(4, "the debit came back, but without entries", debits.returned_without_entries()),
    Check(
        3,
        "the payment's lines are not 1 to n, or of more than one key, business day or customer",
        transactions.lines_that_differ(),
    ),
    Check(3, "the payment's lines do not make its transaction's amount", transactions.lines_of_wrong_sum()),
    Check(3, "the request was approved, but names no payment", transactions.approved_for_nothing()),
    Check(
        3, "the payment that the transaction names is not there", transactions.transactions_without_payment()
    ),
    Check(
        3, "the transaction that posted the payment is not there", transactions.payments_without_transaction()
    ),
    Check(3, "the transaction that a trace names is not there", transactions.traces_of_nothing()),
    Check(3, "the payment's entries are not as its state asks", ledger.payments_not_as_posted()),
    Check(3, "the posting belongs to a payment that does not exist", ledger.entries_without_payment()),
    Check(3, "the payment's money is not in the account of its state", not_where_it_belongs()),
    Check(3, "the payment is refunded or applied, but by no posting", ended_by_no_posting()),
    Check(3, "the payment at the office, or its undoing, has no user's posting", outside_without_posting()),
    Check(3, "a manual posting has not had its effect on the payment", postings_without_effect()),
    Check(3, "the payment's notice is gone", transactions.untold_payments()),
    Check(
        3,
        "the counter of serial numbers is behind this one, and will give it out again:"
        " run offline-collect store restored",
        numbers_ahead(),
    ),
    Check(4, "the payment was reversed more than once", reversals.reversed_twice()),
    Check(
        4,
        "the reversal was applied to a payment that is not reversed",
        reversals.applied_to_payment_in_force(),
    ),
    Check(4, "the payment is reversed, but by no reversal", reversals.reversed_by_nobody()),
    Check(4, "a payment is in force under a tombstoned key", reversals.in_force_under_tombstone()),
    Check(4, "a tombstone names a payment in force", reversals.tombstones_of_payments()),
    Check(3, "the item of reconciliation was resolved by no posting", settled_days.items_without_posting()),
    Check(5, "the entries of the settled day have changed", settled_days.changed_days()),
    Check(
        5,
        "the day is settled without its sums, or has them without being settled",
        settled_days.unsealed_days(),
    ),
    Check(5, "the merchant's sums of a settled day are not the ledger's", settled_days.unlike_settlements()),
    Check(
        5,
        "the voucher of the settled day differs from the entries of this account",
        vouchers.unlike_entries(),
    ),
    Check(5, "the voucher's debits are not its credits", vouchers.unbalanced()),
    *(Check(invariant, problem, query) for (invariant, problem), query in payouts.queries().items()),
    *(Check(7, problem, query) for problem, query in approvals.queries().items()),
    *(Check(8, problem, query) for problem, query in keys.queries().items()),
    *(Check(9, problem, query) for problem, query in mandates.queries().items()),
)

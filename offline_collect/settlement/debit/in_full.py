"""Finds the results of a chunk that pay their bills in full, and what differs among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.bills import Dues
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.batches import Batch
from offline_collect.domain.debits.in_full import Debited, InFull
from offline_collect.domain.debits.results import journal_of, order_of, payment_key
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.without_message import answer_values
from offline_collect.settlement.debit.result_match import MatchedInOrder
from offline_collect.store.debits.in_full import DebitedBills, PaidInFull


@dataclass(slots=True)
class FoundInFull:
    """Results of a chunk.

    Attributes:
        places: of those that pay their bills in full.
        bills: of these, before.
        fee_bases: the bases of their late fees afterwards.
        others: places of the other results.
    """

    places: list[int] = field(default_factory=list)
    bills: list[Debited] = field(default_factory=list)
    fee_bases: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


def find_in_full(found: MatchedInOrder, there: DebitedBills, rule: InFull) -> FoundInFull:
    """Look which results pay their bills in full."""
    chosen = FoundInFull()
    for place, (record, code, settled) in enumerate(
        zip(found.records, found.codes, found.values["settled_amount"], strict=True)
    ):
        bill = there.debited(record.bill_no)
        base = None
        if bill is not None:
            base = rule.fee_base(bill, code, settled, Dues(record.principal_minor, record.late_fee_minor))
        if bill is None or base is None:
            chosen.others.append(place)
        else:
            chosen.places.append(place)
            chosen.bills.append(bill)
            chosen.fee_bases.append(base)
    return chosen


def paid_in_full(
    batch: Batch, found: MatchedInOrder, chosen: FoundInFull, contexts: Sequence[Context], day: BusinessDate
) -> PaidInFull:
    """Return what differs among the results that pay their bills in full.

    Args:
        contexts: of their decisions.
        day: the open one.
    """

    def picked(name: str) -> list[Any]:
        column = found.values[name]
        return [column[place] for place in chosen.places]

    sequences, bill_nos, amounts = picked("sequence"), picked("bill_no"), picked("settled_amount")
    return_codes, core_serials = picked("return_code"), picked("core_serial")
    serials = [context.serial(day) for context in contexts]
    approval_codes = [context.approval_code() for context in contexts]
    merchant_id, batch_no = batch.merchant_id, batch.batch_no
    return PaidInFull(
        sequences=sequences,
        bills=chosen.bills,
        bill_nos=bill_nos,
        customer_nos=[found.records[place].customer_no for place in chosen.places],
        amounts=amounts,
        fee_bases=chosen.fee_bases,
        serial_numbers=serials,
        keys=[payment_key(batch_no, sequence) for sequence in sequences],
        approval_codes=approval_codes,
        fingerprints=[
            order_of(amount, merchant_id, bill_no) for amount, bill_no in zip(amounts, bill_nos, strict=True)
        ],
        values=list(map(answer_values, approval_codes, bill_nos, serials)),
        journals=list(map(journal_of, return_codes, core_serials)),
        return_codes=return_codes,
        core_serials=core_serials,
        reasons=picked("reason"),
    )

"""Chooses the bills of a debit batch, page by page, and makes their records; each that stays out is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field

from offline_collect.domain.bills import Bill, Dues
from offline_collect.domain.debits.selection import Candidate, LastDebit, LeftOut, Selection
from offline_collect.settlement.debit.out_file import remark_of
from offline_collect.settlement.debit.out_formats import UNFIT, OutFormat
from offline_collect.store.debits.candidates import Payer, debited_in_cycle
from offline_collect.store.debits.due_bills import DuePage
from offline_collect.store.debits.records import NewRecord, OutRecord

SHOWN_MAX = 20
"""Bills of a class that a result names; all are counted."""


@dataclass(slots=True)
class LeftOutBills:
    """Bills that are due and stay out, by the reason.

    Attributes:
        counts: of all.
        named: the first numbers of each class, with what does not fit where something does not.
    """

    counts: dict[LeftOut, int] = field(default_factory=dict)
    named: dict[LeftOut, list[str]] = field(default_factory=dict)

    def add(self, why: LeftOut, bill_no: str, detail: str = "") -> None:
        """Count a bill."""
        self.counts[why] = self.counts.get(why, 0) + 1
        named = self.named.setdefault(why, [])
        if len(named) < SHOWN_MAX:
            named.append(f"{bill_no}: {detail}" if detail else bill_no)


@dataclass(frozen=True, slots=True)
class DueBills:
    """Some bills of a merchant that are due.

    Attributes:
        payers: by customer number; those without a mandate are missing.
        last: what became of the last debit, by bill number.
        debited: what earlier batches debit from mandates with a cycle, by collection date.
    """

    merchant_id: str
    page: DuePage
    payers: Mapping[str, Payer]
    last: Mapping[str, LastDebit]
    debited: Mapping[str, list[tuple[dt.date, int]]]


class BatchChoice:
    """The choice of a batch's bills.

    Attributes:
        left_out: bills that are due and stay out.
        count: of records so far.
        total_minor: their sum.
    """

    def __init__(self, selection: Selection, out: OutFormat, collect_on: dt.date) -> None:
        self._selection = selection
        self._out = out
        self._collect_on = collect_on
        self.left_out = LeftOutBills()
        self.count = 0
        self.total_minor = 0

    def of_page(self, due: DueBills) -> list[NewRecord]:
        """Return the records of those that can be debited."""
        tried = self._try(due, checked=False)
        if not self._out.all_fit([each.out for each in tried.records]):
            tried = self._try(due, checked=True)
        self._selection = tried.selection
        for left in tried.left:
            self.left_out.add(*left)
        self.count += len(tried.records)
        self.total_minor += sum(each.out.amount_minor for each in tried.records)
        return tried.records

    def _try(self, due: DueBills, *, checked: bool) -> _PageChoice:
        tried = _PageChoice(
            copy(self._selection), self._out if checked else None, self._collect_on, self.count
        )
        tried.choose(due)
        return tried


class _PageChoice:
    """The choice of a page's bills.

    Args:
        out: checks each record; None if they are checked together afterwards.
        before: how many records the batch has already.

    Attributes:
        left: bills that stay out: why, their numbers, and what does not fit.
    """

    def __init__(self, selection: Selection, out: OutFormat | None, collect_on: dt.date, before: int) -> None:
        self.selection = selection
        self.records: list[NewRecord] = []
        self.left: list[tuple[LeftOut, str, str]] = []
        self._out = out
        self._collect_on = collect_on
        self._before = before

    def choose(self, due: DueBills) -> None:
        usual = self.selection.usual
        for bill_no, payer, bill in self._payable(due):
            if bill is None:
                self._leave(bill_no, payer.customer_no, LeftOut.BEING_PAID)
            elif bill.mark is None and (bill.outstanding_minor or bill.late_fee_left_minor):
                has_account = payer.debit_account is not None
                asked = usual(bill, payer.mandate, due.last.get(bill_no), has_account=has_account)
                if asked is None:
                    self._judge(payer, self._candidate(payer, bill, due))
                else:
                    self._take(payer, bill, asked)

    def _candidate(self, payer: Payer, bill: Bill, due: DueBills) -> Candidate:
        return Candidate(
            bill=bill,
            mandate=payer.mandate,
            has_account=payer.debit_account is not None,
            debited_minor=debited_in_cycle(payer.mandate, due.debited, self._collect_on),
            last=due.last.get(bill.bill_no),
        )

    def _payable(self, due: DueBills) -> Iterator[tuple[str, Payer, Bill | None]]:
        """Yield the bills whose payers have a mandate; without the bill if somebody pays it, or it is gone."""
        page = due.page
        merchant_id = due.merchant_id
        for customer_no, _, bill_no in page.places:
            payer = due.payers.get(customer_no)
            if payer is None:
                self.left.append((LeftOut.NO_MANDATE, bill_no, ""))
                continue
            key = (merchant_id, bill_no)
            yield bill_no, payer, None if key in page.held else page.locked.get(key)

    def _judge(self, payer: Payer, candidate: Candidate) -> None:
        bill = candidate.bill
        asked = self.selection.judge(candidate)
        if isinstance(asked, LeftOut):
            self._leave(bill.bill_no, bill.customer_no, asked)
        else:
            self._take(payer, bill, asked)

    def _take(self, payer: Payer, bill: Bill, asked: Dues) -> None:
        out = self._record(payer, bill, asked)
        if self._out is not None:
            try:
                self._out.check_record(out)
            except UNFIT as error:
                self._leave(bill.bill_no, bill.customer_no, LeftOut.DOES_NOT_FIT, str(error.reason))
                return
        self.selection.take(payer.mandate, asked)
        self.records.append(NewRecord(out, bill, asked))

    def _record(self, payer: Payer, bill: Bill, asked: Dues) -> OutRecord:
        assert payer.debit_account is not None, "it was judged"
        return OutRecord(
            sequence=self._before + len(self.records) + 1,
            debit_account=payer.debit_account,
            debit_bank=payer.debit_bank,
            account_name=payer.holder,
            amount_minor=asked.payable_minor,
            bill_no=bill.bill_no,
            customer_no=bill.customer_no,
            mandate_ref=payer.mandate.reference,
            mandate_date=payer.mandate.signed_on,
            remark=remark_of(bill),
        )

    def _leave(self, bill_no: str, customer_no: str, why: LeftOut, detail: str = "") -> None:
        self.selection.leave(customer_no, why)
        self.left.append((why, bill_no, detail))

"""Makes the runs of a day that is being settled, in its transaction: a run for each bank and currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.calendar import EVERY_DAY, BusinessCalendar
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.reconciliation.settlement import MerchantDay
from offline_collect.domain.settlement.entries import Books, SettlementEntry, fee_entries, payout_entries
from offline_collect.domain.settlement.payouts import (
    LeftOut,
    Line,
    Payout,
    PayoutAccount,
    PayoutKind,
    Run,
    due_of,
    plan_payouts,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.fixed_width.write import line as fixed_line
from offline_collect.settlement.payouts.fit import account_of, misfit
from offline_collect.settlement.payouts.left_out import keep_items
from offline_collect.settlement.payouts.out_file import header_values
from offline_collect.store import StoreTransaction, append_audit
from offline_collect.store.backoffice.lapsed_requests import lapse_about
from offline_collect.store.reconciliation.files import neighbours
from offline_collect.store.settlement.dues import (
    MERCHANTS_AT_ONCE,
    Creditor,
    creditors,
    mark_dues,
    open_dues,
    put_dues,
    put_entries,
)
from offline_collect.store.settlement.numbers import next_run_no, take_posting_numbers
from offline_collect.store.settlement.payouts import add_payouts, replace_payouts, waiting_payouts
from offline_collect.store.settlement.runs import add_run, set_run

NAMED_MAX = 20
"""Merchants that the audit trail names as left out."""

_CHINESE = ("\u3400", "\u9fff")


@dataclass(frozen=True, slots=True)
class PayoutTerms:
    """What runs depend on beside the merchants' terms.

    Attributes:
        layout: of the file, in which payouts must fit; None if that does not matter.
        bank_numbers: banks in their files, by organisation; an organisation without one is named by its id.
    """

    calendar: BusinessCalendar = EVERY_DAY
    layout: FixedLayout | None = None
    bank_numbers: Mapping[str, str] = field(default_factory=dict)


def settle_dues(
    tx: StoreTransaction, day: BusinessDate, sums: Sequence[MerchantDay], terms: PayoutTerms, acting: Acting
) -> tuple[LeftOut, ...]:
    """Post the fees of a day that is being settled, and make the runs that pay what is ripe.

    Args:
        sums: of the day's merchants.
        acting: who settles it, and when.

    Returns:
        the payouts that do not fit their file, so that no run has them.

    Raises:
        ReconciliationError: a bank's number does not fit its file.
    """
    for first in range(0, len(sums), MERCHANTS_AT_ONCE):
        _owe(tx, day, sums[first : first + MERCHANTS_AT_ONCE])
    return _Runs(tx, day, terms, acting).make()


Acting = tuple[Actor, dt.datetime]
"""Who does it, and when."""


def _owe(tx: StoreTransaction, day: BusinessDate, sums: Sequence[MerchantDay]) -> None:
    """Store what a day owes merchants, and post its fees."""
    known = creditors(tx, [each.merchant_id for each in sums])
    dues = [
        (known[each.merchant_id], due_of(each, day, known[each.merchant_id].merchant.settlement))
        for each in sums
    ]
    put_dues(tx, dues)
    numbers = take_posting_numbers(tx, day, len(sums))
    entries: list[SettlementEntry] = []
    for own, (creditor, due), number in zip(sums, dues, numbers, strict=True):
        if own.fees_minor:
            entries += fee_entries(number, _books(creditor, day), due, own.fees_minor)
    put_entries(tx, entries)


def _books(creditor: Creditor, day: BusinessDate) -> Books:
    return Books(creditor.merchant.merchant_id, creditor.bank, creditor.merchant.currency, day)


class _Runs:
    """The making of a day's runs."""

    def __init__(self, tx: StoreTransaction, day: BusinessDate, terms: PayoutTerms, acting: Acting) -> None:
        self._tx = tx
        self._day = day
        self._terms = terms
        self._actor, self._now = acting
        following = neighbours(tx, day)[1]
        self._month_ends = following is not None and following.month != day.month
        self._runs: dict[tuple[str, str], Run] = {}
        self._numbers: Iterator[str] = iter(())
        self._left_out: list[LeftOut] = []
        self._paid: set[str] = set()
        self._payouts: list[Payout] = []
        self._entries: list[SettlementEntry] = []
        self._lines: list[tuple[str, Line, str, int]] = []

    def make(self) -> tuple[LeftOut, ...]:
        self._pay_again()
        after: str | None = None
        while page := open_dues(self._tx, after):
            after = page[-1][0]
            known = creditors(self._tx, [merchant_id for merchant_id, _ in page])
            self._numbers = take_posting_numbers(self._tx, self._day, len(page) * len(PayoutKind))
            for merchant_id, dues in page:
                creditor = known[merchant_id]
                settlement = creditor.merchant.settlement
                for line in plan_payouts(
                    settlement, dues, self._day, self._terms.calendar, month_ends=self._month_ends
                ):
                    self._pay(creditor, line)
            self._write()
        for run in self._runs.values():
            set_run(self._tx, run.run_no, {"payout_count": run.payout_count, "total_minor": run.total_minor})
            self._audit(run)
        keep_items(self._tx, self._day, self._left_out, self._paid, (self._actor, self._now))
        return tuple(self._left_out)

    def _pay_again(self) -> None:
        """Pay what has failed before and waits for this run."""
        waiting = waiting_payouts(self._tx)
        self._numbers = take_posting_numbers(self._tx, self._day, len(waiting))
        known = creditors(self._tx, sorted({failed.merchant_id for failed in waiting}))
        replaced = []
        for failed in waiting:
            creditor = known[failed.merchant_id]
            account = failed.retry or account_of(creditor.merchant, self._day)
            again = (failed.run_no, failed.sequence)
            if self._add(creditor, failed.kind, failed.amount_minor, account, failed.remark, again):
                replaced.append(failed)
        self._write()
        replace_payouts(self._tx, replaced)
        for failed in replaced:
            reason = f"a run of business day {self._day} pays it"
            acting = (self._actor, self._now)
            lapse_about(self._tx, DualAction.SETTLE_RETRY, failed.reference, reason, acting)

    def _pay(self, creditor: Creditor, line: Line) -> None:
        account = account_of(creditor.merchant, self._day)
        remark = _remark(creditor.merchant, line)
        payout = self._add(creditor, line.kind, line.amount_minor, account, remark, None)
        if payout is not None:
            self._lines.append((payout.merchant_id, line, payout.run_no, payout.sequence))

    def _add(
        self,
        creditor: Creditor,
        kind: PayoutKind,
        amount_minor: int,
        account: PayoutAccount,
        remark: str | None,
        again: tuple[str, int] | None,
    ) -> Payout | None:
        """Add a payout to its run; None if it does not fit the file, so that its money is carried over."""
        key = creditor.bank, creditor.merchant.currency
        run = self._runs.get(key) or self._first_run(*key)
        payout = Payout(
            run_no=run.run_no,
            sequence=run.payout_count + 1,
            merchant_id=creditor.merchant.merchant_id,
            kind=kind,
            amount_minor=amount_minor,
            account=account,
            remark=remark,
            posting=next(self._numbers),
            again=again,
        )
        why = None if self._terms.layout is None else misfit(self._terms.layout, payout)
        if why is not None:
            left = LeftOut(payout.merchant_id, run.bank_number, run.currency, amount_minor, why)
            self._left_out.append(left)
            return None
        if key not in self._runs:
            run = replace(run, run_no=next_run_no(self._tx, self._day))
            add_run(self._tx, run, self._actor.name, self._now)
            payout = replace(payout, run_no=run.run_no)
        self._runs[key] = replace(
            run, payout_count=run.payout_count + 1, total_minor=run.total_minor + abs(amount_minor)
        )
        self._payouts.append(payout)
        self._paid.add(payout.merchant_id)
        self._entries += payout_entries(payout.posting, _books(creditor, self._day), kind, amount_minor)
        return payout

    def _first_run(self, bank: str, currency: str) -> Run:
        """Return a run before it has a payout, and a number of its own."""
        run = Run(
            run_no=f"S{self._day.compact}000000",
            organisation_id=bank,
            bank_number=self._terms.bank_numbers.get(bank, bank),
            business_date=self._day,
            currency=currency,
            payout_count=0,
            total_minor=0,
        )
        if self._terms.layout is not None:
            try:
                fixed_line(self._terms.layout.header, header_values(run))
            except FixedFieldError as error:
                raise ReconciliationError(
                    Phrase(
                        "the header of the run of {bank} cannot be written: {reason}; name the bank's number"
                        " in its files: settlement.banks in the configuration",
                        bank=bank,
                        reason=error.reason,
                    )
                ) from None
        return run

    def _write(self) -> None:
        add_payouts(self._tx, self._payouts)
        put_entries(self._tx, self._entries)
        mark_dues(self._tx, self._lines)
        self._payouts, self._entries, self._lines = [], [], []

    def _audit(self, run: Run) -> None:
        after = {
            "state": run.state.value,
            "bank": run.organisation_id,
            "business_date": str(run.business_date),
            "payouts": run.payout_count,
            "total_minor": run.total_minor,
            "left_out": len(self._left_out),
            "left_out_first": [each.merchant_id for each in self._left_out[:NAMED_MAX]],
        }
        subject = Subject(SubjectType.PAYOUT_RUN, run.run_no)
        append_audit(self._tx, self._actor, "day settle", subject, None, after, self._now)


def _remark(merchant: Merchant, line: Line) -> str:
    """Return what the merchant reads on its bank statement, in the language of its name."""
    chinese = any(_CHINESE[0] <= character <= _CHINESE[1] for character in merchant.name)
    first, last = line.days[0], line.days[-1]
    if line.kind is PayoutKind.FEES:
        what = "手续费" if chinese else "Fees"
    else:
        what = "结算款" if chinese else "Settlement"
    return f"{what} {first}" if first == last else f"{what} {first} - {last}"

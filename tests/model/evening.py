"""The end of the day in a store under test: batch debits, reconciliation and settlement, as users order them."""

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from offline_collect.app.config.schemas import Schemas
from offline_collect.domain.access.roles import Role
from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.in_doubt import BankSays
from offline_collect.domain.debits.selection import Attempt
from offline_collect.domain.errors import BankFileError, DebitError, PostingError, ReconciliationError
from offline_collect.domain.reconciliation.classes import FollowUp
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.files.fixed_width.read import read_fixed_width
from offline_collect.files.fixed_width.write import FixedWidthWriter
from offline_collect.merchant.access.approvals import approve
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.postings.debits_in_doubt import DoubtOrder, resolve_debit
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.settlement.debit.cancel import cancel_batch
from offline_collect.settlement.debit.export import DebitOrder, export_batch
from offline_collect.settlement.debit.ingest import ingest_result
from offline_collect.settlement.debit.return_match import fixed_returns
from offline_collect.settlement.debit.returns import ingest_returns
from offline_collect.settlement.debit.write_file import write_batch
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day
from offline_collect.settlement.reconciliation.ingest import DayFileOrder, ingest_day_file
from offline_collect.store import (
    AlreadyExistsError,
    BillRecord,
    SqlStore,
    get_customer,
    put_bills,
    put_customers,
)
from offline_collect.store.reconciliation.items import find_items
from offline_collect.store.schema.reconciliation_tables import settlements
from offline_collect.store.schema.tables import bills
from tests.model.debits import BANK, Made
from tests.model.reconciling import REVERSAL, Row
from tests.model.world import INSTITUTIONS
from tests.support.actors import person, user

FOLDER = TemporaryDirectory(prefix="oc-model-evening-")
_NUMBERS = itertools.count(1)
OPERATOR = user("olga", Role.OPERATOR)
MAKER, CHECKER = person("ann", Role.OPERATOR), person("li.na", Role.CHECKER)

Answered = tuple[str, int]
"""A return code and the settled amount."""


class Evening:
    """An operator, a second person where money moves by hand, and the bank and front ends at the other end.

    Args:
        now: returns the time.
    """

    def __init__(self, store: SqlStore, now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._now = now

    def export(self, merchant_id: str, attempt: str, due_by: dt.date | None) -> tuple[Made, str]:
        """Make a batch and write its file; return what is in it, and its number."""
        order = DebitOrder(merchant_id, BANK, Attempt(attempt), OPERATOR, due_by)
        try:
            done = export_batch(self._store, order, layouts()["debit-out"], self._now())
        except DebitError:
            return Made("REFUSED"), ""
        left_out = {why.value: count for why, count in done.left_out.counts.items()}
        if done.batch is None:
            return Made("NOTHING", [], left_out), ""
        _, details = read_file(self.write(done.batch.batch_no), "debit-out")
        bills = [(str(each["bill_no"]), int(each["amount"])) for each in details]
        return Made("MADE", bills, left_out), done.batch.batch_no

    def write(self, batch_no: str) -> Path:
        """Write a batch's file, which must always have the same bytes."""
        path = Path(FOLDER.name) / f"debit-out-{batch_no}.dat"
        before = path.read_bytes() if path.exists() else None
        layout = layouts()["debit-out"]
        written = write_batch(self._store, batch_no, path.parent, layout, OPERATOR, self._now())
        assert before in {None, written.path.read_bytes()}, f"{path} has other bytes now"
        return written.path

    def forget_files(self) -> None:
        """Begin a game: batches of another one have the same numbers."""
        for path in Path(FOLDER.name).iterdir():
            path.unlink()

    def cancel(self, batch_no: str) -> str:
        """Cancel a batch."""
        try:
            cancel_batch(self._store, batch_no, OPERATOR, self._now())
        except DebitError:
            return "REFUSED"
        return "CANCELLED"

    def answer(self, batch_no: str, codes: Sequence[Answered], wrong: str = "") -> str:
        """Take the bank's result of a batch; ``wrong`` says what is wrong with it."""
        header, details = read_file(Path(FOLDER.name) / f"debit-out-{batch_no}.dat", "debit-out")
        answered = [
            {key: each[key] for key in ("sequence", "bill_no", "amount")}
            | {"return_code": code, "settled_amount": settled}
            for each, (code, settled) in zip(details, codes, strict=True)
        ]
        if wrong == "amount":
            answered[-1]["amount"] += 1
        elif wrong == "missing":
            answered.pop()
        elif wrong == "twice":
            answered.append(answered[0])
        sums = {
            "count": len(answered),
            "settled_count": sum(each["settled_amount"] > 0 for each in answered),
            "settled_total": sum(each["settled_amount"] for each in answered),
        }
        path = file_of("debit-result", {**header, **sums}, answered)
        if wrong == "digest":
            raw = bytearray(path.read_bytes())
            raw[-2] = ord("0") if raw[-2] != ord("0") else ord("1")
            path.write_bytes(raw)
        acting = (OPERATOR, self._now())
        try:
            ingest_result(self._store, path, layouts()["debit-result"], Schemas().return_codes(), acting)
        except BankFileError:
            return "REFUSED"
        return "TAKEN"

    def come_back(self, file_no: str, records: Sequence[tuple[str, int, str, int]], code: str) -> str:
        """Take a bank's file of debits that came back: batch, sequence, bill and amount of each."""
        details = [
            {
                "sequence": place,
                "batch_no": batch_no,
                "batch_sequence": sequence,
                "bill_no": bill_no,
                "amount": amount,
                "return_code": code,
            }
            for place, (batch_no, sequence, bill_no, amount) in enumerate(records, 1)
        ]
        header = {"institution": BANK, "date": self._now().date(), "file_no": file_no, "currency": "156"}
        sums = {"count": len(details), "total": sum(amount for *_, amount in records)}
        path = file_of("debit-return", {**header, **sums}, details)
        read = fixed_returns(layouts()["debit-return"], Schemas().return_codes())
        try:
            ingest_returns(self._store, path, read, (OPERATOR, self._now()))
        except BankFileError:
            return "REFUSED"
        return "RETURNED"

    def resolve_debit(self, batch_no: str, sequence: int, settled: int | None) -> str:
        """Say what the bank has said about a debit in doubt; another person approves it."""
        order = DoubtOrder(batch_no, sequence, BankSays(settled), "asked the bank")
        try:
            asked = resolve_debit(self._store, order, MAKER, self._now())
        except DebitError:
            return "REFUSED"
        assert isinstance(asked, Asked)
        approve(self._store, asked.number, CHECKER, self._now())
        return "RESOLVED"

    def sign(self, merchant_id: str, customer_no: str, reference: str) -> None:
        """Bring a new mandate of a customer, with the terms of the former one."""
        with self._store.transaction() as tx:
            there = get_customer(tx, merchant_id, customer_no)
            assert there is not None
            put_customers(tx, merchant_id, [replace(there, mandate_ref=reference)])

    def issue(self, bill: Bill) -> None:
        """Issue a bill."""
        record = BillRecord(bill.bill_no, bill.customer_no, bill.amount_minor, bill.due_date)
        with self._store.transaction() as tx:
            put_bills(tx, bill.merchant_id, [record])

    def ingest(self, institution: str, day: dt.date, rows: Sequence[Row]) -> str:
        """Take a front end's file of a day."""
        path = file_of(
            "fep-detail", {"institution": institution, "settlement_date": day}, _details(rows, day)
        )
        monotonic = itertools.count().__next__
        order = DayFileOrder(
            path, layouts()["fep-detail"], OPERATOR, self._now(), lambda _: dt.UTC, monotonic
        )
        try:
            ingest_day_file(self._store, order)
        except AlreadyExistsError:
            return "EARLIER"
        except ReconciliationError:
            return "REFUSED"
        return "TAKEN"

    def items(self) -> list[tuple[int, tuple[object, ...]]]:
        """Return the items that were not replaced, by number: what a user sees of each."""
        with self._store.snapshot() as reading:
            found = find_items(reading, ItemFilter())
        return [
            (
                each.item_no,
                (
                    each.institution,
                    each.business_date,
                    each.kind.value,
                    each.difference,
                    each.follow_up.value,
                    each.theirs_minor,
                    each.ours_minor,
                    each.state.value,
                ),
            )
            for each in found
            if each.state is not ItemState.REPLACED
        ]

    def resolve(self, item_no: int, *, note: bool) -> str:
        """Resolve an item; another person approves what moves money, and a note instead of it."""
        order = ResolveOrder(item_no, FollowUp.NOTE if note else None, "looked at it", "156")
        try:
            done = resolve(self._store, order, MAKER, self._now())
            if isinstance(done, Asked):
                approve(self._store, done.number, CHECKER, self._now())
        except ReconciliationError as error:
            return "WAITS" if "waits" in str(error) else "REFUSED"
        except PostingError:
            return "GONE"
        return "RESOLVED"

    def reconcile(self, day: dt.date, *, by_totals: bool = False) -> str:
        """Declare a day reconciled."""
        totals = frozenset(INSTITUTIONS) if by_totals else frozenset[str]()
        try:
            reconcile_day(self._store, OPERATOR, BusinessDate.of(day), self._now(), totals)
        except ReconciliationError:
            return "REFUSED"
        return "RECONCILED"

    def settle(self, day: dt.date) -> str:
        """Settle a day."""
        try:
            settle_day(self._store, OPERATOR, BusinessDate.of(day), self._now())
        except ReconciliationError:
            return "REFUSED"
        return "SETTLED"

    def bills(self) -> dict[tuple[str, str], tuple[str | None, int]]:
        """Return the mark and the unpaid principal of every bill."""
        own = bills.c
        columns = (own.merchant_id, own.bill_no, own.mark, own.amount_minor - own.paid_principal_minor)
        with self._store.snapshot() as reading:
            rows = reading.connection.execute(select(*columns)).all()
        return {(merchant_id, bill_no): (mark, int(left)) for merchant_id, bill_no, mark, left in rows}

    def settled(self) -> dict[tuple[dt.date, str], tuple[int, ...]]:
        """Return the sums of all settled days: paid, gross, reversed, reversals, fees and net."""
        with self._store.snapshot() as reading:
            rows = reading.connection.execute(select(settlements)).all()
        names = ("paid", "gross_minor", "reversed", "reversals_minor", "fees_minor", "net_minor")
        return {
            (row.business_date, row.merchant_id): tuple(getattr(row, name) for name in names) for row in rows
        }


def _details(rows: Sequence[Row], day: dt.date) -> list[dict[str, Any]]:
    details = []
    for number, row in enumerate(rows, 1):
        _, _, terminal, stan, sent_at = row.key
        reverses = row.kind == REVERSAL
        own = (f"{900_000 + number}", f"{day:%Y%m%d}235959") if reverses else (stan, sent_at)
        details.append(
            {
                "sequence": number,
                "mti": "0400" if reverses else "0200",
                "terminal": terminal,
                "stan": own[0],
                "transmission_time": own[1],
                "merchant_id": row.merchant_id,
                "bill_no": row.bill_no,
                "amount": row.amount,
                "response_code": "00",
                "settlement_date": day,
                "original_stan": stan if reverses else None,
                "original_time": sent_at if reverses else None,
            }
        )
    return details


def file_of(name: str, header: dict[str, Any], details: Sequence[dict[str, Any]]) -> Path:
    path = Path(FOLDER.name) / f"{name}-{next(_NUMBERS)}.dat"
    with path.open("wb") as stream:
        writer = FixedWidthWriter(stream, layouts()[name])
        writer.header({"count": len(details), **header})
        for each in details:
            writer.detail(each)
        writer.trailer({})
    return path


def read_file(path: Path, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    with path.open("rb") as stream:
        header, *details, _ = (dict(each.values) for each in read_fixed_width(stream, layouts()[name]))  # type: ignore[union-attr] # the file is whole
    return header, details


@cache
def layouts() -> Any:
    return Schemas().fixed_layouts()

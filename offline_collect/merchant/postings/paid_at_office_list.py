"""A merchant's list of bills that were paid at its office: posted whole, or not at all (docs/merchants.md).

The list is read and checked before any lock, and has at most :data:`LIST_MAX` bills, so that payments wait
for it no longer than for a few batches. Each row has its own reference, so a list is never posted twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions.deciding import Context
from offline_collect.domain.decisions.manual_posting import ManualDecision
from offline_collect.domain.decisions.outside import OutsidePayment
from offline_collect.domain.errors import PostingError
from offline_collect.domain.facts import Facts
from offline_collect.domain.ledger.manual_postings import ManualPosting
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.files.cells import SheetRow, sheet_rows
from offline_collect.files.columns.layout import compile_layout
from offline_collect.files.columns.records import Record, read_records
from offline_collect.files.columns.same_header import titles_reader
from offline_collect.files.digest import Digest
from offline_collect.files.errors import RowProblem
from offline_collect.files.read.open import open_table
from offline_collect.merchant.access.requests import ASKS_FIRST, Asked, DualControl, Request
from offline_collect.merchant.common.refused_rows import ListRefusedError, ListTooLongError
from offline_collect.merchant.imports.left_out import LeftOut
from offline_collect.merchant.postings.manual_posting import Posting, post
from offline_collect.merchant.postings.paid_at_office import decide_orders, requested_payment, wants_of
from offline_collect.store import SqlStore, StoreTransaction, require_merchant

LIST_MAX = 2_000
"""The most bills of one list."""

_REMEDY = Phrase("correct the row, or leave it out")


@dataclass(frozen=True, slots=True)
class OutsideList:
    """A list to be posted.

    Attributes:
        file: CSV or workbook.
        sheet: of a workbook; None for all visible ones with the same header.
        layout: content of the layout's schema file, and that file's name.
        waives_late_fee: the merchant waives late fees if the whole principal was paid.
        left: gets what is left out of the file, once it is read.
    """

    merchant_id: str
    file: Path
    sheet: str | None
    layout: tuple[Mapping[str, Any], str]
    actor: Actor
    waives_late_fee: bool = False
    left: LeftOut = field(default_factory=LeftOut)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    order: OutsidePayment


@dataclass(frozen=True, slots=True)
class _List:
    """A list that was read."""

    merchant_id: str
    name: str
    digest: Digest
    rows: Sequence[_Row]


def settle_list(
    store: SqlStore, order: OutsideList, now: dt.datetime, control: DualControl = ASKS_FIRST
) -> list[ManualPosting] | Asked:
    """Post a list of payments at the merchant's office; needs two people.

    Returns:
        the postings in the list's order.

    Raises:
        NotPermittedError: the actor may not do it.
        ListRefusedError: it has bad rows, or bills that cannot take their payment; nothing was posted.
        FileError: the file cannot be read at all.
        BusyError: a payment of one of the bills is in progress.
        StoreError: no such merchant, or the store cannot be reached.
    """
    order.actor.require(Permission.PAID_AT_OFFICE)
    rows, digest = _read(store, order)
    listed = _List(order.merchant_id, order.file.name, digest, rows)
    return _post_list(store, listed, order.actor, now, control)


def settle_list_approved(
    store: SqlStore, payload: Mapping[str, Any], actor: Actor, now: dt.datetime, control: DualControl
) -> list[ManualPosting] | Asked:
    """Carry out an approved request for a list: it holds the rows, so the file is not read again."""
    actor.require(Permission.PAID_AT_OFFICE)
    rows = [_Row(_number_of(row), requested_payment(row, payload, actor)) for row in payload["rows"]]
    digest = Digest(payload["sha256"], payload["size"])
    listed = _List(payload["merchant_id"], payload["file"], digest, rows)
    return _post_list(store, listed, actor, now, control)


def _post_list(
    store: SqlStore, listed: _List, actor: Actor, now: dt.datetime, control: DualControl
) -> list[ManualPosting] | Asked:
    orders = [row.order for row in listed.rows]

    def decide(tx: StoreTransaction, facts: Facts, contexts: Sequence[Context]) -> list[ManualDecision]:
        problems: list[RowProblem] = []

        def refuse(place: int, error: PostingError) -> None:
            reason = Phrase("{reason}", reason=words_of(error) or str(error))
            problems.append(_problem(listed.rows[place], reason))

        decisions = decide_orders(tx, orders, facts, contexts, refuse)
        if problems:
            raise ListRefusedError(listed.name, len(orders), problems)
        return decisions

    def describe(made: list[ManualPosting]) -> tuple[Any, Any]:
        return None, _summary(listed.name, listed.digest, made)

    def request(made: list[ManualPosting]) -> Request:
        return Request(action, listed.merchant_id, listed.merchant_id, _payload(listed, made))

    action = DualAction.SETTLE_OUTSIDE_FILE
    subject = Subject(SubjectType.MERCHANT, listed.merchant_id, listed.merchant_id)
    wants = wants_of(orders)
    return post(
        store,
        Posting(
            wants=wants,
            count=len(orders),
            decide=decide,
            action=action,
            subject=subject,
            actor=actor,
            describe=describe,
            request=request,
        ),
        now,
        control,
    )


def _payload(listed: _List, would: Sequence[ManualPosting]) -> dict[str, Any]:
    return {
        "merchant_id": listed.merchant_id,
        "file": listed.name[-200:],
        "sha256": listed.digest.sha256,
        "size": listed.digest.size,
        "payments": len(would),
        "amount_minor": sum(posting.amount_minor for posting in would),
        "currency": would[0].currency,
        "waives_late_fee": listed.rows[0].order.waives_late_fee,
        "rows": [_row_kept(row) for row in listed.rows],
    }


def _row_kept(row: _Row) -> dict[str, Any]:
    order = row.order
    kept: dict[str, Any] = {
        "row": int(row.number),
        "bill_no": order.bill_no,
        "amount_minor": order.amount_minor,
        "reference": order.reference,
    }
    if isinstance(row.number, SheetRow):
        kept |= {"sheet": row.number.sheet, "rows_before": row.number.before}
    return kept if order.paid_on is None else kept | {"paid_on": order.paid_on.isoformat()}


def _number_of(kept: Mapping[str, Any]) -> int:
    """Return the number of a row that a request holds, with its sheet if the file had several."""
    number: int = kept["row"]
    return sheet_rows(kept["sheet"], kept["rows_before"])(number) if "sheet" in kept else number


def _read(store: SqlStore, order: OutsideList) -> tuple[list[_Row], Digest]:
    """Read and check the whole list; it is short enough to keep in memory."""
    with store.snapshot() as reading:
        currency = require_merchant(reading, order.merchant_id).currency
    values, source = order.layout
    rows: list[_Row] = []
    problems: list[RowProblem] = []
    layout = compile_layout(values, currency=currency, source=source)
    with open_table(order.file, sheet=order.sheet, reads=titles_reader(layout)) as table:
        for sheet in table.sheets():
            for read in read_records(sheet, layout):
                if isinstance(read, RowProblem):
                    problems.append(read)
                else:
                    rows.append(_Row(read.row, _order(read, order)))
                if len(rows) + len(problems) > LIST_MAX:
                    raise ListTooLongError(order.file.name, LIST_MAX)
            order.left.complete(sheet, layout, ())
    problems += _repeated(rows)
    if problems or not rows:
        raise ListRefusedError(order.file.name, len(rows) + len({each.row for each in problems}), problems)
    return rows, table.digest


def _order(read: Record, order: OutsideList) -> OutsidePayment:
    return OutsidePayment(
        merchant_id=order.merchant_id,
        bill_no=str(read.values["bill_no"]),
        amount_minor=cast("int", read.values["amount"]),
        reference=str(read.values["reference"]),
        who=order.actor.name,
        waives_late_fee=order.waives_late_fee,
        paid_on=cast("dt.date | None", read.values.get("paid_on")),
    )


def _repeated(rows: Sequence[_Row]) -> Iterator[RowProblem]:
    """Yield the rows that repeat the bill and reference of an earlier row."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        first = seen.setdefault((row.order.bill_no, row.order.reference), row.number)
        if first != row.number:
            yield _problem(row, Phrase("has the bill and reference of row {row}", row=first))


def _problem(row: _Row, reason: Phrase) -> RowProblem:
    return RowProblem(row.number, "bill_no", row.order.bill_no, reason, _REMEDY)


def _summary(name: str, digest: Digest, made: Sequence[ManualPosting]) -> dict[str, Any]:
    return {
        "file": name[-200:],
        "sha256": digest.sha256,
        "size": digest.size,
        "payments": len(made),
        "amount_minor": sum(posting.amount_minor for posting in made),
        "first": made[0].serial_number,
        "last": made[-1].serial_number,
    }

"""Turns what the database finds unlike into items: each row of a file, then what the file does not have."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.classes import (
    DUPLICATE,
    DifferenceClass,
    FollowUp,
    RowKind,
    Side,
    Standing,
    Verdict,
    classify,
)
from offline_collect.domain.reconciliation.items import ItemEvent, ItemState
from offline_collect.domain.reconciliation.records import Item
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import ON_BILL, PaymentState
from offline_collect.store import StoreTransaction
from offline_collect.store.reconciliation.files import files_of
from offline_collect.store.reconciliation.items import ended_items, only_ours, open_of_days, posted_items
from offline_collect.store.reconciliation.match import (
    Compared,
    counted_keys,
    listed_keys,
    unlike_rows,
    unlisted_payments,
    unlisted_reversals,
)

UNLIKE_MAX = 200_000
"""Differences of one file; more mean that it is the wrong file, and none of them is stored."""

_FAR = 2
_IN_FORCE = frozenset({*ON_BILL, PaymentState.SUSPENSE})
_THEIR_MONEY_IS_HERE = frozenset({FollowUp.POST, FollowUp.SUSPENSE, FollowUp.DIFFERENCE})


@dataclass(slots=True)
class Comparison:
    """The result of comparing a file with our day.

    Attributes:
        unlike: rows of the file that are not plainly alike.
        items: the new items.
        renamed: by key and line, the payment's key of rows under the key of a repeat.
        matched: items of neighbouring days that the file, or our day, has the row of.
    """

    unlike: int = 0
    items: list[Item] = field(default_factory=list)
    renamed: dict[tuple[str, int], str] = field(default_factory=dict)
    matched: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Days:
    """The day that is reconciled, with its neighbours; None where there is none."""

    date: BusinessDate
    before: BusinessDate | None
    after: BusinessDate | None

    @property
    def neighbours(self) -> list[BusinessDate]:
        """The neighbours that there are."""
        return [day for day in (self.before, self.after) if day is not None]

    def after_it(self, other: BusinessDate) -> int:
        """Return how many business days ``other`` is after this day; all that are far off count the same."""
        return {self.date: 0, self.before: -1, self.after: 1}.get(other, _FAR)


def compare(tx: StoreTransaction, compared: Compared, days: Days, now: dt.datetime) -> Comparison:
    """Compare a staged file with our day in one snapshot.

    Raises:
        ReconciliationError: they have hardly anything in common.
    """
    return _Comparing(tx, compared, days, now).result()


class _Comparing:
    """One comparison."""

    def __init__(self, tx: StoreTransaction, compared: Compared, days: Days, now: dt.datetime) -> None:
        self._tx = tx
        self._compared = compared
        self._days = days
        self._now = now
        self._found = Comparison()
        self._aliased: dict[RowKind, set[str]] = {kind: set() for kind in RowKind}

    def result(self) -> Comparison:
        rows = list(self._bounded(unlike_rows(self._tx, self._compared)))
        listed = self._listed_aliases(rows)
        posted = self._posted({row.payment_key or row.match_key for row in rows})
        items = [item for row in rows for item in self._of_their_row(row, listed, posted)]
        self._found.unlike = len(items)
        items += self._of_ours()
        self._found.items = self._not_ended_before(items)
        self._found.matched = list(self._matched_neighbours())
        return self._found

    def _bounded(self, rows: Iterator[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if number == UNLIKE_MAX:
                raise ReconciliationError(
                    Phrase(
                        "more than {unlike_max} rows differ: is it the file of this day? Nothing of it was"
                        " kept",
                        unlike_max=UNLIKE_MAX,
                    )
                )
            yield row

    def _listed_aliases(self, rows: list[Any]) -> dict[RowKind, set[str]]:
        """Return the keys of payments that the files list themselves, although rows of repeats name them too."""
        listed = {}
        for kind in RowKind:
            keys = sorted(
                {
                    row.payment_key
                    for row in rows
                    if _kind(row) is kind and row.payment_key not in {None, row.match_key}
                }
            )
            found = listed_keys(self._tx, self._compared, keys, reverses=kind is RowKind.REVERSAL)
            listed[kind] = found
        return listed

    def _posted(self, keys: set[str]) -> dict[tuple[str, RowKind], Item]:
        """Return the last item of each key and kind whose money was posted."""
        return {(item.match_key, item.kind): item for item in posted_items(self._tx, keys)}

    def _of_their_row(
        self, row: Any, listed: dict[RowKind, set[str]], posted: dict[tuple[str, RowKind], Item]
    ) -> Iterator[Item]:
        kind, key = _kind(row), row.payment_key or row.match_key
        if key != row.match_key:
            if key in listed[kind] or key in self._aliased[kind]:
                yield self._their_item(row, key, DUPLICATE)
                return
            self._aliased[kind].add(key)
            self._found.renamed[row.match_key, row.line] = key
        if row.repeats:
            yield self._their_item(row, key, DUPLICATE)
            return
        before = posted.get((key, kind))
        paid = posted.get((key, RowKind.PAYMENT))
        verdict = self._fresh(row, kind, paid) if before is None else self._after_posting(row, before)
        if verdict is None or verdict.difference is DifferenceClass.MATCHED:
            return
        item = self._their_item(row, key, verdict)
        takes_back = paid is not None and verdict.follow_up is FollowUp.CONTRA
        yield replace(item, payment_serial=paid.posting) if paid is not None and takes_back else item

    def _fresh(self, row: Any, kind: RowKind, posted: Item | None) -> Verdict:
        """Return the verdict on a row about which nothing was posted by reconciliation."""
        theirs = Side(row.amount_minor)
        if kind is RowKind.REVERSAL:
            if posted is not None and posted.resolved_as in _THEIR_MONEY_IS_HERE:
                # They have taken back what was posted by hand.
                return Verdict(DifferenceClass.STATE_DIFFERS, FollowUp.CONTRA)
            ours = (
                None
                if row.reversal is None
                else Side(row.reversed_minor, self._days.after_it(row.reversed_on))
            )
        else:
            ours = Side(row.ours_minor, self._days.after_it(row.ours_date)) if row.in_totals else None
        standing = Standing(
            refused=row.seen_key is not None,
            in_force=row.state is not None and PaymentState(row.state) in _IN_FORCE,
            paired=bool(row.paired),
        )
        return classify(kind, theirs, ours, standing)

    def _after_posting(self, row: Any, before: Item) -> Verdict | None:
        """Return the verdict on a row about which reconciliation has posted; None if that is still right."""
        if before.kind is RowKind.PAYMENT and before.resolved_as is FollowUp.CONTRA:
            # We have taken back what they had not counted, and now they count it.
            return Verdict(DifferenceClass.STATE_DIFFERS, FollowUp.POST)
        if before.theirs_minor != row.amount_minor and before.theirs_minor is not None:
            return Verdict(DifferenceClass.AMOUNT_DIFFERS, FollowUp.NOTE)
        return None if before.business_date == self._days.date else DUPLICATE

    def _of_ours(self) -> Iterator[Item]:
        only = set[str]()
        for row in self._bounded(unlisted_payments(self._tx, self._compared)):
            if row.key in self._aliased[RowKind.PAYMENT]:
                continue
            only.add(row.key)
            standing = Standing(in_force=PaymentState(row.state) in _IN_FORCE)
            verdict = classify(RowKind.PAYMENT, None, Side(row.ours_minor), standing)
            yield self._our_item(row, RowKind.PAYMENT, row.key, verdict)
        left = [
            row
            for row in self._bounded(unlisted_reversals(self._tx, self._compared))
            if row.key not in self._aliased[RowKind.REVERSAL]
        ]
        keys = sorted({row.key for row in left})
        unmatched = only_ours(self._tx, self._compared.institution, keys, self._former())
        only |= unmatched - listed_keys(self._tx, self._compared, keys, reverses=False)
        for row in left:
            standing = Standing(paired=row.key not in only)
            verdict = classify(RowKind.REVERSAL, None, Side(row.ours_minor), standing)
            yield self._our_item(row, RowKind.REVERSAL, row.message_key, verdict)

    def _not_ended_before(self, items: list[Item]) -> list[Item]:
        """Return the items without those that people have ended already, of an earlier file of the day."""
        ended = Counter(
            _content(item)
            for item in ended_items(self._tx, self._compared.institution, self._compared.business_date)
        )
        new = []
        for item in items:
            if ended[_content(item)]:
                ended[_content(item)] -= 1
            else:
                new.append(item)
        return new

    def _matched_neighbours(self) -> Iterator[int]:
        """Yield the open items of neighbouring days that only one side counted until now."""
        waiting = open_of_days(self._tx, self._compared.institution, self._days.neighbours, self._former())
        own = Compared(self._compared.file_id, self._compared.institution, self._days.date, ())
        for kind in RowKind:
            reverses, of_kind = kind is RowKind.REVERSAL, [item for item in waiting if item.kind is kind]
            keys = sorted({item.match_key for item in of_kind})
            listed = listed_keys(self._tx, own, keys, reverses=reverses) | self._aliased[kind]
            counted = counted_keys(self._tx, own, keys, reverses=reverses)
            for item in of_kind:
                if item.theirs_minor is None:
                    has_come = item.match_key in listed
                else:
                    has_come = counted.get(item.match_key) == item.theirs_minor
                if has_come:
                    yield item.item_no

    def _former(self) -> list[int]:
        """Return the former file of the day: what it has matched is open again, and may be matched by this one."""
        former = files_of(self._tx, self._days.date, self._compared.institution)
        return [each.file_id for each in former]

    def _their_item(self, row: Any, key: str, verdict: Verdict) -> Item:
        kind = _kind(row)
        ours = row.reversed_minor if kind is RowKind.REVERSAL else (row.ours_minor if row.in_totals else None)
        ours_date = row.reversed_on if kind is RowKind.REVERSAL else row.ours_date
        return self._item(
            verdict,
            kind=kind,
            match_key=key,
            message_key=row.message_key or row.match_key,
            terminal=row.terminal,
            merchant_id=row.merchant_id,
            bill_no=row.bill_no,
            theirs_minor=row.amount_minor,
            ours_minor=ours,
            currency=row.currency,
            payment_serial=row.serial_number,
            ours_date=None if ours_date is None else BusinessDate.of(ours_date),
        )

    def _our_item(self, row: Any, kind: RowKind, message_key: str, verdict: Verdict) -> Item:
        return self._item(
            verdict,
            kind=kind,
            match_key=row.key,
            message_key=message_key,
            terminal=row.terminal,
            merchant_id=row.merchant_id,
            bill_no=row.bill_no,
            ours_minor=row.ours_minor,
            currency=row.currency,
            payment_serial=row.serial_number,
            ours_date=self._days.date,
        )

    def _item(self, verdict: Verdict, **values: Any) -> Item:
        ended: dict[str, Any] = {}
        if not verdict.is_open:
            ended = {"event": ItemEvent.MATCHED, "ended_at": self._now}
        return Item(
            difference=verdict.difference.value,
            follow_up=verdict.follow_up,
            state=ItemState.OPEN if verdict.is_open else ItemState.RESOLVED,
            institution=self._compared.institution,
            business_date=self._days.date,
            opened_at=self._now,
            file_id=self._compared.file_id,
            **values,
            **ended,
        )


def _kind(row: Any) -> RowKind:
    return RowKind.REVERSAL if row.reverses else RowKind.PAYMENT


def _content(item: Item) -> tuple[object, ...]:
    return item.kind, item.match_key, item.difference, item.theirs_minor, item.ours_minor

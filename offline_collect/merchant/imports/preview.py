"""Previews an import: what it would do, with samples before and after; nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.merchant.common.target import Target
from offline_collect.merchant.imports.check_rows import CheckedRows, HeldBack, refusals
from offline_collect.merchant.imports.file_lookups import FileLookups
from offline_collect.merchant.imports.former_inputs import FormerInputs
from offline_collect.merchant.imports.identity import IdentityChanges
from offline_collect.merchant.imports.lifecycle import tidy
from offline_collect.merchant.imports.made_numbers import Completion
from offline_collect.merchant.imports.missing_bills import made_numbers, missing_bills, refuse_claimed
from offline_collect.merchant.imports.order import ImportOrder, Kind, Watch
from offline_collect.merchant.imports.payer_names import PayerNames
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.repeated_numbers import SeenNumbers
from offline_collect.merchant.imports.result import MappingsTold, NoRowsError, PreviewResult, Sample
from offline_collect.merchant.imports.view import sample_shown
from offline_collect.merchant.mappings.opened import open_file
from offline_collect.store import Change, RowOutcome, SqlStore, StoreTransaction, preview_withdrawals

SAMPLES_MAX = 5
"""The most rows shown of each kind: new, changed and withdrawn."""


def preview_file(store: SqlStore, order: ImportOrder, kind: Kind, watch: Watch) -> PreviewResult:
    """Return what :func:`offline_collect.merchant.imports.run.import_file` would do.

    Each chunk is compared with the store at that moment, so a preview of a long file delays no payment.

    Raises:
        NotPermittedError: the actor may not import.
        NoRowsError: the file has no rows at all.
        PeriodsError, ClaimedError, NoFormError, FileError, StoreError: as for ``import_file``.
    """
    order.actor.require(Permission.IMPORT)
    with open_file(store, order, kind.name) as opened:
        target, table = opened.target, opened.table
        # Leftovers of a killed process would block rows that an import takes.
        tidy(store, order.merchant_id)
        problems = Problems.of(table, target)
        rows = CheckedRows(table, target, kind, problems, Completion.needed(store, target, table))
        payers, former = PayerNames(table, target), FormerInputs.of(store, target, kind.key_column)
        comparing = _Comparing(kind, target, problems, rows.seen, payers=payers, former=former)
        for chunk in rows.chunks():
            with store.snapshot() as reading:
                comparing.take(reading, chunk)
            watch(Phrase("reading"), rows.rows, table.share())
        comparing.take_held(store)
        if not rows.rows:
            raise NoRowsError(order.file.name, rows.left)
        if order.withdraw_missing:
            _missing(store, rows, comparing)
        with store.snapshot() as reading:
            comparing.identity.count_customers(reading, order.merchant_id)
            comparing.identity.add_former(former.owing(reading))
        made = made_numbers(store, target, rows)
    comparing.counts[Change.REFUSED] = rows.rows - comparing.taken()
    layout = target.layout
    inputs = frozenset(column.key for column in layout.inputs)
    return PreviewResult(
        rows=rows.rows,
        counts=comparing.counts,
        samples=[sample_shown(each, inputs, order.actor) for each in comparing.samples],
        problems=problems,
        titles={column.key: column.label for column in (*layout.columns, *layout.inputs)},
        currency=target.merchant.currency,
        hidden=rows.hidden,
        left=rows.left,
        identity=comparing.identity,
        ended_mandates=comparing.ended_mandates,
        row_numbers=rows.row_numbers,
        made=made,
        mappings=MappingsTold(opened.used, opened.near),
    )


def _missing(store: SqlStore, rows: CheckedRows, comparing: _Comparing) -> None:
    merchant_id = comparing.target.merchant.merchant_id
    for numbers in missing_bills(store, merchant_id, rows):
        with store.snapshot() as reading:
            comparing.withdraw(reading, numbers)


class _Comparing:
    """Compares rows with the store: counts them, and keeps the first of each change.

    Attributes:
        counts: rows that would be new, changed or unchanged, and bills that would be withdrawn.
        held: rows to be checked again at the end.
        identity: whose bills or names would change.
        ended_mandates: rows whose mandate has ended.
    """

    def __init__(
        self,
        kind: Kind,
        target: Target,
        problems: Problems,
        seen: SeenNumbers,
        *,
        payers: PayerNames,
        former: FormerInputs,
    ) -> None:
        self._kind = kind
        self._payers = payers
        self._former = former
        self._problems = problems
        self._seen = seen
        self._looked_at = FileLookups()
        self.held = HeldBack()
        self.identity = IdentityChanges()
        self.ended_mandates = 0
        self.target = target
        self.counts: Counter[Change] = Counter()
        self.samples: list[Sample] = []

    def taken(self) -> int:
        """Return how many rows would be imported."""
        return sum(self.counts[change] for change in (Change.NEW, Change.CHANGED, Change.UNCHANGED))

    def take(self, reading: StoreTransaction, records: Sequence[Record], *, last: bool = False) -> None:
        """Compare a chunk of good rows; ``last`` means that no later row can change the outcome."""
        kept, rows, problems = self._kind.resolve(reading, records, self.target)
        self.identity.add_payers(self._payers.compare(reading, kept, rows))
        merchant_id = self.target.merchant.merchant_id
        outcomes = self._kind.preview(reading, merchant_id, rows, None, self._looked_at)
        judged = list(zip(kept, outcomes, strict=True))
        told = judged if last else self.held.hold(judged)
        for problem in (*problems, *refusals(self._kind, self.target, self._seen, told)):
            self._problems.add(problem)
        for record, row, outcome in zip(kept, rows, outcomes, strict=True):
            self._count(reading, str(record.values[self._kind.key_column]), row, outcome)
            if outcome.change is not Change.REFUSED:
                self._former.note(record, outcome)

    def take_held(self, store: SqlStore) -> None:
        """Compare the held rows again: later rows of the file may have freed their inputs."""
        if self.held.records:
            with store.snapshot() as reading:
                self.take(reading, self.held.records, last=True)

    def withdraw(self, reading: StoreTransaction, numbers: Sequence[str]) -> None:
        """Count bills that are missing from the file."""
        merchant_id = self.target.merchant.merchant_id
        outcomes = preview_withdrawals(reading, merchant_id, numbers)
        refuse_claimed(outcomes)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if outcome.change is not Change.WITHDRAWN:
                continue
            if self._is_sample(Change.WITHDRAWN):
                before = self._kind.before(reading, merchant_id, number)
                self.samples.append(Sample.of(number, Change.WITHDRAWN, before, None))
            self.counts[Change.WITHDRAWN] += 1

    def _count(self, reading: StoreTransaction, key: str, row: Any, outcome: RowOutcome) -> None:
        change = outcome.change
        if change in {Change.NEW, Change.CHANGED} and self._is_sample(change):
            before = None
            if change is Change.CHANGED:
                before = self._kind.before(reading, self.target.merchant.merchant_id, key)
            self.samples.append(Sample.of(key, change, before, self._kind.after(row)))
        if change is not Change.REFUSED:
            self.counts[change] += 1
            self.identity.add(key, outcome)
            self.ended_mandates += outcome.mandate_ended

    def _is_sample(self, change: Change) -> bool:
        return self.counts[change] < SAMPLES_MAX

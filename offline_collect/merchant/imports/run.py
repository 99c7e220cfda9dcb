"""Imports a file: stages it chunk by chunk, then puts it into effect at once (docs/merchants.md, Imports).

Nothing of a file is visible until the one row of its import is released. So a bad row, a killed process and a
rejection all leave the same: invisible rows, which are deleted later. Each chunk has its own short
transaction, so that payments can go on in between.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.life import ImportEnd
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.columns.records import Record
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.imports.check_rows import CheckedRows, HeldBack, Judged, refusals
from offline_collect.merchant.imports.file_lookups import FileLookups
from offline_collect.merchant.imports.former_inputs import FormerInputs
from offline_collect.merchant.imports.identity import IdentityChanges, IdentityError
from offline_collect.merchant.imports.lifecycle import (
    audit_document,
    import_subject,
    patiently,
    throw_away,
    tidy,
    tidy_one,
)
from offline_collect.merchant.imports.made_numbers import Completion
from offline_collect.merchant.imports.missing_bills import made_numbers, missing_bills, refuse_claimed
from offline_collect.merchant.imports.order import ImportOrder, Kind, Watch
from offline_collect.merchant.imports.payer_names import PayerName, PayerNames
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.process import this_process
from offline_collect.merchant.imports.result import (
    ImportRefusedError,
    ImportResult,
    MappingsTold,
    NoRowsError,
    SheetsError,
)
from offline_collect.merchant.imports.row_numbers import RowNumbersError
from offline_collect.merchant.mappings.opened import Opened, open_file
from offline_collect.merchant.mappings.remember import Remembered, ToRemember, remember
from offline_collect.store import (
    Change,
    Import,
    ImportCounts,
    ImportFile,
    ImportKind,
    SqlStore,
    StoreError,
    StoreTransaction,
    append_audit,
    begin_import,
    find_import,
    finish_staging,
    get_import,
    release_import,
    stage_withdrawals,
)
from offline_collect.store.imports.lifecycle import count_staged
from offline_collect.store.imports.record import PROCESS, READ_WITH

NAME_MAX = 200


def import_file(store: SqlStore, order: ImportOrder, kind: Kind, watch: Watch) -> ImportResult:
    """Import a file for a merchant; it waits for its release if the merchant has a checker.

    Raises:
        NotPermittedError: the actor may not import.
        ImportRefusedError: it has bad rows, or no good row; nothing was done.
        NoRowsError: it has no rows at all.
        SheetsError: further sheets look like such a list, but cannot be read with it.
        RowNumbersError: its numbers count its rows.
        IdentityError: it would give bills to others, or rename many customers.
        PeriodsError: missing bills were to be withdrawn, but it names no period, or too many.
        ClaimedError: a missing bill was to be withdrawn, but another import holds it.
        NoFormError: the merchant has no form yet, whose inputs the file must have.
        RememberedMappingError: the mapping remembered for its titles cannot be used.
        FileError: the file cannot be read at all, or changed meanwhile.
        StoreError: no such merchant, or the store cannot be reached.
    """
    order.actor.require(Permission.IMPORT)
    with open_file(store, order, kind.name) as opened:
        table = opened.table
        tidy(store, order.merchant_id)
        with store.snapshot() as reading:
            earlier = find_import(reading, order.merchant_id, ImportKind(kind.name), table.digest.sha256)
        if earlier is not None and not order.again:
            then = earlier.options.get(READ_WITH)
            differs = then is not None and then != opened.read_with(order)
            return ImportResult(Problems(), earlier, earlier=True, read_otherwise=differs)
        return _Importing(store=store, order=order, kind=kind, opened=opened, watch=watch).run()


class _Importing:
    """One file on its way into the store."""

    def __init__(self, store: SqlStore, order: ImportOrder, kind: Kind, opened: Opened, watch: Watch) -> None:
        target, table = opened.target, opened.table
        self._store = store
        self._order = order
        self._kind = kind
        self._opened = opened
        self._target = target
        self._table = table
        self._watch = watch
        self._problems = Problems.of(table, target)
        completion = Completion.needed(store, target, table)
        self._rows = CheckedRows(table, target, kind, self._problems, completion)
        self._counts: Counter[Change] = Counter()
        self._ended_mandates = 0
        self._identity = IdentityChanges()
        self._payers = PayerNames(table, target)
        self._former = FormerInputs.of(store, target, kind.key_column)
        self._held: HeldBack | None = HeldBack()
        self._looked_at = FileLookups()
        self._import_id: int | None = None
        self._remembered: Remembered | None = None

    def run(self) -> ImportResult:
        """Import the file, or leave nothing visible of it."""
        try:
            self._stage_rows()
            import_id = self._judge()
            if self._order.withdraw_missing:
                self._stage_withdrawals(import_id)
            self._finish(import_id)
        except BaseException as error:
            self._give_up(ImportEnd.FAILED if isinstance(error, Exception) else ImportEnd.INTERRUPTED)
            raise
        tidy_one(self._store, import_id, self._watch)
        made = made_numbers(self._store, self._target, self._rows)
        with self._store.snapshot() as reading:
            return ImportResult(
                self._problems,
                get_import(reading, import_id),
                hidden=self._rows.hidden,
                left=self._rows.left,
                identity=self._identity,
                ended_mandates=self._ended_mandates,
                row_numbers=self._rows.row_numbers,
                made=made,
                mappings=MappingsTold(self._opened.used, self._opened.near, self._remembered),
            )

    def _stage_rows(self) -> None:
        """Stage the good rows; once a bad row prevents the import, only look for further bad rows."""
        for chunk in self._rows.chunks():
            if chunk and (self._order.accept_valid or not self._problems.count):
                self._stage(chunk)
            elif chunk:
                self._look_at(chunk)
            self._watch(Phrase("reading"), self._rows.rows, self._table.share())
        self._take_held()

    def _take_held(self) -> None:
        """Check the held rows again: later rows of the file may have freed their inputs."""
        held, self._held = self._held, None
        if held is None or not held.records:
            return
        if self._order.accept_valid or not self._problems.count:
            self._stage(held.records)
        else:
            self._look_at(held.records)

    def _stage(self, chunk: Sequence[Record]) -> None:
        import_id = self._begun()

        def stage(tx: StoreTransaction) -> tuple[Judged, list[RowProblem], list[PayerName]]:
            kept, rows, problems = self._kind.resolve(tx, chunk, self._target)
            names = self._payers.compare(tx, kept, rows)
            outcomes = self._kind.stage(tx, import_id, rows)
            done = self._counts + Counter([outcome.change for outcome in outcomes])
            count_staged(tx, import_id, self._so_far(done))
            return list(zip(kept, outcomes, strict=True)), problems, names

        judged, problems, names = patiently(self._store, stage)
        self._identity.add_payers(names)
        judged = self._tell(judged, problems)
        self._counts += Counter([outcome.change for _, outcome in judged])
        self._ended_mandates += sum(outcome.mandate_ended for _, outcome in judged)
        for record, outcome in judged:
            self._identity.add(str(record.values[self._kind.key_column]), outcome)
            self._former.note(record, outcome)

    def _tell(self, judged: Judged, problems: Sequence[RowProblem]) -> Judged:
        """Keep the problems of rows; return the rows that need no second check."""
        if self._held is not None:
            judged = self._held.hold(judged)
        for problem in (*problems, *refusals(self._kind, self._target, self._rows.seen, judged)):
            self._problems.add(problem)
        return judged

    def _look_at(self, chunk: Sequence[Record]) -> None:
        """Ask the store what it would refuse, so that all problems of the file are reported at once."""
        with self._store.snapshot() as reading:
            kept, rows, problems = self._kind.resolve(reading, chunk, self._target)
            merchant_id = self._order.merchant_id
            outcomes = self._kind.preview(reading, merchant_id, rows, self._import_id, self._looked_at)
        self._tell(list(zip(kept, outcomes, strict=True)), problems)

    def _begun(self) -> int:
        """Return the import's number, assigned when the first row is staged."""
        if self._import_id is None:
            order, digest = self._order, self._table.digest
            asked = {
                "accept_valid": order.accept_valid,
                "withdraw_missing": order.withdraw_missing,
                "identity_changes": order.identity_changes,
            }
            options = {name: True for name, on in asked.items() if on} | {
                PROCESS: this_process(),
                READ_WITH: self._opened.read_with(order),
            }
            file = ImportFile(
                merchant_id=order.merchant_id,
                kind=ImportKind(self._kind.name),
                sha256=digest.sha256,
                name=order.file.name[-NAME_MAX:],
                size_bytes=digest.size,
                who=order.actor.name,
                options=options,
            )
            self._import_id = patiently(
                self._store, lambda tx: begin_import(tx, file, order.clock(), again=order.again)
            )
        return self._import_id

    def _judge(self) -> int:
        """Return the import's number, if there are rows to import and nothing prevents it."""
        if not self._rows.rows:
            raise NoRowsError(self._order.file.name, self._rows.left)
        if self._rows.left.likely:
            raise SheetsError(self._order.file.name, self._rows.left)
        numbers = self._rows.row_numbers
        if numbers is not None and numbers.refused and not self._order.identity_changes:
            raise RowNumbersError(self._order.file.name, numbers)
        good = sum(self._counts[change] for change in (Change.NEW, Change.CHANGED, Change.UNCHANGED))
        if self._import_id is None or not good or (self._problems.count and not self._order.accept_valid):
            raise ImportRefusedError(self._order.file.name, self._rows.rows, self._problems, self._rows.left)
        self._refuse_identity_changes()
        return self._import_id

    def _refuse_identity_changes(self) -> None:
        """Refuse changes of identity that nobody has said are meant.

        A release need not look again. A staged change takes effect only if the version that it was compared with
        is still in effect: until the release no other import may change that bill or customer, and a change by
        hand or a payment overtakes the staged one.
        """
        with self._store.snapshot() as reading:
            self._identity.count_customers(reading, self._order.merchant_id)
            self._identity.add_former(self._former.owing(reading))
        if self._identity.stop and not self._order.identity_changes:
            raise IdentityError(self._order.file.name, self._identity)

    def _stage_withdrawals(self, import_id: int) -> None:
        for numbers in missing_bills(self._store, self._target.merchant.merchant_id, self._rows):
            withdraw = partial(stage_withdrawals, import_id=import_id, numbers=numbers)
            outcomes = patiently(self._store, withdraw)
            refuse_claimed(outcomes)
            # A bill refused here was paid or marked a moment ago: it is not to be withdrawn.
            self._counts[Change.WITHDRAWN] += sum(found.change is Change.WITHDRAWN for found in outcomes)
            self._watch(Phrase("looking for what is missing"), self._rows.rows, None)

    def _finish(self, import_id: int) -> None:
        """Complete the import and, if it needs no release by another user, put it into effect."""
        counts = self._told()
        waits = self._target.merchant.maker_checker and (counts.new or counts.changed or counts.withdrawn)

        def finish(tx: StoreTransaction) -> Import:
            now, actor = self._order.clock(), self._order.actor
            finish_staging(tx, import_id, counts)
            found = get_import(tx, import_id) if waits else release_import(tx, import_id, actor.name, now)
            append_audit(
                tx,
                actor,
                f"{self._kind.name} import",
                import_subject(found),
                None,
                audit_document(found),
                now,
            )
            self._remembered = self._remember(tx, now)
            return found

        patiently(self._store, finish)

    def _remember(self, tx: StoreTransaction, now: dt.datetime) -> Remembered | None:
        """Remember the mapping that was given: it has read a whole file."""
        order = self._order
        if order.mapping is None:
            return None
        asked = ToRemember(
            merchant_id=order.merchant_id,
            kind=ImportKind(self._kind.name),
            titles=self._table.header,
            mapping=order.mapping,
            actor=order.actor,
            now=now,
        )
        return remember(tx, asked)

    def _told(self) -> ImportCounts:
        taken = [self._counts[change] for change in (Change.NEW, Change.CHANGED, Change.UNCHANGED)]
        return ImportCounts(
            read=self._rows.rows,
            new=taken[0],
            changed=taken[1],
            unchanged=taken[2],
            withdrawn=self._counts[Change.WITHDRAWN],
            refused=self._rows.rows - sum(taken),
        )

    def _so_far(self, counts: Mapping[Change, int]) -> ImportCounts:
        """Return the counts of an import that has not ended well yet: rows that are neither are still undecided."""
        return ImportCounts(
            read=self._rows.rows,
            new=counts[Change.NEW],
            changed=counts[Change.CHANGED],
            unchanged=counts[Change.UNCHANGED],
            refused=self._problems.rows,
        )

    def _give_up(self, ended: ImportEnd) -> None:
        # Report the original error, not the failed tidying: `imports reject` does that later.
        with suppress(StoreError):
            if self._rows.rows:
                # A file whose first rows are bad is listed too.
                self._begun()
            if self._import_id is not None:
                now, counts = self._order.clock(), self._so_far(self._counts)
                throw_away(self._store, self._import_id, ended, counts, now)

"""Takes a bank's reports (pain.002) of a batch, of which there may be several: each whole, or nothing of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.files.read.source import open_plain
from offline_collect.settlement.bank_files.reading import changed_meanwhile
from offline_collect.settlement.bank_files.taking import refuse_taken, take_at_once
from offline_collect.settlement.debit.apply_reports import ApplyingReports, TakenReport
from offline_collect.settlement.debit.report_match import ReportMatch, ReportTerms
from offline_collect.store import SqlStore, StoreTransaction


def ingest_report(
    store: SqlStore, path: Path, terms: ReportTerms, acting: tuple[Actor, dt.datetime]
) -> TakenReport:
    """Take a report.

    Args:
        acting: who takes it, and when.

    Raises:
        NotPermittedError: the actor may not do it.
        BankFileError: it ended a batch before, or contradicts; names every contradiction, up to a bound.
        FileError: it cannot be read, or is no report.
        StoreError: the store was busy too long; nothing was taken.
    """
    acting[0].require(Permission.DEBIT)
    refused = Phrase("{path}: contradicts its batch, so nothing of it was taken:", path=str(path))
    with open_plain(path) as stream:
        digest = digest_stream(stream)
        with store.snapshot() as reading:
            refuse_taken(reading, path, digest)
            first_read = ReportMatch(reading, terms, locks=False)
            for _ in first_read.matched(stream, path):
                pass
            first_read.differences.refuse(refused)

        def take(tx: StoreTransaction, first: int) -> TakenReport:
            applying = ApplyingReports(tx, terms, first, acting)
            match = ReportMatch(tx, terms, locks=True)
            for chunk in match.matched(stream, path):
                match.differences.refuse(refused)
                assert match.stored is not None, "its records matched"
                applying.take_records(match.stored.batch, chunk)
            # Another report may have been taken since it was first read.
            match.differences.refuse(refused)
            if digest_stream(stream) != digest or match.stored is None:
                raise changed_meanwhile(path)
            applying.take_rest(match.stored.batch, match.group, match.line)
            return applying.finish(match.stored, match.group, match.message_id, digest)

        # Meanwhile others can only have settled some of them.
        return take_at_once(store, path, first_read.settles, take)

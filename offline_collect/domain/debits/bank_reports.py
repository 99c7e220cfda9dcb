"""What a bank's reports make of a debit batch: several reports, of all records or of rejected ones only.

A report is refused whole if anything in it contradicts the batch or an earlier report. Its records are judged by what was
known before it (`record_after`), then its status of the whole batch is (`group_after`), as that is about all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.report_standings import (
    GROUP_LIFE,
    INTERMEDIATE,
    OPEN,
    RECORD_LIFE,
    ReportRule,
    Standing,
    Status,
    Stood,
    standing_of,
)
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value

_END_TO_END_ID = re.compile(r"([!-~]{1,20})-([1-9][0-9]{0,9})")
_STATUSES = {each.value: each for each in Status}


def end_to_end_id(batch_no: str, sequence: int) -> str:
    """Return the name that a record has at all banks."""
    return f"{batch_no}-{sequence}"


def of_end_to_end_id(text: str) -> tuple[str, int] | None:
    """Return batch number and sequence number of a record's name; None if it is none of ours."""
    found = _END_TO_END_ID.fullmatch(text)
    return None if found is None else (found[1], int(found[2]))


@value
class AskedDebit:
    """A record as it went out."""

    batch_no: str
    sequence: int
    amount_minor: int
    currency: str
    mandate_ref: str


@value
class RecordReport:
    """What a report says of a record.

    Attributes:
        line: of the file, from 1.
        status: as the bank writes it; None if it gives none.
        reasons: the bank's codes, in their order.
        amount_minor: None if the report does not repeat it; likewise currency and mandate.
    """

    line: int
    end_to_end_id: str | None
    status: str | None
    reasons: tuple[str, ...] = ()
    amount_minor: int | None = None
    currency: str | None = None
    mandate_ref: str | None = None


@value
class GroupReport:
    """What a report says of a whole batch, or of its one payment information, which has all its records.

    Attributes:
        line: of the file, from 1.
        batch_no: as the report has it.
        status: as the bank writes it; None if it gives none.
        reasons: the bank's codes, in their order.
        rejected_count: how many records it says are rejected; None if it does not say it.
    """

    line: int
    batch_no: str
    status: str | None
    reasons: tuple[str, ...] = ()
    rejected_count: int | None = None


@value
class Tally:
    """A batch's records by their own standing, with those of the report in hand.

    Attributes:
        rejected_now: how many the report in hand rejects.
        count: of all records.
        total_minor: the sum of all records.
        rejected_minor: that of rejected ones.
    """

    settled: int
    rejected: int
    rejected_now: int
    count: int
    total_minor: int
    rejected_minor: int


@value
class NamedByStatement:
    """A booked credit of a statement that names a batch."""

    line: int
    batch_no: str
    amount_minor: int
    currency: str


@value
class Contradiction:
    """Why a report is refused.

    Attributes:
        line: of the file, from 1.
    """

    line: int
    reason: Phrase

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@value
class BatchSoFar:
    """What was known of a batch before the report in hand."""

    batch_no: str
    currency: str
    rule: ReportRule
    group: Stood


def record_after(
    own: Stood,
    report: RecordReport,
    asked: AskedDebit | None,
    batch: BatchSoFar,
    codes: ReasonCodes,
    *,
    repeated: bool,
) -> Stood | Contradiction:
    """Return a record's own standing after a report, or why the report is refused.

    Args:
        own: what it was before.
        asked: the record that the report names; None if the batch has none of this name.
        repeated: whether the report has named the record before.
    """
    if asked is None:
        return _of_other(report, batch)
    number = end_to_end_id(asked.batch_no, asked.sequence)
    differs = _differs(report, asked, number)
    if repeated:
        differs = Phrase("record {number} is there twice", number=number)
    if differs is not None:
        return Contradiction(report.line, differs)
    what = Phrase("record {number}", number=number)
    status = _STATUSES.get(report.status or "")
    if status is None or status not in RECORD_LIFE:
        return _unknown(report.line, what, report.status, RECORD_LIFE)
    before = standing_of(own, batch.group, batch.rule)
    if status in INTERMEDIATE:
        return Stood(RECORD_LIFE[status].target) if before.standing in OPEN else own
    after = _after(RECORD_LIFE[status], report.reasons, codes)
    return _against(report.line, what, before, after, RECORD_LIFE[status]) or after


def group_after(
    report: GroupReport, batch: BatchSoFar, tally: Tally, codes: ReasonCodes
) -> Stood | Contradiction:
    """Return a batch's standing after all records of a report, or why the report is refused."""
    if report.batch_no != batch.batch_no:
        return _other_batch(report.line, report.batch_no, batch)
    # A batch that is rejected as a whole names none of its records.
    all_of_it = tally.count if report.status == Status.REJECTED else tally.rejected
    if report.rejected_count not in {None, tally.rejected, tally.rejected_now, all_of_it}:
        reason = Phrase(
            "says that {stated} records are rejected, but names {found}",
            stated=str(report.rejected_count),
            found=tally.rejected_now,
        )
        return Contradiction(report.line, reason)
    if report.status is None:
        return batch.group
    what = Phrase("the batch")
    status = _STATUSES.get(report.status)
    if status is None:
        return _unknown(report.line, what, report.status, GROUP_LIFE)
    if status in INTERMEDIATE:
        return Stood(GROUP_LIFE[status].target) if batch.group.standing in OPEN else batch.group
    after = _after(GROUP_LIFE[status], report.reasons, codes)
    against = _against(report.line, what, batch.group, after, GROUP_LIFE[status])
    return against or _against_records(report.line, after, batch, tally) or after


def named_after(named: NamedByStatement, batch: BatchSoFar, tally: Tally) -> Stood | Contradiction:
    """Return a batch's standing after a statement that names it, or why the statement does not fit.

    The credit must be exactly what the bank has not rejected. It settles records only if the bank reports rejected ones
    only; otherwise each record waits for its own report.
    """
    wanted = tally.total_minor - tally.rejected_minor
    if (named.batch_no, named.currency, named.amount_minor) != (batch.batch_no, batch.currency, wanted):
        reason = Phrase(
            "credits {found} for batch {batch}, but {wanted} of {asked} is not rejected",
            found=_money(named.amount_minor, named.currency),
            batch=named.batch_no,
            wanted=_money(wanted, batch.currency),
            asked=batch.batch_no,
        )
        return Contradiction(named.line, reason)
    life = GROUP_LIFE[Status.SETTLED]
    after = Stood(life.target)
    against = _against(named.line, Phrase("the batch"), batch.group, after, life)
    return against or (after if batch.rule is ReportRule.REJECTS_ONLY else batch.group)


def _after(life: Transition[Standing], reasons: Iterable[str], codes: ReasonCodes) -> Stood:
    return Stood(life.target, codes.of(reasons) if life.target is Standing.REJECTED else None)


def _against(
    line: int, what: str, before: Stood, after: Stood, life: Transition[Standing]
) -> Contradiction | None:
    """Return that a final standing was another before; None if it was not."""
    if before.standing in life.sources and (before.standing in OPEN or before.code == after.code):
        return None
    was, now = (_told(each) for each in (before, after))
    return Contradiction(line, Phrase("{what} is {now}, but was {was} before", what=what, now=now, was=was))


def _against_records(line: int, after: Stood, batch: BatchSoFar, tally: Tally) -> Contradiction | None:
    """Return what a batch's status contradicts among its records."""
    if after.standing is Standing.REJECTED and tally.settled:
        reason = Phrase("the batch is rejected, but {count} of its records are settled", count=tally.settled)
        return Contradiction(line, reason)
    if after.standing is Standing.SETTLED and tally.rejected and batch.rule is ReportRule.ALL:
        reason = Phrase("the batch is settled, but {count} of its records are rejected", count=tally.rejected)
        return Contradiction(line, reason)
    return None


def _of_other(report: RecordReport, batch: BatchSoFar) -> Contradiction:
    name = report.end_to_end_id
    if name is None:
        return Contradiction(report.line, Phrase("names no record: OrgnlEndToEndId is missing"))
    place = of_end_to_end_id(name)
    if place is None or place[0] == batch.batch_no:
        return Contradiction(report.line, Phrase("record {number} is not in the batch", number=name))
    return _other_batch(report.line, place[0], batch)


def _other_batch(line: int, found: str, batch: BatchSoFar) -> Contradiction:
    return Contradiction(
        line, Phrase("is of batch {found}, not {wanted}", found=found, wanted=batch.batch_no)
    )


def _differs(report: RecordReport, asked: AskedDebit, number: str) -> Phrase | None:
    """Return what a report repeats otherwise than it was asked for."""
    if report.amount_minor is not None and report.currency is not None:
        found = (report.currency, report.amount_minor)
        if found != (asked.currency, asked.amount_minor):
            return Phrase(
                "record {number} has the amount {found}, but the batch has {wanted}",
                number=number,
                found=_money(report.amount_minor, report.currency),
                wanted=_money(asked.amount_minor, asked.currency),
            )
    if report.mandate_ref not in {None, asked.mandate_ref}:
        return Phrase(
            "record {number} has the mandate {found}, but the batch has {wanted}",
            number=number,
            found=str(report.mandate_ref),
            wanted=asked.mandate_ref,
        )
    return None


def _money(minor: int, currency: str) -> str:
    return f"{format_major(minor, currency)} {CURRENCIES[currency].code}"


def _unknown(line: int, what: str, status: str | None, known: Iterable[Status]) -> Contradiction:
    if status is None:
        return Contradiction(line, Phrase("{what} has no status", what=what))
    names = ", ".join(sorted(known))
    reason = Phrase(
        "{what} has the status {status}; known are {known}", what=what, status=status, known=names
    )
    return Contradiction(line, reason)


def _told(stood: Stood) -> str:
    return stood.standing.value if stood.code is None else f"{stood.standing.value} ({stood.code})"

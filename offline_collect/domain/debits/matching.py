"""Whether a bank's file of results is that of a batch: any difference, and nothing of it is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.debits.batches import Batch, DebitRecord, RecordState
from offline_collect.domain.debits.return_codes import ReturnCode, SettledProblem, settled_problem
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value

_SETTLED_PROBLEMS = {
    SettledProblem.NOTHING_SETTLED: Phrase("says that it is settled, but with no amount"),
    SettledProblem.SETTLED_ALTHOUGH_REFUSED: Phrase("says that it is refused, but with a settled amount"),
    SettledProblem.MORE_THAN_ASKED: Phrase("says that more is settled than was asked for"),
}


@value
class ResultHeader:
    """The header of a file of results."""

    institution: str
    merchant_id: str
    batch_no: str
    business_date: dt.date
    count: int
    currency: str


@value
class ResultLine:
    """A record of a file of results.

    Attributes:
        line: its number in the file.
        code: the return code, as the bank's table has it.
    """

    line: int
    sequence: int
    bill_no: str
    amount_minor: int
    code: ReturnCode
    settled_minor: int
    core_serial: str | None = None
    reason: str | None = None


@value
class ReturnLine:
    """A record of a file of debits that came back.

    Attributes:
        bill_no: None if the file does not say it, as a message of ISO 20022 does not.
    """

    line: int
    batch_no: str
    sequence: int
    bill_no: str | None
    amount_minor: int
    code: ReturnCode


def header_differences(header: ResultHeader, batch: Batch) -> Iterator[Difference]:
    """Yield what differs between a file's header and its batch."""
    pairs = (
        (Phrase("institution"), header.institution, batch.institution),
        (Phrase("merchant"), header.merchant_id, batch.merchant_id),
        (Phrase("business date"), str(header.business_date), str(batch.business_date)),
        (Phrase("number of records"), str(header.count), str(batch.record_count)),
        (Phrase("currency"), header.currency, batch.currency),
    )
    for what, found, wanted in pairs:
        if found != wanted:
            reason = Phrase(
                "the {what} is {found}, but the batch has {wanted}", what=what, found=found, wanted=wanted
            )
            yield Difference(1, reason)


def result_differences(
    line: ResultLine, record: DebitRecord | None, currency: str, *, repeated: bool
) -> Iterator[Difference]:
    """Yield what differs between a record of a file and that of its batch.

    Args:
        record: None if the batch has none of this sequence number.
        repeated: whether the file has had this sequence number before.
    """
    if record is None:
        yield Difference(line.line, Phrase("record {number} is not in the batch", number=line.sequence))
        return
    if repeated:
        yield Difference(line.line, Phrase("record {number} is there twice", number=line.sequence))
    if record.bill_no != line.bill_no:
        yield _other_bill(line.line, line.sequence, line.bill_no, record.bill_no)
    if record.amount_minor != line.amount_minor:
        yield _other_amount(line.line, line.sequence, (line.amount_minor, record.amount_minor), currency)
    problem = settled_problem(line.code, record.amount_minor, line.settled_minor)
    if problem is not None:
        reason = Phrase("record {number} {problem}", number=line.sequence, problem=_SETTLED_PROBLEMS[problem])
        yield Difference(line.line, reason)


def missing(sequence: int) -> Difference:
    """Return that a file lacks a record of its batch."""
    return Difference(0, Phrase("record {number} of the batch is not in the file", number=sequence))


def return_differences(
    line: ReturnLine, record: DebitRecord | None, currency: str, *, repeated: bool
) -> Iterator[Difference]:
    """Yield why a debit cannot have come back as a file says.

    Args:
        record: None if there is no such batch or record of the file's institution.
        currency: of the file.
        repeated: whether the file has had this record before.
    """
    place = f"{line.batch_no}/{line.sequence}"
    if record is None:
        yield Difference(line.line, Phrase("record {number} was never sent", number=place))
        return
    if repeated:
        yield Difference(line.line, Phrase("record {number} is there twice", number=place))
    if line.bill_no is not None and record.bill_no != line.bill_no:
        yield _other_bill(line.line, place, line.bill_no, record.bill_no)
    if record.state is not RecordState.SETTLED:
        reason = Phrase(
            "record {number} is {state}: only a settled one can come back",
            number=place,
            state=record.state.value,
        )
        yield Difference(line.line, reason)
    elif record.settled_minor != line.amount_minor:
        yield _other_amount(line.line, place, (line.amount_minor, record.settled_minor or 0), currency)


def _other_bill(line: int, number: int | str, found: str, wanted: str) -> Difference:
    reason = Phrase(
        "record {number} is of bill {found}, but the batch has {wanted}",
        number=number,
        found=found,
        wanted=wanted,
    )
    return Difference(line, reason)


def _other_amount(line: int, number: int | str, amounts: tuple[int, int], currency: str) -> Difference:
    found, wanted = (format_major(minor, currency) for minor in amounts)
    reason = Phrase(
        "record {number} has the amount {found}, but the batch has {wanted}",
        number=number,
        found=found,
        wanted=wanted,
    )
    return Difference(line, reason)

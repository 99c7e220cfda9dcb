"""Reads a bank's reports of a debit batch: pain.002.001.10, customer payment status report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from offline_collect.domain.debits.bank_reports import GroupReport, RecordReport
from offline_collect.domain.debits.report_standings import Status
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.iso20022.message_values import RecordValues
from offline_collect.files.iso20022.xml_limits import Place
from offline_collect.files.iso20022.xml_records import MessagePlan, XmlRecord, read_xml_records

MESSAGE = "pain.002.001.10"

_DEBITS = "pain.008."
"""What reports are of, in any version: a bank may have converted what it was sent."""
_REASONS = ("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")
_WHOLE = (*(f"{path}*" for path in _REASONS), "NbOfTxsPerSts/DtldNbOfTxs*", "NbOfTxsPerSts/DtldSts*")
_AMOUNT = "OrgnlTxRef/Amt/InstdAmt"
_MANDATE = "OrgnlTxRef/MndtRltdInf/MndtId"
_REPORT = "CstmrPmtStsRpt"

_PLAN = MessagePlan(
    MESSAGE,
    {
        f"{_REPORT}/GrpHdr": ("MsgId", "CreDtTm"),
        f"{_REPORT}/OrgnlGrpInfAndSts": ("OrgnlMsgId", "OrgnlMsgNmId", "GrpSts", *_WHOLE),
        f"{_REPORT}/OrgnlPmtInfAndSts": ("OrgnlPmtInfId", "PmtInfSts", *_WHOLE),
        f"{_REPORT}/OrgnlPmtInfAndSts/TxInfAndSts": (
            "OrgnlEndToEndId",
            "TxSts",
            *(f"{path}*" for path in _REASONS),
            "StsRsnInf/AddtlInf*",
            "AcctSvcrRef",
            f"{_AMOUNT}@Ccy",
            _MANDATE,
        ),
    },
)


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """Which report it is.

    Attributes:
        message_id: the bank's number of it.
        created: when, as the bank writes it.
    """

    line: int
    message_id: str
    created: str


@dataclass(frozen=True, slots=True)
class ReportedRecord:
    """A record of a report, with what no rule asks for.

    Attributes:
        core_serial: the number of the debit at the bank; None if it gives none.
        words: the bank's own words; None if it gives none.
    """

    report: RecordReport
    core_serial: str | None
    words: str | None


StatusPart: TypeAlias = ReportHeader | GroupReport | ReportedRecord


def read_status_report(stream: BinaryIO, path: Path) -> Iterator[StatusPart]:
    """Yield a report's header, then what it says of the whole batch, then its records. Memory does not grow with the file.

    What it says of the batch comes once or twice: as group and as payment information, if that is there.

    Args:
        stream: at the file's start.
        path: its name, for errors.

    Raises:
        XmlFileError: it is no such report, or not whole.
    """
    seen: set[str] = set()
    for record in read_xml_records(stream, path, _PLAN):
        values = RecordValues(record, path)
        if record.name == "TxInfAndSts":
            yield _record(values)
            continue
        if record.name in seen:
            raise values.error("", Phrase("is there twice: one report must be of one batch"))
        seen.add(record.name)
        yield _header(values) if record.name == "GrpHdr" else _group(record, values)
    if not {"GrpHdr", "OrgnlGrpInfAndSts"} <= seen:
        raise Place(path).error(Phrase("says not what it is of: GrpHdr or OrgnlGrpInfAndSts is missing"))


def _header(values: RecordValues) -> ReportHeader:
    return ReportHeader(values.line, values.needed("MsgId"), values.needed("CreDtTm"))


def _group(record: XmlRecord, values: RecordValues) -> GroupReport:
    is_group = record.name == "OrgnlGrpInfAndSts"
    if is_group and not values.needed("OrgnlMsgNmId").startswith(_DEBITS):
        raise values.error("OrgnlMsgNmId", Phrase("is not pain.008: the report is not of debits"))
    return GroupReport(
        line=values.line,
        batch_no=values.needed("OrgnlMsgId" if is_group else "OrgnlPmtInfId"),
        status=values.text("GrpSts" if is_group else "PmtInfSts"),
        reasons=values.texts(*_REASONS),
        rejected_count=_rejected_count(values),
    )


def _rejected_count(values: RecordValues) -> int | None:
    """Return how many records a report says are rejected; None if it counts none of any status."""
    counts = values.counts("NbOfTxsPerSts/DtldNbOfTxs")
    statuses = values.texts("NbOfTxsPerSts/DtldSts")
    if len(counts) != len(statuses):
        raise values.error("NbOfTxsPerSts", Phrase("has not one number for each status"))
    told = dict(zip(statuses, counts, strict=True))
    return told.get(Status.REJECTED, 0) if told else None


def _record(values: RecordValues) -> ReportedRecord:
    amount, currency = values.amount(_AMOUNT) or (None, None)
    report = RecordReport(
        line=values.line,
        end_to_end_id=values.text("OrgnlEndToEndId"),
        status=values.text("TxSts"),
        reasons=values.texts(*_REASONS),
        amount_minor=amount,
        currency=currency,
        mandate_ref=values.text(_MANDATE),
    )
    words = " ".join(values.texts("StsRsnInf/AddtlInf")) or None
    return ReportedRecord(report, values.identifier("AcctSvcrRef"), words)

"""Reads what a bank has booked on an account: camt.054.001.08, debit and credit notification; debits that came back are in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.iso20022.message_values import RecordValues
from offline_collect.files.iso20022.xml_limits import Place
from offline_collect.files.iso20022.xml_records import MessagePlan, read_xml_records

MESSAGE = "camt.054.001.08"

_NOTICE = "BkToCstmrDbtCdtNtfctn"
_ENTRY = f"{_NOTICE}/Ntfctn/Ntry"
_REASONS = ("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
_BOOKED = "BOOK"

_PLAN = MessagePlan(
    MESSAGE,
    {
        f"{_NOTICE}/GrpHdr": ("MsgId", "CreDtTm"),
        _ENTRY: (
            "Amt@Ccy",
            "CdtDbtInd",
            "RvslInd",
            "Sts/Cd",
            "Sts/Prtry",
            "BookgDt/Dt",
            "BookgDt/DtTm",
            "AcctSvcrRef",
        ),
        f"{_ENTRY}/NtryDtls/Btch": ("MsgId", "PmtInfId", "NbOfTxs", "TtlAmt@Ccy"),
        f"{_ENTRY}/NtryDtls/TxDtls": (
            "Refs/MsgId",
            "Refs/AcctSvcrRef",
            "Refs/PmtInfId",
            "Refs/EndToEndId",
            "Refs/MndtId",
            "Amt@Ccy",
            "CdtDbtInd",
            *_REASONS,
            "RtrInf/AddtlInf*",
        ),
    },
)


@dataclass(frozen=True, slots=True)
class NotificationHeader:
    """Which notification it is.

    Attributes:
        message_id: the bank's number of it.
        created: when, as the bank writes it.
    """

    line: int
    message_id: str
    created: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A posting to the account.

    Attributes:
        is_reversal: whether it takes back an earlier one, so that a debit is a credit taken back.
        is_booked: whether it is final; others are pending, or for information only.
        core_serial: the number of the posting at the bank; None if it gives none.
    """

    line: int
    amount_minor: int
    currency: str
    is_credit: bool
    is_reversal: bool
    is_booked: bool
    booked_on: dt.date | None
    core_serial: str | None


@dataclass(frozen=True, slots=True)
class EntryBatch:
    """Which batch an entry is of, as far as the bank names it.

    Attributes:
        batch_no: by its payment information, or else by its message; None if it names neither.
        count: of its records; None if it is not said.
        amount_minor: of the batch; that of the entry if it is not said.
    """

    line: int
    entry: Entry
    batch_no: str | None
    count: int | None
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """A debit that an entry is of.

    Attributes:
        batch_no: by its payment information, or else by its message; None if it names neither.
        end_to_end_id: the record's name; None if it gives none.
        amount_minor: None if it is not said, and the entry has other details too.
        reasons: why the debit came back: the bank's codes.
        is_return: whether the debit came back.
        words: the bank's own words; None if it gives none.
    """

    line: int
    entry: Entry
    batch_no: str | None
    end_to_end_id: str | None
    mandate_ref: str | None
    amount_minor: int | None
    currency: str | None
    is_credit: bool
    is_return: bool
    reasons: tuple[str, ...]
    core_serial: str | None
    words: str | None


NotificationPart: TypeAlias = NotificationHeader | Entry | EntryBatch | EntryDetail


def read_notification(stream: BinaryIO, path: Path) -> Iterator[NotificationPart]:
    """Yield a notification's header, and each entry with its batches and details. Memory does not grow with the file.

    Args:
        stream: at the file's start.
        path: its name, for errors.

    Raises:
        XmlFileError: it is no such notification, or not whole.
    """
    entry: Entry | None = None
    has_header = False
    for record in read_xml_records(stream, path, _PLAN):
        values = RecordValues(record, path)
        if record.name == "GrpHdr":
            has_header = True
            yield NotificationHeader(record.line, values.needed("MsgId"), values.needed("CreDtTm"))
        elif record.name == "Ntry":
            entry = _entry(values)
            yield entry
        else:
            assert entry is not None, "an entry is given when something begins in it"
            yield _batch(values, entry) if record.name == "Btch" else _detail(values, entry)
    if not has_header:
        raise Place(path).error(Phrase("says not which notification it is: GrpHdr is missing"))


def _entry(values: RecordValues) -> Entry:
    amount = values.amount("Amt")
    is_credit = values.is_credit("CdtDbtInd")
    if amount is None or is_credit is None:
        raise values.error("Amt" if amount is None else "CdtDbtInd", Phrase("is missing"))
    return Entry(
        line=values.line,
        amount_minor=amount[0],
        currency=amount[1],
        is_credit=is_credit,
        is_reversal=values.truth("RvslInd"),
        is_booked=values.text("Sts/Cd") == _BOOKED,
        booked_on=values.date("BookgDt"),
        core_serial=values.text("AcctSvcrRef"),
    )


def _batch(values: RecordValues, entry: Entry) -> EntryBatch:
    amount, currency = values.amount("TtlAmt") or (entry.amount_minor, entry.currency)
    return EntryBatch(
        line=values.line,
        entry=entry,
        batch_no=values.text("PmtInfId") or values.text("MsgId"),
        count=next(iter(values.counts("NbOfTxs")), None),
        amount_minor=amount,
        currency=currency,
    )


def _detail(values: RecordValues, entry: Entry) -> EntryDetail:
    amount, currency = values.amount("Amt") or (None, None)
    own = values.is_credit("CdtDbtInd")
    is_credit = entry.is_credit if own is None else own
    reasons = values.texts(*_REASONS)
    return EntryDetail(
        line=values.line,
        entry=entry,
        batch_no=values.text("Refs/PmtInfId") or values.text("Refs/MsgId"),
        end_to_end_id=values.text("Refs/EndToEndId"),
        mandate_ref=values.text("Refs/MndtId"),
        amount_minor=amount,
        currency=currency,
        is_credit=is_credit,
        is_return=not is_credit and bool(reasons or entry.is_reversal),
        reasons=reasons,
        core_serial=values.identifier("Refs/AcctSvcrRef"),
        words=" ".join(values.texts("RtrInf/AddtlInf")) or None,
    )

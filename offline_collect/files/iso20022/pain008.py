"""Writes a debit batch as pain.008.001.08, customer direct debit initiation: one payment information, a record a line.

The same batch gives the same bytes each time. It is written as it comes: memory does not grow with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias

from lxml import etree

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.debits.bank_reports import end_to_end_id
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import MessageFieldError
from offline_collect.files.iso20022.texts import (
    ACCOUNT_MAX,
    BATCH_MAX,
    CLEARING_SYSTEM_MAX,
    ID_MAX,
    NAME_MAX,
    REMARK_MAX,
    REMITTANCE_MAX,
    cut,
    fitting,
)
from offline_collect.files.iso20022.xml_records import NAMESPACE_PREFIX

MESSAGE = "pain.008.001.08"

_INITIATION = "CstmrDrctDbtInitn"
_AMOUNT_MAX = 10**18
"""Amounts and sums have at most 18 digits."""
_NO_AMOUNT = Phrase("is no amount that a record can have")
_NO_BANK = "NOTPROVIDED"
"""What stands for a bank that is not known: the element must be there."""


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is paid.

    Attributes:
        bank: the number of his bank in its clearing; None if its bank is the receiver.
        scheme_id: his number at the payers' banks; None if these need none.
    """

    name: str
    account: str = field(repr=False)
    bank: str | None = None
    scheme_id: str | None = None


@dataclass(frozen=True, slots=True)
class DebitFile:
    """What a message says of the whole batch.

    Attributes:
        made_at: when the batch was made; aware.
        count: of its records.
        currency: its ISO 4217 number.
        initiator: the name of who sends it.
        clearing_system: ISO's code of the clearing whose numbers banks have, such as CNAPS; None to leave it out.
    """

    batch_no: str
    made_at: dt.datetime
    collection_date: dt.date
    count: int
    total_minor: int
    currency: str
    initiator: str
    creditor: Creditor
    clearing_system: str | None = None


@dataclass(frozen=True, slots=True)
class DebitInstruction:
    """A record.

    Attributes:
        debit_bank: the number of the payer's bank in its clearing; None if it is not known.
        remark: what the payer reads on his statement; cut if it is too long.
    """

    sequence: int
    debit_account: str = field(repr=False)
    debit_bank: str | None
    account_name: str = field(repr=False)
    amount_minor: int
    bill_no: str
    mandate_ref: str
    mandate_date: dt.date | None
    remark: str | None


Write: TypeAlias = Callable[[DebitInstruction], None]


@contextmanager
def direct_debits(stream: BinaryIO, batch: DebitFile) -> Iterator[Write]:
    """Write a batch: what is given back writes a record, in the order of their sequence numbers.

    Raises:
        MessageFieldError: something does not fit; of a record, before any of it is written. At the end: the records are
            not as many, or not as much, as the batch says.
    """
    head, payment = _head(batch), _payment(batch)
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("Document", nsmap={None: NAMESPACE_PREFIX + MESSAGE}), file.element(_INITIATION):
            file.write("\n", head)
            with file.element("PmtInf"):
                file.write("\n", *payment)
                records = _Records(file, batch)
                yield records.write
                records.check_totals()


def check_batch(batch: DebitFile) -> None:
    """Refuse what a message would say of a whole batch, if it does not fit.

    Raises:
        MessageFieldError: it is so.
    """
    _head(batch)
    _payment(batch)


def check_instruction(record: DebitInstruction) -> None:
    """Refuse a record that does not fit, so that its bill stays out of the batch.

    Raises:
        MessageFieldError: it is so.
    """
    _texts(record)


_Texts: TypeAlias = tuple[str, str | None, str | None, str, str, str]


def _texts(record: DebitInstruction) -> _Texts:
    """Return the texts of a record in their order; those of optional elements are None."""
    if type(record.amount_minor) is not int or not 0 < record.amount_minor < _AMOUNT_MAX:
        raise MessageFieldError(Phrase("{field}: {reason}", field=Phrase("amount"), reason=_NO_AMOUNT))
    bill_no = fitting(record.bill_no, ID_MAX, Phrase("bill number"))
    remark = bill_no
    if record.remark is not None:
        remark += " " + fitting(record.remark, REMARK_MAX, Phrase("remark"))
    return (
        fitting(record.mandate_ref, ID_MAX, Phrase("mandate")),
        None if record.mandate_date is None else record.mandate_date.isoformat(),
        None if record.debit_bank is None else fitting(record.debit_bank, ID_MAX, Phrase("debit bank")),
        fitting(record.account_name, NAME_MAX, Phrase("account name")),
        fitting(record.debit_account, ACCOUNT_MAX, Phrase("debit account")),
        cut(remark, REMITTANCE_MAX),
    )


def _shape(batch: DebitFile, values: Sequence[str | None]) -> tuple[Any, list[Any]]:
    """Return a record's element, to be filled and written again and again, and its leaves in the order of the values."""
    _, _, _, date, bank, *_ = values
    name, amount, mandate, signed, member = (_element(tag) for tag in _LEAVES[:5])
    holder, account, remittance = (_element(tag) for tag in _LEAVES[5:])
    amount.set("Ccy", CURRENCIES[batch.currency].code)
    related = [mandate] if date is None else [mandate, signed]
    made = _element(
        "DrctDbtTxInf",
        _element("PmtId", name),
        amount,
        _element("DrctDbtTx", _element("MndtRltdInf", *related)),
        _element("DbtrAgt", _bank(None if bank is None else member, batch.clearing_system)),
        _element("Dbtr", holder),
        _account("DbtrAcct", account),
        _element("RmtInf", remittance),
    )
    made.tail = "\n"
    return made, [name, amount, mandate, signed, member, holder, account, remittance]


_LEAVES = ("EndToEndId", "InstdAmt", "MndtId", "DtOfSgntr", "MmbId", "Nm", "Id", "Ustrd")


def _head(batch: DebitFile) -> Any:
    """Return the group's header."""
    if not 0 <= batch.total_minor < _AMOUNT_MAX:
        reason = Phrase("is no amount that a batch can have")
        raise MessageFieldError(Phrase("{field}: {reason}", field=Phrase("total"), reason=reason))
    made = _element(
        "GrpHdr",
        _text("MsgId", fitting(batch.batch_no, BATCH_MAX, Phrase("batch number"))),
        _text("CreDtTm", batch.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        *_totals(batch),
        _element("InitgPty", _text("Nm", fitting(batch.initiator, NAME_MAX, Phrase("initiating party")))),
    )
    made.tail = "\n"
    return made


def _payment(batch: DebitFile) -> list[Any]:
    """Return what stands before the records in the payment information."""
    creditor = batch.creditor
    if batch.clearing_system is not None:
        fitting(batch.clearing_system, CLEARING_SYSTEM_MAX, Phrase("clearing system"))
    bank = None
    if creditor.bank is not None:
        bank = _text("MmbId", fitting(creditor.bank, ID_MAX, Phrase("creditor's bank")))
    number = fitting(creditor.account, ACCOUNT_MAX, Phrase("creditor's account"))
    made = [
        _text("PmtInfId", batch.batch_no),
        _text("PmtMtd", "DD"),
        *_totals(batch),
        _text("ReqdColltnDt", batch.collection_date.isoformat()),
        _element("Cdtr", _text("Nm", fitting(creditor.name, NAME_MAX, Phrase("creditor's name")))),
        _account("CdtrAcct", _text("Id", number)),
        _element("CdtrAgt", _bank(bank, batch.clearing_system)),
    ]
    if creditor.scheme_id is not None:
        scheme_id = _text("Id", fitting(creditor.scheme_id, ID_MAX, Phrase("creditor id")))
        made.append(_element("CdtrSchmeId", _element("Id", _element("PrvtId", _element("Othr", scheme_id)))))
    for each in made:
        each.tail = "\n"
    return made


def _totals(batch: DebitFile) -> list[Any]:
    return [
        _text("NbOfTxs", str(batch.count)),
        _text("CtrlSum", format_major(batch.total_minor, batch.currency)),
    ]


def _bank(member: Any | None, clearing_system: str | None) -> Any:
    """Return a bank by its number in the clearing."""
    if member is None:
        return _element("FinInstnId", _element("Othr", _text("Id", _NO_BANK)))
    parts = [member]
    if clearing_system is not None:
        parts.insert(0, _element("ClrSysId", _text("Cd", clearing_system)))
    return _element("FinInstnId", _element("ClrSysMmbId", *parts))


def _account(name: str, number: Any) -> Any:
    return _element(name, _element("Id", _element("Othr", number)))


def _element(name: str, *children: Any) -> Any:
    """Return an element. It has no namespace of its own, so it is written without one and has that of the document."""
    made = etree.Element(name)
    made.extend(children)
    return made


def _text(name: str, text: str) -> Any:
    made = etree.Element(name)
    made.text = text
    return made


class _Records:
    """The records of a file."""

    def __init__(self, file: Any, batch: DebitFile) -> None:
        self._file = file
        self._batch = batch
        self._shapes: dict[tuple[bool, ...], tuple[Any, list[Any]]] = {}
        self._last = 0
        self._count = 0
        self._total_minor = 0

    def write(self, record: DebitInstruction) -> None:
        """Write a record."""
        texts = _texts(record)
        if record.sequence <= self._last:
            raise MessageFieldError(
                Phrase("record {number} stands behind record {last}", number=record.sequence, last=self._last)
            )
        self._last = record.sequence
        values = (
            end_to_end_id(self._batch.batch_no, record.sequence),
            format_major(record.amount_minor, self._batch.currency),
            *texts,
        )
        present = tuple(value is not None for value in values)
        shape = self._shapes.get(present)
        if shape is None:
            shape = self._shapes[present] = _shape(self._batch, values)
        element, leaves = shape
        for leaf, value in zip(leaves, values, strict=True):
            leaf.text = value
        self._file.write(element)
        self._count += 1
        self._total_minor += record.amount_minor

    def check_totals(self) -> None:
        """Refuse a file whose head says something else."""
        found, wanted = (
            (self._count, self._total_minor),
            (self._batch.count, self._batch.total_minor),
        )
        if found != wanted:
            currency = self._batch.currency
            raise MessageFieldError(
                Phrase(
                    "the records are {found} of {found_total}, but the batch has {wanted} of {wanted_total}",
                    found=found[0],
                    found_total=format_major(found[1], currency),
                    wanted=wanted[0],
                    wanted_total=format_major(wanted[1], currency),
                )
            )

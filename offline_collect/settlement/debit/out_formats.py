"""The two ways in which a batch goes to the bank: a file of fixed width, or a message of ISO 20022."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Protocol

from offline_collect.domain.debits.batches import Batch, BatchFormat, MessageParties
from offline_collect.files.errors import FixedFieldError, MessageFieldError
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.fixed_width.write import FixedWidthWriter, all_fit, line
from offline_collect.files.iso20022.pain008 import (
    MESSAGE,
    Creditor,
    DebitFile,
    DebitInstruction,
    check_batch,
    check_instruction,
    direct_debits,
)
from offline_collect.settlement.debit.out_file import header_values, record_columns, record_values
from offline_collect.store.debits.records import OutRecord, OutRow

UNFIT = (FixedFieldError, MessageFieldError)
"""Raised for what does not fit; the error has the reason."""


class OutFormat(Protocol):
    """Writes batches, and tells what does not fit before a batch is made."""

    @property
    def changed(self) -> str:
        """What was changed if a batch's file has not the bytes that it had first, and how to mend that."""

    def file_name(self, batch_no: str) -> str:
        """Return the name of a batch's file."""

    def check_batch(self, batch: Batch) -> None:
        """Refuse a batch whose head does not fit.

        Raises:
            FixedFieldError, MessageFieldError: it is so.
        """

    def all_fit(self, records: Sequence[OutRecord]) -> bool:
        """Whether records surely fit; if not, :meth:`check_record` tells of each whether it does."""

    def check_record(self, record: OutRecord) -> None:
        """Refuse a record that does not fit.

        Raises:
            FixedFieldError, MessageFieldError: it is so.
        """

    def write(
        self, stream: BinaryIO, batch: Batch, made_at: dt.datetime, pages: Iterable[Sequence[OutRow]]
    ) -> None:
        """Write a batch; no page of its records is empty."""


def out_format(batch_format: BatchFormat, layout: FixedLayout, parties: MessageParties) -> OutFormat:
    """Return what writes batches of a format.

    Args:
        layout: of the file of fixed width.
        parties: whom the message names.
    """
    return FixedOut(layout) if batch_format is BatchFormat.FIXED else MessageOut(parties)


@dataclass(frozen=True, slots=True)
class FixedOut:
    """A file of fixed width."""

    layout: FixedLayout

    @property
    def changed(self) -> str:
        """See OutFormat."""
        return f"the layout {self.layout.name} was changed; put the former one back"

    def file_name(self, batch_no: str) -> str:
        """See OutFormat."""
        return f"{self.layout.name}-{batch_no}.dat"

    def check_batch(self, batch: Batch) -> None:
        """See OutFormat."""
        line(self.layout.header, header_values(batch))

    def all_fit(self, records: Sequence[OutRecord]) -> bool:
        """See OutFormat."""
        return not records or all_fit(self.layout, record_columns(records), len(records))

    def check_record(self, record: OutRecord) -> None:
        """See OutFormat."""
        line(self.layout.detail, record_values(record))

    def write(
        self,
        stream: BinaryIO,
        batch: Batch,
        made_at: dt.datetime,  # noqa: ARG002 - its file does not say it
        pages: Iterable[Sequence[OutRow]],
    ) -> None:
        """See OutFormat."""
        writer = FixedWidthWriter(stream, self.layout)
        writer.header(header_values(batch))
        for records in pages:
            writer.details(record_columns(records), len(records))
        writer.trailer({})


_NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Stands for the moment of a batch that is checked only."""


@dataclass(frozen=True, slots=True)
class MessageOut:
    """A message of ISO 20022."""

    parties: MessageParties

    @property
    def changed(self) -> str:
        """See OutFormat."""
        return f"this version writes {MESSAGE} otherwise; take the former version"

    def file_name(self, batch_no: str) -> str:
        """See OutFormat."""
        return f"{MESSAGE}-{batch_no}.xml"

    def check_batch(self, batch: Batch) -> None:
        """See OutFormat."""
        check_batch(self._file(batch, _NEVER))

    def all_fit(self, records: Sequence[OutRecord]) -> bool:
        """See OutFormat: each has to be looked at."""
        return not records

    def check_record(self, record: OutRecord) -> None:
        """See OutFormat."""
        check_instruction(_instruction(record))

    def write(
        self, stream: BinaryIO, batch: Batch, made_at: dt.datetime, pages: Iterable[Sequence[OutRow]]
    ) -> None:
        """See OutFormat."""
        with direct_debits(stream, self._file(batch, made_at)) as write:
            for row in chain.from_iterable(pages):
                write(_instruction(OutRecord._make(row)))

    def _file(self, batch: Batch, made_at: dt.datetime) -> DebitFile:
        parties = self.parties
        creditor = Creditor(
            name=parties.creditor_name or "",
            account=parties.creditor_account or "",
            bank=parties.creditor_bank,
            scheme_id=batch.creditor_id,
        )
        return DebitFile(
            batch_no=batch.batch_no,
            made_at=made_at,
            collection_date=batch.collection_date,
            count=batch.record_count,
            total_minor=batch.total_minor,
            currency=batch.currency,
            initiator=parties.initiator or "",
            creditor=creditor,
            clearing_system=parties.clearing_system,
        )


def _instruction(record: OutRecord) -> DebitInstruction:
    return DebitInstruction(
        sequence=record.sequence,
        debit_account=record.debit_account,
        debit_bank=record.debit_bank,
        account_name=record.account_name,
        amount_minor=record.amount_minor,
        bill_no=record.bill_no,
        mandate_ref=record.mandate_ref,
        mandate_date=record.mandate_date,
        remark=record.remark,
    )

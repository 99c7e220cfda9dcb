"""The lives of a debit batch and of its records, as tables; docs/architecture.md draws them (a test compares the two).

A batch is REGISTERED in the transaction that locks its bills, so no bill is in two of them, and none is paid elsewhere
while it is out. Its file can be written at any time from the store, always with the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from offline_collect.domain.bills import Dues
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.debits.report_standings import Stood
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class BatchFormat(StrEnum):
    """How a batch goes to the bank, and how its result comes back."""

    FIXED = "fixed"
    ISO20022 = "iso20022"


class BatchState(StrEnum):
    """The states of a batch."""

    REGISTERED = "REGISTERED"
    WRITTEN = "WRITTEN"
    TAKEN = "TAKEN"
    CANCELLED = "CANCELLED"


class BatchEvent(StrEnum):
    """The events that move a batch from one state to another."""

    WRITTEN = "written"
    TAKEN = "result taken"
    CANCELLED = "cancelled"


BATCH_LIFE: Mapping[BatchEvent, Transition[BatchState]] = {
    BatchEvent.WRITTEN: Transition(
        frozenset({BatchState.REGISTERED, BatchState.WRITTEN}),
        BatchState.WRITTEN,
        "`debit export`, `debit retry` or `debit write`",
        "its file is in its folder, whole; the bank can have it",
    ),
    BatchEvent.TAKEN: Transition(
        frozenset({BatchState.REGISTERED, BatchState.WRITTEN}),
        BatchState.TAKEN,
        "`debit ingest`, with a result that matches it in every record, or the report that ends its last open one",
        "each record follows the table of return codes",
    ),
    BatchEvent.CANCELLED: Transition(
        frozenset({BatchState.REGISTERED, BatchState.WRITTEN}),
        BatchState.CANCELLED,
        "`debit cancel`, if the bank has not debited anything",
        "its bills are open again; no result of it is taken any more",
    ),
}
"""The transitions of a batch; it begins REGISTERED, and ends TAKEN or CANCELLED."""


class RecordState(StrEnum):
    """The states of a record."""

    OUT = "OUT"
    SETTLED = "SETTLED"
    REFUSED = "REFUSED"
    LOCKED = "LOCKED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"


class RecordEvent(StrEnum):
    """The events that move a record from one state to another."""

    SETTLED = "settled"
    REFUSED = "refused"
    LOCKED = "locked"
    CANCELLED = "batch cancelled"
    RETURNED = "returned"


RECORD_LIFE: Mapping[RecordEvent, Transition[RecordState]] = {
    RecordEvent.SETTLED: Transition(
        frozenset({RecordState.OUT, RecordState.LOCKED}),
        RecordState.SETTLED,
        "the bank's result, or an operator who has asked the bank",
        "a payment is posted; the bill is open again for what is left",
    ),
    RecordEvent.REFUSED: Transition(
        frozenset({RecordState.OUT, RecordState.LOCKED}),
        RecordState.REFUSED,
        "the bank's result, or an operator who has asked the bank",
        "the bill is open again; by the table it may be debited again",
    ),
    RecordEvent.LOCKED: Transition(
        frozenset({RecordState.OUT}),
        RecordState.LOCKED,
        "the bank's result, by a code that leaves doubt",
        "the bill stays in the batch until an operator knows whether money moved",
    ),
    RecordEvent.CANCELLED: Transition(
        frozenset({RecordState.OUT}),
        RecordState.CANCELLED,
        "the cancelling of its batch",
        "the bill is open again",
    ),
    RecordEvent.RETURNED: Transition(
        frozenset({RecordState.SETTLED}),
        RecordState.RETURNED,
        "a file of debits that came back",
        "the payment is reversed on the open day, and the bill is open again",
    ),
}
"""The transitions of a record; it begins OUT."""

LIVE = frozenset({RecordState.OUT, RecordState.LOCKED})
"""States in which a record's bill is IN_BATCH."""


@value
class Batch:
    """A batch, as its file's header has it, and where it stands.

    Attributes:
        collection_date: the day on which the bank debits the accounts.
        creditor_id: the merchant's number at the payers' banks; None if these need none.
    """

    batch_no: str
    merchant_id: str
    institution: str
    business_date: BusinessDate
    collection_date: dt.date
    creditor_id: str | None
    currency: str
    record_count: int
    total_minor: int
    state: BatchState
    format: BatchFormat = BatchFormat.FIXED


@value
class MessageParties:
    """Whom the message of ISO 20022 names, as they were when the batch was made; all None in a batch of fixed width.

    Attributes:
        initiator: who sends it.
        creditor_bank: None if it is the receiver.
        clearing_system: whose numbers banks have; None to leave it out.
    """

    initiator: str | None = None
    creditor_name: str | None = None
    creditor_account: str | None = field(default=None, repr=False)
    creditor_bank: str | None = None
    clearing_system: str | None = None


NO_PARTIES = MessageParties()


@value
class DebitRecord:
    """What a batch's record asks for, as far as its result is about it.

    Attributes:
        asked: what the bill owed on the collection date.
        payment_serial: the payment of a settled one.
        settled_minor: what the bank has debited.
        reported: how far it is by the bank's own reports of it (ISO 20022); SILENT before any.
    """

    batch_no: str
    sequence: int
    merchant_id: str
    bill_no: str
    customer_no: str
    asked: Dues
    mandate_ref: str
    state: RecordState
    payment_serial: str | None = None
    settled_minor: int | None = None
    reported: Stood = Stood()

    @property
    def amount_minor(self) -> int:
        """The amount of the debit."""
        return self.asked.payable_minor

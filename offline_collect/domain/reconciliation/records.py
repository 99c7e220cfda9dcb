"""Records of reconciliation: rows of a front-end processor's day, and items."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp, RowKind
from offline_collect.domain.reconciliation.items import ItemEvent, ItemState
from offline_collect.domain.values import value


class FileState(StrEnum):
    """The states of a file: one is in force (TAKEN) for an institution and day."""

    STAGING = "STAGING"
    TAKEN = "TAKEN"
    REPLACED = "REPLACED"
    GIVEN_UP = "GIVEN_UP"


class FepRow(NamedTuple):
    """A row of a front-end processor's day, in the order of its table.

    Attributes:
        line: of the file.
        reverses: 1 for a reversal, 0 for a payment.
        match_key: the key of the payment: of the row itself, or of the original that it reverses.
        message_key: the key of the row's own message; None if it is the same.
        bill_no: None for a payment of several bills.
    """

    line: int
    reverses: int
    match_key: str
    message_key: str | None
    terminal: str
    merchant_id: str
    bill_no: str | None
    amount_minor: int


@value
class Item:
    """A row that the two sides do not count alike, or a reversal that could not be applied.

    Attributes:
        item_no: 0 until it is stored.
        difference: its class, or the kind of a reversal that could not be applied.
        business_date: the day that is reconciled.
        theirs_minor, ours_minor: what each side counts; None if it does not count it.
        payment_serial: the payment here; None if there is none.
        ours_date: the business day on which we count it; None if we do not.
        file_id: the file that has opened it; None for a reversal.
        event, resolved_as, posting, matched_by, note, ended_by, ended_at: how it ended; None while it is open.
    """

    difference: str
    follow_up: FollowUp
    state: ItemState
    institution: str
    business_date: BusinessDate
    kind: RowKind
    match_key: str
    message_key: str
    opened_at: dt.datetime
    terminal: str | None = None
    merchant_id: str | None = None
    bill_no: str | None = None
    theirs_minor: int | None = None
    ours_minor: int | None = None
    currency: str | None = None
    payment_serial: str | None = None
    ours_date: BusinessDate | None = None
    file_id: int | None = None
    event: ItemEvent | None = None
    resolved_as: FollowUp | None = None
    posting: str | None = None
    matched_by: int | None = None
    note: str | None = None
    ended_by: str | None = None
    ended_at: dt.datetime | None = None
    item_no: int = 0

    @property
    def of_file(self) -> DifferenceClass | None:
        """Its class; None for a reversal that could not be applied."""
        found = self.difference in DifferenceClass.__members__
        return DifferenceClass(self.difference) if found else None


@value
class DayFile:
    """A front-end processor's file of a day.

    Attributes:
        rows_matched: rows that both sides count alike on the day.
    """

    sha256: str
    name: str
    size_bytes: int
    institution: str
    business_date: BusinessDate
    who: str
    file_id: int = 0
    state: FileState = FileState.STAGING
    rows_read: int = 0
    rows_matched: int = 0
    payments_minor: int = 0
    reversals_minor: int = 0


@value
class ItemFilter:
    """The wanted items; None matches all.

    Attributes:
        most: how many at most.
        after: only those after an item, by its day and number.
    """

    business_date: BusinessDate | None = None
    difference: str | None = None
    open_only: bool = False
    most: int = 1_000
    after: tuple[BusinessDate, int] | None = None

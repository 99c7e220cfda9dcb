"""Items of reconciliation: opened, found, and ended once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, insert, not_, or_, select, update

from offline_collect.domain.access.approvals import ApprovalState, DualAction
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp, RowKind
from offline_collect.domain.reconciliation.items import LIFE, OF_PAYOUTS, ItemEvent, ItemState
from offline_collect.domain.reconciliation.records import Item, ItemFilter
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transactions import PostedPayment
from offline_collect.store.database.errors import NotFoundError, WrongStateError
from offline_collect.store.schema.approval_tables import approvals
from offline_collect.store.schema.manual_posting_tables import office_postings
from offline_collect.store.schema.reconciliation_tables import recon_items
from offline_collect.store.schema.tables import payments, reconciliation_items
from offline_collect.store.sql.row_mapping import business_date, payment_from_row
from offline_collect.store.sql.transaction import StoreTransaction

_KEYS_AT_ONCE = 500
_OPEN = recon_items.c.state == ItemState.OPEN.value


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How many items of a day, an institution and a class there are."""

    institution: str
    difference: str
    state: ItemState
    count: int
    theirs_minor: int
    ours_minor: int


def put_items(tx: StoreTransaction, items: Sequence[Item]) -> None:
    """Store new items."""
    names = [column.name for column in recon_items.columns if column.identity is None]
    rows = [{name: _stored(getattr(item, name)) for name in names} for item in items]
    if rows:
        tx.connection.execute(insert(recon_items), rows)


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, ItemState | ItemEvent | FollowUp | RowKind) else value


def get_item(tx: StoreTransaction, item_no: int, *, lock: bool = False) -> Item:
    """Return an item.

    Args:
        lock: hold it until the transaction ends.

    Raises:
        NotFoundError: there is none of this number.
    """
    asked = select(recon_items).where(recon_items.c.item_no == item_no)
    row = tx.connection.execute(asked.with_for_update() if lock else asked).first()
    if row is None:
        raise NotFoundError(
            Phrase("there is no item {item_no}; `offline-collect recon show` lists them", item_no=item_no)
        )
    return _item(row)


def find_items(tx: StoreTransaction, wanted: ItemFilter) -> list[Item]:
    """Return items, the oldest day first."""
    asked = select(recon_items).order_by(recon_items.c.business_date, recon_items.c.item_no)
    return [_item(row) for row in tx.connection.execute(asked.where(*_asked(wanted)).limit(wanted.most))]


def _asked(wanted: ItemFilter) -> Iterable[ColumnElement[bool]]:
    own = recon_items.c
    if wanted.business_date is not None:
        yield own.business_date == wanted.business_date
    if wanted.difference is not None:
        yield own.difference == wanted.difference
    if wanted.open_only:
        yield _OPEN
    if wanted.after is not None:
        date, number = wanted.after
        yield or_(own.business_date > date, and_(own.business_date == date, own.item_no > number))


def count_items(tx: StoreTransaction, day: BusinessDate) -> list[ItemCount]:
    """Return the numbers and sums of a day's items by institution, class and state, without the replaced ones."""
    own = recon_items.c
    like = (own.institution, own.difference, own.state)
    sums = (func.coalesce(func.sum(column), 0) for column in (own.theirs_minor, own.ours_minor))
    asked = (
        select(*like, func.count(), *sums)
        .where(own.business_date == day, own.state != ItemState.REPLACED.value)
        .group_by(*like)
        .order_by(*like)
    )
    return [
        ItemCount(
            institution=institution,
            difference=difference,
            state=ItemState(state),
            count=count,
            theirs_minor=int(theirs),
            ours_minor=int(ours),
        )
        for institution, difference, state, count, theirs, ours in tx.connection.execute(asked)
    ]


def open_items(tx: StoreTransaction, day: BusinessDate) -> tuple[int, int]:
    """Return how many items of a day are open, and how many of those are differences with an institution.

    Those of payouts are none of them: they keep no day open.
    """
    own = recon_items.c
    differs = own.difference.in_([each.value for each in DifferenceClass])
    counted = select(func.count(), func.count(case((differs, 1)))).where(
        own.business_date == day, _OPEN, own.difference.not_in(sorted(OF_PAYOUTS))
    )
    items, differences = tx.connection.execute(counted).one()
    return items, differences


def open_item_about(tx: StoreTransaction, difference: str, key: str) -> int | None:
    """Return the number of the open item of a class with a key; None if there is none."""
    own = recon_items.c
    asked = select(own.item_no).where(own.match_key == key, own.difference == difference, _OPEN)
    return tx.connection.execute(asked).scalar()


def forget_waiting(tx: StoreTransaction, key: str, open_day: BusinessDate) -> None:
    """Forget what the cutover of the open day, which the transaction holds, would make an item of."""
    own = reconciliation_items.c
    tx.connection.execute(delete(reconciliation_items).where(own.key == key, own.business_date == open_day))


def ended_items(tx: StoreTransaction, institution: str, day: BusinessDate) -> list[Item]:
    """Return the items of an institution's day that people have ended: a corrected file does not open them again."""
    own = recon_items.c
    by_people = own.event.in_([ItemEvent.POSTED.value, ItemEvent.NOTED.value])
    asked = select(recon_items).where(own.institution == institution, own.business_date == day, by_people)
    return [_item(row) for row in tx.connection.execute(asked)]


def posted_items(tx: StoreTransaction, keys: Collection[str]) -> list[Item]:
    """Return the items of some payments' keys, of any day, whose money was posted."""
    found: list[Item] = []
    ordered = sorted(keys)
    for first in range(0, len(ordered), _KEYS_AT_ONCE):
        among = recon_items.c.match_key.in_(ordered[first : first + _KEYS_AT_ONCE])
        posted = select(recon_items).where(among, recon_items.c.event == ItemEvent.POSTED.value)
        found += [_item(row) for row in tx.connection.execute(posted.order_by(recon_items.c.item_no))]
    return found


def open_of_days(
    tx: StoreTransaction, institution: str, days: Sequence[BusinessDate], former: Sequence[int]
) -> list[Item]:
    """Return an institution's open items of some days that only one side counts.

    Args:
        former: files whose matched items count as open.
    """
    own = recon_items.c
    one_sided = (
        DifferenceClass.PLATFORM_ONLY.value,
        DifferenceClass.FEP_ONLY_UNKNOWN.value,
        DifferenceClass.FEP_ONLY_REFUSED.value,
        DifferenceClass.STATE_DIFFERS.value,
    )
    asked = select(recon_items).where(
        own.institution == institution,
        own.business_date.in_(days),
        own.difference.in_(one_sided),
        or_(_OPEN, own.matched_by.in_(former)),
    )
    return [_item(row) for row in tx.connection.execute(asked.order_by(own.item_no))]


def only_ours(
    tx: StoreTransaction, institution: str, keys: Collection[str], former: Sequence[int]
) -> set[str]:
    """Return those payments' keys that no file of the institution had, by items that were not replaced.

    Args:
        former: files whose matched items count as open.
    """
    own, found = recon_items.c, set[str]()
    ordered = sorted(keys)
    for first in range(0, len(ordered), _KEYS_AT_ONCE):
        asked = select(own.match_key).where(
            own.match_key.in_(ordered[first : first + _KEYS_AT_ONCE]),
            own.institution == institution,
            own.difference == DifferenceClass.PLATFORM_ONLY.value,
            own.kind == RowKind.PAYMENT.value,
            or_(
                own.event.is_(None),
                own.event.in_([ItemEvent.POSTED.value, ItemEvent.NOTED.value]),
                own.matched_by.in_(former),
            ),
        )
        found.update(tx.connection.execute(asked).scalars())
    return found


def replace_open(
    tx: StoreTransaction, institution: str, day: BusinessDate, who: str, now: dt.datetime
) -> int:
    """End what an earlier file of a day has left open, or has matched by itself; return how many were open."""
    own = recon_items.c
    of_file = and_(own.institution == institution, own.business_date == day, own.file_id.is_not(None))
    ended = {
        "state": LIFE[ItemEvent.REPLACED].target.value,
        "event": ItemEvent.REPLACED.value,
        "ended_by": who,
        "ended_at": now,
    }
    opened = tx.connection.execute(update(recon_items).where(of_file, _OPEN).values(ended)).rowcount
    by_itself = and_(own.state == ItemState.RESOLVED.value, own.event == ItemEvent.MATCHED.value)
    tx.connection.execute(update(recon_items).where(of_file, by_itself).values(ended))
    return opened


def reopen_matched(tx: StoreTransaction, file_id: int) -> None:
    """Open the items of other days again that a file has matched, which a corrected one replaces."""
    step = LIFE[ItemEvent.REOPENED]
    own = recon_items.c
    matched = (own.matched_by == file_id, own.state.in_(sorted(step.sources)))
    values = dict.fromkeys(("event", "resolved_as", "ended_by", "ended_at", "matched_by"))
    tx.connection.execute(update(recon_items).where(*matched).values(values | {"state": step.target.value}))


@dataclass(frozen=True, slots=True)
class Ending:
    """How an item ends.

    Attributes:
        posting: serial number of the posting; None if no money moves.
        matched_by: the file of a neighbouring day that has the row; None for another event.
    """

    event: ItemEvent
    who: str
    at: dt.datetime
    resolved_as: FollowUp = FollowUp.NONE
    posting: str | None = None
    note: str | None = None
    matched_by: int | None = None


def end_item(tx: StoreTransaction, item_no: int, ending: Ending) -> None:
    """End an open item.

    Raises:
        WrongStateError: another process has ended it.
    """
    step = LIFE[ending.event]
    waits = (recon_items.c.item_no == item_no, recon_items.c.state.in_(sorted(step.sources)))
    values = {
        "state": step.target.value,
        "event": ending.event.value,
        "resolved_as": ending.resolved_as.value,
        "posting": ending.posting,
        "note": ending.note,
        "matched_by": ending.matched_by,
        "ended_by": ending.who,
        "ended_at": ending.at,
    }
    if not tx.connection.execute(update(recon_items).where(*waits).values(values)).rowcount:
        raise WrongStateError(Phrase("item {item_no} is not open any more", item_no=item_no))


def proposed_items(tx: StoreTransaction, now: dt.datetime) -> dict[int, int]:
    """Return the items that requests ask to resolve, with the numbers of the requests."""
    own = approvals.c
    asked = select(own.subject, own.approval_id).where(
        own.action == DualAction.RECON_RESOLVE.value,
        own.state == ApprovalState.PENDING.value,
        own.expires_at > now,
    )
    return {int(subject): number for subject, number in tx.connection.execute(asked)}


def ended_among(tx: StoreTransaction, items: Collection[int]) -> list[int]:
    """Return those of some items that are not open any more."""
    ended, ordered = list[int](), sorted(items)
    for first in range(0, len(ordered), _KEYS_AT_ONCE):
        among = recon_items.c.item_no.in_(ordered[first : first + _KEYS_AT_ONCE])
        ended += tx.connection.execute(select(recon_items.c.item_no).where(among, not_(_OPEN))).scalars()
    return ended


def _item(row: Row[Any]) -> Item:
    values = row._asdict()
    return Item(
        **values
        | {
            "follow_up": FollowUp(row.follow_up),
            "state": ItemState(row.state),
            "kind": RowKind(row.kind),
            "business_date": business_date(row.business_date),
            "ours_date": None if row.ours_date is None else business_date(row.ours_date),
            "event": None if row.event is None else ItemEvent(row.event),
            "resolved_as": None if row.resolved_as is None else FollowUp(row.resolved_as),
        }
    )


def payment_lines(tx: StoreTransaction, serial_number: str | None) -> tuple[list[PostedPayment], list[str]]:
    """Return the lines of a payment, and the bills that they were applied to out of suspense; none without a number."""
    if serial_number is None:
        return [], []
    rows = tx.connection.execute(select(payments).where(payments.c.serial_number == serial_number))
    applied = select(office_postings.c.bill_no).where(
        office_postings.c.payment_serial == serial_number, office_postings.c.bill_no.is_not(None)
    )
    return [payment_from_row(row) for row in rows], list(tx.connection.execute(applied).scalars())

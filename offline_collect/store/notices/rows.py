"""Rows of notices as values, and reading some of them with a lock that waits for nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select

from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.notices.deliveries import Delivery, NoticeChannel
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.reasons import kept_reason, read_reason
from offline_collect.domain.notices.timing import first_due
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import outbox
from offline_collect.store.sql.by_name import picker, row_reader
from offline_collect.store.sql.row_mapping import notice_row
from offline_collect.store.sql.transaction import StoreTransaction

_NAMES = notice_deliveries.columns.keys()
OF_DELIVERY = (
    *("state", "indexed_state", "due_at", "attempts", "message_id", "channel", "recipient", "claimed_by"),
    *("tried_at", "sent_at", "reason_code", "reason", "receipt", "reported_at"),
)
"""The columns that the outbox does not have, in their order in the table."""

# Calling an enumeration takes ten times as long as looking its member up.
_STATES = {each.value: each for each in NoticeState}
_KINDS = {each.value: each for each in NoticeKind}
notice_from_row = row_reader(Notice, _NAMES, {"kind": _KINDS.__getitem__})
outbox_notice = row_reader(Notice, outbox.columns.keys(), {"kind": _KINDS.__getitem__})
_read = [name for name in OF_DELIVERY if name not in {"indexed_state", "reason_code"}]
_of_delivery = picker(_NAMES, _read)
_REASON_CODE = _NAMES.index("reason_code")


def delivery_from_row(row: Row[Any]) -> Delivery:
    """Return a row of the table."""
    values = dict(zip(_read, _of_delivery(row), strict=True))
    if values["channel"] is not None:
        values["channel"] = NoticeChannel(values["channel"])
    code = row[_REASON_CODE]
    if code is not None:
        values["reason"] = read_reason(code, values["reason"])
    return Delivery(notice_from_row(row), **values | {"state": _STATES[values["state"]]})


_NOT_INDEXED = frozenset({NoticeState.CLAIMED, NoticeState.SENT})


def indexed_state(state: NoticeState) -> str | None:
    """Return a state as indexes have it; None for those that every notice passes through."""
    return None if state in _NOT_INDEXED else state.value


def delivery_values(each: Delivery) -> tuple[Any, ...]:
    """Return the values of :data:`OF_DELIVERY`."""
    return (
        each.state.value,
        indexed_state(each.state),
        each.due_at,
        each.attempts,
        each.message_id,
        None if each.channel is None else each.channel.value,
        each.recipient,
        each.claimed_by,
        each.tried_at,
        each.sent_at,
        *kept_reason(each.reason),
        each.receipt,
        each.reported_at,
    )


_of_outbox = picker(outbox.columns.keys(), _NAMES[: -len(OF_DELIVERY)])


def waiting(row: Row[Any], merge_window: dt.timedelta) -> Delivery:
    """Return a notice that was in the outbox: it waits until the merge window ends."""
    notice = outbox_notice(row)
    return Delivery(notice, NoticeState.WAITING, first_due(notice.created_at, merge_window))


def delivery_row(each: Delivery) -> tuple[Any, ...]:
    """Return the row of a notice that has none yet."""
    return (*_of_outbox(notice_row(each.notice)), *delivery_values(each))


def locked(
    tx: StoreTransaction,
    table: Table,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    most: int,
) -> list[Row[Any]]:
    """Return the first rows that no other transaction has locked, and lock them.

    SQLite needs no lock: a transaction that writes is alone.
    """
    asked = select(table).where(*where).order_by(*order)
    if tx.connection.dialect.name == "oracle":
        # Oracle does not lock rows of a query that it cuts off: their keys are read first, and then looked at again.
        (key,) = table.primary_key.columns
        first = select(key).where(*where).order_by(*order).limit(most)
        keys = list(tx.connection.execute(first).scalars())
        asked = asked.where(key.in_(keys))
    else:
        asked = asked.limit(most)
    return list(tx.connection.execute(asked.with_for_update(skip_locked=True)).all())

"""Opt-outs: which classes of notices the owner of an address wants no more of, within a merchant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, func, insert, select

from offline_collect.domain.notices.answered import Writer
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.store.schema.notice_address_tables import notice_opt_outs
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.scope import in_scope
from offline_collect.store.sql.transaction import StoreTransaction

_OWN = notice_opt_outs.c
_CURSOR = (_OWN.address, _OWN.notice_class)


@dataclass(frozen=True, slots=True)
class OptOut:
    """A class of notices that do not go to an address.

    Attributes:
        address: its digest.
        shown: the masked address.
    """

    merchant_id: str
    address: str
    notice_class: NoticeClass
    shown: str
    source: OptOutSource
    opted_out_at: dt.datetime


_opt_out = row_reader(
    OptOut, notice_opt_outs.columns.keys(), {"notice_class": NoticeClass, "source": OptOutSource}
)


def add_opt_out(tx: StoreTransaction, opt_out: OptOut) -> None:
    """Store an opt-out that is not there."""
    values = {column.name: getattr(opt_out, column.name) for column in notice_opt_outs.columns}
    values |= {"notice_class": opt_out.notice_class.value, "source": opt_out.source.value}
    tx.connection.execute(insert(notice_opt_outs).values(values))


def get_opt_out(
    tx: StoreTransaction, merchant_id: str, address: str, notice_class: NoticeClass
) -> OptOut | None:
    """Return an opt-out; None if there is none in scope."""
    asked = select(notice_opt_outs).where(
        _OWN.merchant_id == merchant_id,
        _OWN.address == address,
        _OWN.notice_class == notice_class.value,
        in_scope(_OWN.merchant_id, tx.scope),
    )
    row = tx.connection.execute(asked).first()
    return None if row is None else _opt_out(row)


def delete_opt_out(tx: StoreTransaction, opt_out: OptOut) -> None:
    """Delete an opt-out: the class goes to the address again."""
    gone = delete(notice_opt_outs).where(
        _OWN.merchant_id == opt_out.merchant_id,
        _OWN.address == opt_out.address,
        _OWN.notice_class == opt_out.notice_class.value,
    )
    tx.connection.execute(gone)


def list_opt_outs(
    tx: StoreTransaction, merchant_id: str, page: tuple[tuple[str, str] | None, int]
) -> Sequence[OptOut]:
    """Return a merchant's opt-outs by address and class.

    Args:
        page: address and class after which it begins, and how many at most.
    """
    after, most = page
    asked = select(notice_opt_outs).where(
        _OWN.merchant_id == merchant_id, in_scope(_OWN.merchant_id, tx.scope)
    )
    if after is not None:
        address, notice_class = after
        asked = asked.where(
            (_OWN.address > address) | ((_OWN.address == address) & (_OWN.notice_class > notice_class))
        )
    return [_opt_out(row) for row in tx.connection.execute(asked.order_by(*_CURSOR).limit(most))]


def writers_to(tx: StoreTransaction, address: str, until: dt.datetime, most: int) -> list[Writer]:
    """Return the merchants of which notices went to an address.

    Args:
        until: messages that went out later are no last ones.
        most: merchants at most.
    """
    of = notice_deliveries.c
    last = func.max(case((of.sent_at <= until, of.sent_at)))
    asked = select(of.merchant_id, func.max(of.customer_no), last).where(of.recipient == address)
    rows = tx.connection.execute(asked.group_by(of.merchant_id).order_by(of.merchant_id).limit(most))
    return [Writer(*row) for row in rows]

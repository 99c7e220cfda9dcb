"""Leases of links in the store; ``domain.leases`` decides who may take them."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from offline_collect.domain.leases import LeaseRow
from offline_collect.store.schema.lease_tables import link_leases
from offline_collect.store.sql.transaction import StoreTransaction

_columns = link_leases.c


def read_lease(tx: StoreTransaction, link: str) -> LeaseRow | None:
    """Return a link's lease; None if no server has looked at it yet."""
    found = tx.connection.execute(
        select(_columns.holder, _columns.beat).where(_columns.link_name == link)
    ).one_or_none()
    return None if found is None else LeaseRow(holder=found.holder, beat=found.beat)


def add_lease(tx: StoreTransaction, link: str) -> None:
    """Add a link's lease, which nobody holds.

    Raises:
        StoreError: another server has added it in the meantime.
    """
    tx.connection.execute(insert(link_leases).values(link_name=link, holder=None, beat=0))


def write_lease(tx: StoreTransaction, link: str, seen: LeaseRow, holder: str | None) -> bool:
    """Take, renew or give back a lease; return False if it is not as it was seen, and so change nothing.

    Args:
        holder: who holds it from now on; None gives it back.
    """
    changed = tx.connection.execute(
        update(link_leases)
        .where(_columns.link_name == link, _columns.beat == seen.beat)
        .values(holder=holder, beat=seen.beat + 1)
    )
    return changed.rowcount == 1

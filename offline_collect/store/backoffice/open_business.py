"""A merchant's open business: whether it has any history, and what prevents its closing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, case, func, select

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import ImportState
from offline_collect.domain.transactions import PaymentState
from offline_collect.store.schema.tables import bills, imports, payments
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import in_effect

_UNFINISHED = (ImportState.STAGING, ImportState.WAITING, ImportState.UNDOING)


@dataclass(frozen=True, slots=True)
class OpenBusiness:
    """A merchant's open business.

    Attributes:
        unpaid: bills that are unpaid or paid in part, and neither withdrawn nor in a batch.
        read_whole: whether all of the merchant's bills were looked at; else there may be more of both.
        in_batch: bills that are out in a batch debit.
        in_suspense: payments held in suspense.
        imports: files not released, rejected or undone yet.
    """

    unpaid: int
    in_batch: int
    in_suspense: int
    imports: int
    read_whole: bool = True

    @property
    def pending(self) -> bool:
        """Whether bills in a batch, payments in suspense or imports are pending."""
        return bool(self.in_batch or self.in_suspense or self.imports)


def has_business(tx: StoreTransaction, merchant_id: str) -> bool:
    """Whether the merchant has, or ever had, a bill or a payment."""
    return any(
        tx.connection.execute(
            select(table.c.merchant_id).where(table.c.merchant_id == merchant_id).limit(1)
        ).first()
        for table in (bills, payments)
    )


def open_business(tx: StoreTransaction, merchant_id: str, most: int | None = None) -> OpenBusiness:
    """Return a merchant's open business.

    Args:
        most: bills that are looked at; None for all of them, which takes a third of a second for a million.
    """

    def count(table: Table, condition: ColumnElement[bool]) -> int:
        found = select(func.count()).select_from(table).where(table.c.merchant_id == merchant_id, condition)
        return int(tx.connection.execute(found).scalar_one())

    unpaid = and_(
        bills.c.mark.is_(None), bills.c.paid_principal_minor < bills.c.amount_minor, in_effect(bills)
    )
    batched = bills.c.mark == BillMark.IN_BATCH.value
    own = select(case((unpaid, 1)).label("unpaid"), case((batched, 1)).label("batched"))
    read = own.where(bills.c.merchant_id == merchant_id).limit(most).subquery()
    # Each of the merchant's bills is read, so both are counted at once.
    both = select(func.count(read.c.unpaid), func.count(read.c.batched), func.count())
    counted = tx.connection.execute(both.select_from(read)).one()
    return OpenBusiness(
        unpaid=counted[0],
        in_batch=counted[1],
        read_whole=most is None or counted[2] < most,
        in_suspense=count(payments, payments.c.state == PaymentState.SUSPENSE.value),
        imports=count(imports, imports.c.state.in_([state.value for state in _UNFINISHED])),
    )

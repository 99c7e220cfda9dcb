"""What payments of a day come to, in a query of ``payments`` that groups them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func

from offline_collect.domain.transactions import PaymentState
from offline_collect.store.schema.tables import payments


def payment_sums() -> list[ColumnElement[Any]]:
    """Return the columns ``payments``, ``amount``, ``undone`` and ``undone_amount``: of all, and of those that were reversed since.

    A payment of several bills counts once.
    """
    own = payments.c
    undone = own.state == PaymentState.REVERSED.value
    return [
        func.count(case((own.line == 1, 1))).label("payments"),
        func.sum(own.amount_minor).label("amount"),
        func.count(case((undone & (own.line == 1), 1))).label("undone"),
        func.sum(case((undone, own.amount_minor), else_=0)).label("undone_amount"),
    ]

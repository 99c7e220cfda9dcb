"""The caller's scope as conditions: every back-office query that finds rows of merchants has one.

Callers do not pass a scope: a transaction has the scope of its store (``SqlStore.within``), and queries take it
from there. Rows outside are not found, so that no answer shows whether an id exists.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, true

from offline_collect.domain.access.organisation import Scope
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.tables import merchants
from offline_collect.store.schema.user_tables import user_merchants, users

_AFTER_SLASH = "0"
"""The character after ``/``, the end of every path."""


def in_subtree(scope: Scope) -> ColumnElement[bool]:
    """Return whether an organisation is in a scope: a range of paths, which has an ordered index."""
    path = organisations.c.path
    return and_(path >= scope.path, path < scope.path[:-1] + _AFTER_SLASH)


def in_scope(merchant_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Return whether a row's merchant is in a scope.

    Args:
        merchant_id: the column with the row's merchant.
        scope: of the transaction.
    """
    if scope.whole:
        return true()
    seen = select(merchants.c.merchant_id).join(organisations).where(in_subtree(scope))
    if scope.merchants is not None:
        seen = seen.where(merchants.c.merchant_id.in_(sorted(scope.merchants)))
    return merchant_id.in_(seen)


def sees_user(scope: Scope) -> ColumnElement[bool]:
    """Return whether a user is in a scope; merchant users see the users who share a merchant with them."""
    if scope.whole:
        return true()
    below = select(organisations.c.organisation_id).where(in_subtree(scope))
    seen = users.c.organisation_id.in_(below)
    if scope.merchants is None:
        return seen
    shared = select(user_merchants.c.name).where(user_merchants.c.merchant_id.in_(sorted(scope.merchants)))
    return and_(seen, users.c.name.in_(shared))

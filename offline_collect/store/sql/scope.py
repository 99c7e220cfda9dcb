"""The scope of who asks, as conditions: every query of the back office that finds rows of merchants has one.

Nobody passes a scope: a transaction has that of the store that it is of (``SqlStore.within``), and queries take
it from there. What is outside is not found, so that an id says nothing about whether it exists.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, true

from offline_collect.domain.access.organisation import Scope
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.tables import merchants
from offline_collect.store.schema.user_tables import user_merchants, users

_AFTER_SLASH = "0"
"""The character after ``/``, in which every path ends."""


def in_subtree(scope: Scope) -> ColumnElement[bool]:
    """Return whether an organisation is in a scope: a range of paths, which an index has in order."""
    path = organisations.c.path
    return and_(path >= scope.path, path < scope.path[:-1] + _AFTER_SLASH)


def in_scope(merchant_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Return whether a row's merchant is in a scope.

    Args:
        merchant_id: the column that says whose row it is.
        scope: of the transaction.
    """
    if scope.whole:
        return true()
    seen = select(merchants.c.merchant_id).join(organisations).where(in_subtree(scope))
    if scope.merchants is not None:
        seen = seen.where(merchants.c.merchant_id.in_(sorted(scope.merchants)))
    return merchant_id.in_(seen)


def sees_user(scope: Scope) -> ColumnElement[bool]:
    """Return whether a user is in a scope; a merchant's own people see those who share a merchant with them."""
    if scope.whole:
        return true()
    below = select(organisations.c.organisation_id).where(in_subtree(scope))
    seen = users.c.organisation_id.in_(below)
    if scope.merchants is None:
        return seen
    shared = select(user_merchants.c.name).where(user_merchants.c.merchant_id.in_(sorted(scope.merchants)))
    return and_(seen, users.c.name.in_(shared))

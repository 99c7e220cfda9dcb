"""Whether an import changes whose a bill is, or who its merchant's customers are: it stops unless that is meant.

A file whose numbers mean something else than those of the last file, such as the rows of a new list, would otherwise
give the debts of some people to others.
"""

from __future__ import annotations

from typing import NamedTuple

from offline_collect.domain.values import value

RENAMED_MIN = 2
"""A single customer that gets another name is a correction, also of a merchant with few customers."""

RENAMED_SHARE = 10
"""An import may rename one customer in so many of its merchant's."""


class BillIdentity(NamedTuple):
    """Whose debt a bill is, and for which period."""

    customer_no: str
    period: str | None


@value
class BillMove:
    """An unpaid bill that a row gives to another customer or period."""

    before: BillIdentity
    after: BillIdentity


def bill_move(before: BillIdentity, after: BillIdentity) -> BillMove | None:
    """Return the move of a bill; None if it keeps its customer and period."""
    return None if before == after else BillMove(before, after)


def stops_import(*, moved: int, renamed: int, customers: int) -> bool:
    """Return whether an import stops unless its user says that the changes are meant.

    Args:
        moved: how many bills it gives to another customer or period.
        renamed: how many customers get another name.
        customers: how many customers the merchant has before the import.
    """
    return moved > 0 or (renamed >= RENAMED_MIN and renamed * RENAMED_SHARE > customers)

"""A teller's close: what he should have at the end of a business day, and what was counted. Pure.

A teller is known by his institution and the name that his messages have (element 48, tag 0060): two institutions may use
the same name. Kiosks and apps have none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import Tender
from offline_collect.domain.values import value

COUNTED_TENDERS = (Tender.CASH, Tender.CARD, Tender.ACCT)
"""What tellers take: cash is counted, slips of cards and accounts are added up."""


@value
class Drawer:
    """What is counted as one: a teller's money of one tender and currency.

    Attributes:
        institution: without leading zeros.
        currency: ISO 4217 number.
    """

    institution: str
    teller: str
    tender: Tender
    currency: str


@value
class Taken:
    """What the platform has posted of a drawer on a business day.

    Attributes:
        payments: how many, also of those that were reversed since.
        paid_minor: their amounts, with the payers' fees.
        reversals: how many had effect on that day, also of payments of earlier days.
        reversed_minor: the amounts that they gave back.
    """

    payments: int = 0
    paid_minor: int = 0
    reversals: int = 0
    reversed_minor: int = 0

    @property
    def expected_minor(self) -> int:
        """What should be there; negative if more was given back than taken."""
        return self.paid_minor - self.reversed_minor


@value
class TakenByTellers:
    """What tellers took on a business day, by drawer.

    Attributes:
        paid: number and sum of the payments.
        given_back: number and sum of the reversals.
    """

    paid: Mapping[Drawer, tuple[int, int]]
    given_back: Mapping[Drawer, tuple[int, int]]


@value
class Counted:
    """What a person has counted.

    Attributes:
        who: has entered it.
        at: aware.
    """

    amount_minor: int
    who: str
    at: dt.datetime


@value
class ClosedDrawer:
    """One line of a day's close.

    Attributes:
        counted: None while nobody has counted.
    """

    drawer: Drawer
    taken: Taken
    counted: Counted | None

    @property
    def difference_minor(self) -> int | None:
        """What is too much, or missing if negative; None while nobody has counted."""
        return None if self.counted is None else self.counted.amount_minor - self.taken.expected_minor


def close_drawers(by_tellers: TakenByTellers, counted: Mapping[Drawer, Counted]) -> Iterable[ClosedDrawer]:
    """Return a day's drawers in order, also those that were counted although nothing was taken."""
    paid, given_back = by_tellers.paid, by_tellers.given_back
    order = {tender: place for place, tender in enumerate(COUNTED_TENDERS)}
    drawers = sorted(
        {*paid, *given_back, *counted},
        key=lambda drawer: (drawer.institution, drawer.teller, drawer.currency, order[drawer.tender]),
    )
    for drawer in drawers:
        taken = Taken(*paid.get(drawer, (0, 0)), *given_back.get(drawer, (0, 0)))
        yield ClosedDrawer(drawer, taken, counted.get(drawer))


def may_count(state: DayState) -> bool:
    """Whether drawers of a day may still be counted: not once it is settled."""
    return state is not DayState.SETTLED

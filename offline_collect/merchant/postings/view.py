"""Views of money in suspense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import BillState
from offline_collect.domain.facts import Wants
from offline_collect.domain.transactions import PostedPayment
from offline_collect.store import SqlStore, read_facts, require_merchant, suspended_payments


@dataclass(frozen=True, slots=True)
class SuspensePage:
    """Payments in suspense by serial number.

    Attributes:
        states: of the named bills on the open business day, by merchant and number; None for an unknown bill.
        following: serial number after which the next page starts; None on the last page.
    """

    payments: Sequence[PostedPayment]
    states: Mapping[tuple[str, str], BillState | None]
    following: str | None


def view_suspense(
    store: SqlStore, actor: Actor, merchant_id: str | None, after: str | None, most: int
) -> SuspensePage:
    """Return a page of payments in suspense, of a merchant or of all that the actor sees.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
        StoreMissingError: no business day is open.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        if merchant_id is not None:
            require_merchant(reading, merchant_id)
        found = suspended_payments(reading, merchant_id, after, most + 1)
        shown = found[:most]
        facts = read_facts(reading, Wants(bills={(each.merchant_id, each.bill_no) for each in shown}))
    on = facts.day.date
    states = {key: None if bill is None else bill.state(on) for key, bill in facts.bills.items()}
    return SuspensePage(shown, states, shown[-1].name if len(found) > most else None)

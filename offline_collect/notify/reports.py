"""Takes what receivers report about messages."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.deliveries import Delivery
from offline_collect.domain.notices.reports import Report, after_report, blames_number
from offline_collect.domain.ports import Clock
from offline_collect.domain.values import value
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.notices.address_faults import count_failures
from offline_collect.store.notices.claims import write_deliveries
from offline_collect.store.notices.find import get_reported


@value
class Taken:
    """What became of reports.

    Attributes:
        applied: those that changed the state of a notice.
        idle: those that changed nothing: they came again, or tell no end.
        unknown: those on no message of ours, of which nothing is kept.
    """

    applied: int = 0
    idle: int = 0
    unknown: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.applied + other.applied, self.idle + other.idle, self.unknown + other.unknown)


class ReportDesk:
    """Takes reports; any thread may."""

    def __init__(self, store: SqlStore, clock: Clock, actor: Actor) -> None:
        """Make it.

        Raises:
            NotPermittedError, ScopeError: the actor may not send notices.
        """
        actor.require(Permission.NOTIFY)
        actor.require_whole("take reports on notices")
        self._store, self._clock = store, clock

    def take(self, reports: Sequence[Report]) -> Taken:
        """Apply reports, all in one transaction; a message that is lost because of its number counts against it.

        Raises:
            StoreError: none is applied.
        """
        # By their ids, so that two that take reports on the same messages do not wait for each other.
        ordered = sorted(reports, key=lambda each: (each.message_id or "", each.receipt or ""))
        with self._store.transaction() as tx:
            blamed: list[Delivery] = []
            taken = sum((self._take_one(tx, each, blamed) for each in ordered), Taken())
            count_failures(
                tx,
                [
                    (each.notice.merchant_id, each.recipient, each.notice.customer_no)
                    for each in blamed
                    if each.recipient is not None
                ],
            )
            return taken

    def _take_one(self, tx: StoreTransaction, report: Report, blamed: list[Delivery]) -> Taken:
        """Apply a report; add its notice to those that count against their number if it does."""
        found = get_reported(tx, report) if report.names_one else None
        if found is None:
            return Taken(unknown=1)
        changed = after_report(found, report, self._clock.now())
        if changed is None:
            return Taken(idle=1)
        write_deliveries(tx, [changed])
        if blames_number(report):
            blamed.append(changed)
        return Taken(applied=1)

"""A lease: of several servers on one store, one at a time may hold a thing.

Servers do not compare their clocks. The store holds the holder and a number that the holder raises at each renewal.
Another server takes the lease once it has seen the same number for the whole lease by its own clock. A holder that
cannot renew stops earlier, so that two servers do not both hold the lease.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from offline_collect.domain.values import value

TURNS = 5
"""How often in a lease a server renews it, or looks whether it is free."""

HOLDER_STOPS_AFTER = 0.75
"""The part of a lease after which a holder that could not renew it stops."""


class LeaseState(StrEnum):
    """Whether a server holds the lease."""

    WATCHING = "WATCHING"
    HELD = "HELD"


class LeaseEvent(StrEnum):
    """What changes that."""

    TAKEN = "TAKEN"
    RENEWED = "RENEWED"
    LOST = "LOST"
    EXPIRED = "EXPIRED"


LIFE: Mapping[LeaseEvent, tuple[LeaseState, LeaseState]] = MappingProxyType(
    {
        LeaseEvent.TAKEN: (LeaseState.WATCHING, LeaseState.HELD),
        LeaseEvent.RENEWED: (LeaseState.HELD, LeaseState.HELD),
        LeaseEvent.LOST: (LeaseState.HELD, LeaseState.WATCHING),
        LeaseEvent.EXPIRED: (LeaseState.HELD, LeaseState.WATCHING),
    }
)
"""By event, the state before and after it."""


@value
class LeaseRow:
    """What the store says of a lease.

    Attributes:
        holder: the server that holds it; None if it was given back.
        beat: a number that every renewal raises.
    """

    holder: str | None
    beat: int


@value
class LeaseStanding:
    """What one server knows of a lease.

    Attributes:
        server: its own name, unlike that of every other server and of its own earlier runs.
        lease_s: the length of the lease.
        seen: the row as it was last seen; None before the first look.
        since: monotonic seconds. Watching: when ``seen`` was first seen. Holding: when the last renewal began.
    """

    server: str
    lease_s: float
    state: LeaseState = LeaseState.WATCHING
    seen: LeaseRow | None = None
    since: float = 0.0


def may_write(standing: LeaseStanding, now: float) -> bool:
    """Whether a server may write itself into the row: it holds the lease, or the lease is free."""
    seen = standing.seen
    if seen is None:
        return False
    if standing.state is LeaseState.HELD or seen.holder in (None, standing.server):
        return True
    return now - standing.since >= standing.lease_s


def after_turn(
    standing: LeaseStanding, row: LeaseRow, *, wrote: bool, begun: float, ended: float
) -> LeaseStanding:
    """Return the standing after a look at the row.

    Args:
        row: the row as it is now.
        wrote: whether this server has just written itself into it.
        begun: monotonic seconds before the look.
        ended: monotonic seconds after it.
    """
    if wrote:
        event = LeaseEvent.RENEWED if standing.state is LeaseState.HELD else LeaseEvent.TAKEN
        return replace(standing, state=LIFE[event][1], seen=row, since=begun)
    if row == standing.seen:
        return standing
    if standing.state is LeaseState.HELD and row.holder == standing.server:
        # A renewal whose commit was reported as failed: it counts from the one before.
        return replace(standing, seen=row)
    return replace(standing, state=LIFE[LeaseEvent.LOST][1], seen=row, since=ended)


def after_time(standing: LeaseStanding, now: float) -> LeaseStanding:
    """Return the standing at a moment: a lease that was not renewed for too long is no longer held."""
    if standing.state is LeaseState.HELD and now - standing.since >= standing.lease_s * HOLDER_STOPS_AFTER:
        return replace(standing, state=LIFE[LeaseEvent.EXPIRED][1], since=now)
    return standing

"""The life of a console session, and when its user must say again who he is.

``LIFE`` has all transitions; docs/architecture.md draws them, and a test compares the two. A session begins OPEN, or
PREPARING while its user must still choose a password or add a second factor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value

SESSIONS_MAX = 10
"""Sessions of one user at a time; a further sign-in ends the one that began first."""

KEEP_ENDED = dt.timedelta(days=30)
"""How long sessions that have ended are kept to be looked at."""


class SessionState(StrEnum):
    """The state of a session."""

    PREPARING = "PREPARING"
    OPEN = "OPEN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


class SessionEvent(StrEnum):
    """An event that changes a session."""

    PREPARED = "prepared"
    USED = "used"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    SIGNED_OUT = "signed out"
    ENDED = "ended"


LIVING = frozenset({SessionState.PREPARING, SessionState.OPEN})
"""The states in which a session is its user's."""

LIFE: Mapping[SessionEvent, Transition[SessionState]] = {
    SessionEvent.PREPARED: Transition(
        frozenset({SessionState.PREPARING}),
        SessionState.OPEN,
        "its user, with a password of his own and, where it is required, a second factor",
        "all pages of his roles are open to him",
    ),
    SessionEvent.USED: Transition(
        frozenset({SessionState.OPEN}),
        SessionState.OPEN,
        "its user, with each page that he asks for",
        "its idle time begins again",
    ),
    SessionEvent.CONFIRMED: Transition(
        frozenset({SessionState.OPEN}),
        SessionState.OPEN,
        "its user, with his password and second factor",
        "for some minutes he may do what moves money",
    ),
    SessionEvent.EXPIRED: Transition(
        LIVING,
        SessionState.EXPIRED,
        "the clock: it was idle for too long, or began too long ago",
        "its user must sign in again",
    ),
    SessionEvent.SIGNED_OUT: Transition(
        LIVING, SessionState.ENDED, "its user", "its user must sign in again"
    ),
    SessionEvent.ENDED: Transition(
        LIVING,
        SessionState.ENDED,
        "a user who maintains users, a changed password, or a sign-in that is one too many",
        "its user must sign in again",
    ),
}
"""The transitions; EXPIRED and ENDED are final."""


@value
class SessionTimes:
    """How long sessions last.

    Attributes:
        idle: since the last page that its user asked for.
        absolute: since the sign-in.
        confirmed: since its user has said who he is: how long he may do what moves money.
    """

    idle: dt.timedelta = dt.timedelta(minutes=15)
    absolute: dt.timedelta = dt.timedelta(hours=12)
    confirmed: dt.timedelta = dt.timedelta(minutes=5)


@value
class SessionStanding:
    """The data of a session that its next transition depends on.

    Attributes:
        began_at: when its user signed in.
        seen_at: when he last asked for a page.
        confirmed_at: when he last gave his password.
    """

    state: SessionState
    began_at: dt.datetime
    seen_at: dt.datetime
    confirmed_at: dt.datetime

    def state_at(self, times: SessionTimes, now: dt.datetime) -> SessionState:
        """Return the state at a moment: EXPIRED also if it is not marked yet."""
        over = now - self.seen_at >= times.idle or now - self.began_at >= times.absolute
        return SessionState.EXPIRED if over and self.state in LIVING else self.state

    def allows(self, event: SessionEvent, times: SessionTimes, now: dt.datetime) -> bool:
        """Whether an event may happen at a moment."""
        if event is SessionEvent.EXPIRED:
            return self.state in LIVING and self.state_at(times, now) is SessionState.EXPIRED
        return self.state_at(times, now) in LIFE[event].sources

    def is_confirmed(self, times: SessionTimes, now: dt.datetime) -> bool:
        """Whether its user has said lately who he is, so that he may move money."""
        return self.state_at(times, now) is SessionState.OPEN and now - self.confirmed_at < times.confirmed

"""The life of a key: its states, the events that change them, and who may cause each event.

A link has one key-encrypting key (KEK), under which working keys travel, and working keys that make MACs. ``LIFE`` is
the complete table. The store changes a key by these transitions only, and docs/architecture.md draws them (a test
compares the two). The value of a key is not known here; it is erased when the key is RETIRED.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value

RETIRING_MAX = 3
"""The most former working keys of a link in their overlap; while there are so many, no message gets a new key."""

MASTER = "master"
"""The name of the master key in the audit trail and in requests; other keys have a link's name, a purpose and a number."""


class KeyPurpose(StrEnum):
    """The purpose of a key."""

    KEK = "KEK"
    MAC = "MAC"


class KeyState(StrEnum):
    """The state of a key."""

    ENTERING = "ENTERING"
    ISSUED = "ISSUED"
    ACTIVE = "ACTIVE"
    RETIRING = "RETIRING"
    RETIRED = "RETIRED"


MAKES_MACS = frozenset({KeyState.ISSUED, KeyState.ACTIVE, KeyState.RETIRING})
"""States of a working key whose MACs are valid."""


class KeyEvent(StrEnum):
    """An event that changes the state of a key."""

    KEK_COMPLETED = "KEK completed"
    WORKING_KEY_COMPLETED = "working key completed"
    ABANDONED = "abandoned"
    USED = "used"
    SUPERSEDED = "superseded"
    OVERLAP_ENDED = "overlap ended"
    REPLACED = "replaced"
    REVOKED = "revoked"


LIFE: Mapping[KeyEvent, Transition[KeyState]] = {
    KeyEvent.KEK_COMPLETED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.ACTIVE,
        "a second person, who enters the second component",
        "working keys travel under it; the former KEK is replaced",
    ),
    KeyEvent.WORKING_KEY_COMPLETED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.ISSUED,
        "a second person, who enters the second component",
        "its MACs are valid; the platform signs with it only after its first use",
    ),
    KeyEvent.ABANDONED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.RETIRED,
        "a person who enters a first component again",
        "its value is erased",
    ),
    KeyEvent.USED: Transition(
        frozenset({KeyState.ISSUED}),
        KeyState.ACTIVE,
        "the link, by the first message with a MAC of the key",
        "the platform signs with it; the former working key is superseded",
    ),
    KeyEvent.SUPERSEDED: Transition(
        frozenset({KeyState.ACTIVE}),
        KeyState.RETIRING,
        "the first use of a newer working key",
        "its MACs are valid until the overlap ends",
    ),
    KeyEvent.OVERLAP_ENDED: Transition(
        frozenset({KeyState.RETIRING}),
        KeyState.RETIRED,
        "the clock",
        "its value is erased",
    ),
    KeyEvent.REPLACED: Transition(
        frozenset({KeyState.ISSUED, KeyState.ACTIVE}),
        KeyState.RETIRED,
        "a newer KEK, or a working key that was made before the first use of this one",
        "its value is erased",
    ),
    KeyEvent.REVOKED: Transition(
        MAKES_MACS,
        KeyState.RETIRED,
        "two people, who rotate the working key at once",
        "its value is erased",
    ),
}
"""The transitions. A key that people enter begins as ENTERING, a made or imported one as ISSUED; RETIRED is the end."""


@value
class KeyStanding:
    """The facts that decide the next step of a key.

    Attributes:
        made_by: the user who made it or entered its first component.
        made_through: the user who acted for that user; None without one.
        retires_at: the end of its overlap; None before RETIRING.
    """

    state: KeyState
    made_by: str
    made_through: str | None
    retires_at: dt.datetime | None

    def overlap_ended(self, now: dt.datetime) -> bool:
        """Whether the overlap of a RETIRING key has ended."""
        return self.retires_at is not None and now >= self.retires_at

    def entered_by_person(self, actor: Actor) -> bool:
        """Whether the acting user, or the user who acts for that user, took part in entering the first component."""
        return bool({self.made_by, self.made_through} & actor.names)


class KeyRefusal(StrEnum):
    """The reason why an event cannot happen to a key."""

    WRONG_STATE = "WRONG_STATE"
    SAME_PERSON = "SAME_PERSON"
    NOT_YET = "NOT_YET"


_COMPLETED = frozenset({KeyEvent.KEK_COMPLETED, KeyEvent.WORKING_KEY_COMPLETED})


def refusal(event: KeyEvent, standing: KeyStanding, actor: Actor, now: dt.datetime) -> KeyRefusal | None:
    """Return the reason why an event cannot happen to a key; None if it can."""
    if standing.state not in LIFE[event].sources:
        return KeyRefusal.WRONG_STATE
    if event in _COMPLETED and standing.entered_by_person(actor):
        return KeyRefusal.SAME_PERSON
    if event is KeyEvent.OVERLAP_ENDED and not standing.overlap_ended(now):
        return KeyRefusal.NOT_YET
    return None


def completed(purpose: KeyPurpose) -> KeyEvent:
    """Return the event of entering the second component."""
    return KeyEvent.KEK_COMPLETED if purpose is KeyPurpose.KEK else KeyEvent.WORKING_KEY_COMPLETED

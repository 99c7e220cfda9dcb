"""The life of a key: its states, what moves it from one to the next, and who may do that.

A link has one key-encrypting key (KEK), under which working keys travel, and working keys that make MACs. ``LIFE`` is all
that can become of a key. The store changes a key by these transitions only, and docs/architecture.md draws them (a test
compares the two). A key's value is not known here; it is erased when the key is RETIRED.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.values import value

RETIRING_MAX = 3
"""Former working keys of a link whose overlap may run at a time; before another new key, one of them must end."""


class KeyPurpose(StrEnum):
    """What a key is for."""

    KEK = "KEK"
    MAC = "MAC"


class KeyState(StrEnum):
    """Where a key is in its life."""

    ENTERING = "ENTERING"
    ISSUED = "ISSUED"
    ACTIVE = "ACTIVE"
    RETIRING = "RETIRING"
    RETIRED = "RETIRED"


MAKES_MACS = frozenset({KeyState.ISSUED, KeyState.ACTIVE, KeyState.RETIRING})
"""States of a working key whose MACs are right."""


class KeyEvent(StrEnum):
    """What moves a key from one state to another."""

    KEK_COMPLETED = "KEK completed"
    WORKING_KEY_COMPLETED = "working key completed"
    ABANDONED = "abandoned"
    USED = "used"
    SUPERSEDED = "superseded"
    OVERLAP_ENDED = "overlap ended"
    REPLACED = "replaced"
    REVOKED = "revoked"


@value
class Transition:
    """One row of the table.

    Attributes:
        sources: the states that it starts from.
        who: who or what brings it about.
        does: what becomes of the key.
    """

    sources: frozenset[KeyState]
    target: KeyState
    who: str
    does: str


LIFE: Mapping[KeyEvent, Transition] = {
    KeyEvent.KEK_COMPLETED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.ACTIVE,
        "another person than who entered the first component, with the second one",
        "working keys travel under it; the former KEK is replaced",
    ),
    KeyEvent.WORKING_KEY_COMPLETED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.ISSUED,
        "another person than who entered the first component, with the second one",
        "its MACs are right; it is not used for answers to other keys' messages yet",
    ),
    KeyEvent.ABANDONED: Transition(
        frozenset({KeyState.ENTERING}),
        KeyState.RETIRED,
        "a person who enters a first component anew",
        "its value is erased",
    ),
    KeyEvent.USED: Transition(
        frozenset({KeyState.ISSUED}),
        KeyState.ACTIVE,
        "the link, with the first MAC that the key makes",
        "it signs what no other key is asked for; the former working key is superseded",
    ),
    KeyEvent.SUPERSEDED: Transition(
        frozenset({KeyState.ACTIVE}),
        KeyState.RETIRING,
        "a newer working key, when it is used",
        "its MACs are right until the overlap ends",
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
        "another key of its purpose: a newer KEK, or a working key that is made before this one was used",
        "its value is erased",
    ),
    KeyEvent.REVOKED: Transition(
        MAKES_MACS,
        KeyState.RETIRED,
        "two people, who rotate the working key at once",
        "its value is erased",
    ),
}
"""The transitions; a key begins ENTERING if people enter it, ISSUED if it is made, and RETIRED is the end of its life."""


@value
class KeyStanding:
    """What the next step of a key depends on.

    Attributes:
        made_by: the user who made it or entered its first component.
        made_through: the user who acted as him; None where he acted himself.
        retires_at: when its overlap ends; None while it is not RETIRING.
    """

    state: KeyState
    made_by: str
    made_through: str | None
    retires_at: dt.datetime | None

    def overlap_ended(self, now: dt.datetime) -> bool:
        """Whether a RETIRING key's time is over."""
        return self.retires_at is not None and now >= self.retires_at

    def entered_by_person(self, actor: Actor) -> bool:
        """Whether the acting user, or the one who acts as him, is one of those who entered the first component."""
        return bool({self.made_by, self.made_through} & actor.names)


class KeyRefusal(StrEnum):
    """Why an event does not move a key."""

    WRONG_STATE = "WRONG_STATE"
    SAME_PERSON = "SAME_PERSON"
    NOT_YET = "NOT_YET"


_COMPLETED = frozenset({KeyEvent.KEK_COMPLETED, KeyEvent.WORKING_KEY_COMPLETED})


def refusal(event: KeyEvent, standing: KeyStanding, actor: Actor, now: dt.datetime) -> KeyRefusal | None:
    """Return why an event does not move a key; None if it does."""
    if standing.state not in LIFE[event].sources:
        return KeyRefusal.WRONG_STATE
    if event in _COMPLETED and standing.entered_by_person(actor):
        return KeyRefusal.SAME_PERSON
    if event is KeyEvent.OVERLAP_ENDED and not standing.overlap_ended(now):
        return KeyRefusal.NOT_YET
    return None


def completed(purpose: KeyPurpose) -> KeyEvent:
    """Return the event that a second component is."""
    return KeyEvent.KEK_COMPLETED if purpose is KeyPurpose.KEK else KeyEvent.WORKING_KEY_COMPLETED

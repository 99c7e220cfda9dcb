"""The life of an item of reconciliation: its states, its transitions, and who may trigger each.

``LIFE`` is the complete table; docs/architecture.md draws it. The store changes the state of an item only by it. While
a request to resolve an item waits for another user, the item is shown as proposed; it stays OPEN until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.reconciliation.classes import POSSIBLE, DifferenceClass, FollowUp
from offline_collect.domain.transitions import Transition

PAYOUT_FAILED = "PAYOUT_FAILED"
"""The class of the item of a payout that a bank has not booked. Its money moves in another run."""

PAYOUT_LEFT_OUT = "PAYOUT_LEFT_OUT"
"""The class of the item of a merchant that no run pays, as its account, name or number does not fit the file."""

OF_PAYOUTS = frozenset({PAYOUT_FAILED, PAYOUT_LEFT_OUT})
"""Classes that keep no day open."""


class ItemState(StrEnum):
    """The states of an item."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    REPLACED = "REPLACED"


class ItemEvent(StrEnum):
    """The events that end an OPEN item."""

    POSTED = "posted"
    NOTED = "noted"
    MATCHED = "matched"
    RETRIED = "retried"
    PAID = "paid"
    REPLACED = "replaced"
    REOPENED = "reopened"


_OPEN = frozenset({ItemState.OPEN})

LIFE: Mapping[ItemEvent, Transition[ItemState]] = {
    ItemEvent.POSTED: Transition(
        _OPEN,
        ItemState.RESOLVED,
        "two users: one asks, another one approves",
        "its money is posted on the open day in the same transaction",
    ),
    ItemEvent.NOTED: Transition(
        _OPEN,
        ItemState.RESOLVED,
        "an operator if no money was proposed, else two users",
        "what was found is kept; no money moves",
    ),
    ItemEvent.MATCHED: Transition(
        _OPEN,
        ItemState.RESOLVED,
        "the file of the day before or after, which has its row",
        "no money moves",
    ),
    ItemEvent.RETRIED: Transition(
        _OPEN,
        ItemState.RESOLVED,
        "two users, with `settle retry`: the item of a payout that failed",
        "its money goes into the next run",
    ),
    ItemEvent.PAID: Transition(
        _OPEN,
        ItemState.RESOLVED,
        "a run that pays a merchant that was left out",
        "the run has its money",
    ),
    ItemEvent.REPLACED: Transition(
        _OPEN,
        ItemState.REPLACED,
        "a corrected file of the same day and institution",
        "it is forgotten; if the corrected file has the difference too, that is a new item",
    ),
    ItemEvent.REOPENED: Transition(
        frozenset({ItemState.RESOLVED}),
        ItemState.OPEN,
        "a corrected file of the day before or after, if it was matched by the former file",
        "it is looked at again",
    ),
}
"""The transitions; an item begins OPEN, or RESOLVED if both sides have its row on neighbouring days."""


class ItemRefusal(StrEnum):
    """Why an item is not resolved in a way."""

    NOT_OPEN = "NOT_OPEN"
    NOT_POSSIBLE = "NOT_POSSIBLE"


def refusal(state: ItemState, kind: DifferenceClass | None, follow_up: FollowUp) -> ItemRefusal | None:
    """Return why an item cannot be resolved by a follow-up; None if it can.

    Args:
        kind: its class; None for a reversal that could not be applied, about which a note is all that can be done.
    """
    if state not in LIFE[ItemEvent.NOTED].sources:
        return ItemRefusal.NOT_OPEN
    return None if follow_up in possible_for(kind) else ItemRefusal.NOT_POSSIBLE


def possible_for(kind: DifferenceClass | None) -> frozenset[FollowUp]:
    """Return the ways in which an item of a class can be resolved; None as in :func:`refusal`."""
    return frozenset({FollowUp.NOTE}) if kind is None else POSSIBLE[kind]

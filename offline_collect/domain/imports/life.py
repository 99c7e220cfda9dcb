"""The life of an import: its states, what moves it from one to the next, and who may do that.

``LIFE`` is the whole of it. The store changes an import by these transitions only, and docs/architecture.md draws them
(a test compares the two). Releases and undos ask :func:`refusal` first; the same conditions stand in the statements that
make the change, since another process may have been there in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.values import value


class ImportState(StrEnum):
    """Where an import is in its life. Its rows are in effect while it is RELEASED or UNDOING."""

    STAGING = "STAGING"
    WAITING = "WAITING"
    RELEASED = "RELEASED"
    REJECTED = "REJECTED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


IN_FORCE = frozenset({ImportState.RELEASED, ImportState.UNDOING})
"""States of an import whose rows are in effect."""

WAITS = frozenset({ImportState.STAGING, ImportState.WAITING})
"""States of an import whose rows may yet come into effect."""


class ImportEvent(StrEnum):
    """What moves an import from one state to another."""

    STAGED = "staged"
    GIVEN_UP = "given up"
    REJECTED = "rejected"
    RELEASED = "released"
    UNDO_BEGUN = "undo begun"
    UNDO_ENDED = "undo ended"
    UNDONE = "undone"


@value
class Transition:
    """One row of the table.

    Attributes:
        sources: the states that it starts from.
        who: who or what brings it about.
        does: what becomes of the rows.
    """

    sources: frozenset[ImportState]
    target: ImportState
    who: str
    does: str


LIFE: Mapping[ImportEvent, Transition] = {
    ImportEvent.STAGED: Transition(
        frozenset({ImportState.STAGING}),
        ImportState.WAITING,
        "the import, when its last row is staged",
        "nothing yet",
    ),
    ImportEvent.GIVEN_UP: Transition(
        frozenset({ImportState.STAGING}),
        ImportState.REJECTED,
        "another import of the same file, when it begins",
        "they are discarded",
    ),
    ImportEvent.REJECTED: Transition(
        WAITS,
        ImportState.REJECTED,
        "the person who imported it, or another one",
        "they are discarded",
    ),
    ImportEvent.RELEASED: Transition(
        frozenset({ImportState.WAITING}),
        ImportState.RELEASED,
        "another person than who imported it; the import itself where the merchant needs no second person",
        "all of them are in effect at once",
    ),
    ImportEvent.UNDO_BEGUN: Transition(
        IN_FORCE,
        ImportState.UNDOING,
        "an operator",
        "they stay in effect while each is looked at",
    ),
    ImportEvent.UNDO_ENDED: Transition(
        frozenset({ImportState.UNDOING}),
        ImportState.RELEASED,
        "a payment of one of the rows, or a row that cannot be undone",
        "they stay in effect",
    ),
    ImportEvent.UNDONE: Transition(
        frozenset({ImportState.UNDOING}),
        ImportState.UNDONE,
        "the undo, when each row has been looked at",
        "the versions of before are in effect again, all at once",
    ),
}
"""The transitions; an import begins STAGING, and REJECTED and UNDONE are the ends of its life."""


@value
class ImportStanding:
    """What the next step of an import depends on.

    Attributes:
        imported_by: the user who imported it.
        rows_done: whether no row is left to be looked at in this state.
        changes: how many rows are new, changed or withdrawn.
    """

    state: ImportState
    imported_by: str
    rows_done: bool
    changes: int


class ImportRefusal(StrEnum):
    """Why an event does not move an import."""

    WRONG_STATE = "WRONG_STATE"
    OWN_IMPORT = "OWN_IMPORT"
    STILL_TAKING_EFFECT = "STILL_TAKING_EFFECT"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    NOT_ALL_LOOKED_AT = "NOT_ALL_LOOKED_AT"


def refusal(event: ImportEvent, standing: ImportStanding, who: str) -> ImportRefusal | None:
    """Return why ``who`` may not bring an event about; None if he may.

    Releasing is asked for only where the merchant wants a second person.
    """
    if standing.state not in LIFE[event].sources:
        return ImportRefusal.WRONG_STATE
    match event:
        case ImportEvent.RELEASED if standing.imported_by == who:
            return ImportRefusal.OWN_IMPORT
        case ImportEvent.UNDO_BEGUN if standing.state is ImportState.RELEASED and not standing.rows_done:
            return ImportRefusal.STILL_TAKING_EFFECT
        case ImportEvent.UNDO_BEGUN if not standing.changes:
            return ImportRefusal.NOTHING_TO_UNDO
        case ImportEvent.UNDONE if not standing.rows_done:
            return ImportRefusal.NOT_ALL_LOOKED_AT
        case _:
            return None

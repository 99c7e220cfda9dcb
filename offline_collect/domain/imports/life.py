"""The life of an import: its states, its transitions, and who may trigger each.

``LIFE`` is the complete table. The store changes the state of an import only by it, and docs/architecture.md draws it
(a test compares the two). Releases and undos call :func:`refusal` first. The statements that make the change contain
the same conditions, because another process may have changed the import in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class ImportState(StrEnum):
    """The states of an import. Its rows are in effect while it is RELEASED or UNDOING."""

    STAGING = "STAGING"
    WAITING = "WAITING"
    RELEASED = "RELEASED"
    REJECTED = "REJECTED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


class ImportEnd(StrEnum):
    """Why an import was rejected by its own process, or by the next one: it never came to wait."""

    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


STATES: Mapping[ImportState | ImportEnd, Phrase] = {
    ImportState.STAGING: Phrase.in_context("state of an import", "STAGING"),
    ImportState.WAITING: Phrase.in_context("state of an import", "WAITING"),
    ImportState.RELEASED: Phrase.in_context("state of an import", "RELEASED"),
    ImportState.REJECTED: Phrase.in_context("state of an import", "REJECTED"),
    ImportState.UNDOING: Phrase.in_context("state of an import", "UNDOING"),
    ImportState.UNDONE: Phrase.in_context("state of an import", "UNDONE"),
    ImportEnd.FAILED: Phrase.in_context("state of an import", "FAILED"),
    ImportEnd.INTERRUPTED: Phrase.in_context("state of an import", "INTERRUPTED"),
}
"""What the states are called."""

IN_FORCE = frozenset({ImportState.RELEASED, ImportState.UNDOING})
"""States of an import whose rows are in effect."""

WAITS = frozenset({ImportState.STAGING, ImportState.WAITING})
"""States of an import whose rows may still take effect."""


class ImportEvent(StrEnum):
    """The events that move an import from one state to another."""

    STAGED = "staged"
    GIVEN_UP = "given up"
    REJECTED = "rejected"
    RELEASED = "released"
    UNDO_BEGUN = "undo begun"
    UNDO_ENDED = "undo ended"
    UNDONE = "undone"


LIFE: Mapping[ImportEvent, Transition[ImportState]] = {
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
        "the user who imported it, or another user",
        "they are discarded",
    ),
    ImportEvent.RELEASED: Transition(
        frozenset({ImportState.WAITING}),
        ImportState.RELEASED,
        "a user who did not import it; the import itself if the merchant needs no second person",
        "they take effect, all at once",
    ),
    ImportEvent.UNDO_BEGUN: Transition(
        IN_FORCE,
        ImportState.UNDOING,
        "an operator",
        "they stay in effect while each is checked",
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
        "the undo, when each row has been checked",
        "their former versions take effect again, all at once",
    ),
}
"""The transitions; an import begins STAGING, and ends REJECTED or UNDONE unless it stays RELEASED."""


@value
class ImportStanding:
    """The data of an import that its next transition depends on.

    Attributes:
        imported_by: the user who imported it.
        rows_done: whether all rows have been processed in this state.
        changes: how many rows are new, changed or withdrawn.
    """

    state: ImportState
    imported_by: str
    rows_done: bool
    changes: int


class ImportRefusal(StrEnum):
    """Why an event has no effect on an import."""

    WRONG_STATE = "WRONG_STATE"
    OWN_IMPORT = "OWN_IMPORT"
    STILL_TAKING_EFFECT = "STILL_TAKING_EFFECT"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    NOT_ALL_LOOKED_AT = "NOT_ALL_LOOKED_AT"


def refusal(event: ImportEvent, standing: ImportStanding, who: str) -> ImportRefusal | None:
    """Return why ``who`` may not trigger an event; None if he may.

    For a release, call it only if the merchant needs a second person.
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

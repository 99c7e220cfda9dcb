"""What is done with a row that somebody hands over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.phrases import Phrase


class Change(StrEnum):
    """What an import does with a row; WITHDRAWN, with a bill that its file no longer has."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done with a row.

    Attributes:
        reason: why it is refused; None where it is not.
        claimed: whether it is refused since another import has a hand on it: once that is decided, it may do.
    """

    change: Change
    reason: Phrase | None = None
    claimed: bool = False


def refused(reason: Phrase, *, claimed: bool = False) -> Outcome:
    """Return the outcome of a row that is refused."""
    return Outcome(Change.REFUSED, reason, claimed)

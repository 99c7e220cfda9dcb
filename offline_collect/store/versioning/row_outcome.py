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
class Twin:
    """Another customer that has the same lookup key.

    Attributes:
        labels: of the inputs that are the same.
        in_file: whether it is a row of the same file.
        import_id: the import that waits to bring it, or is just being undone; None where it is in effect.
    """

    customer_no: str
    labels: str = ""
    in_file: bool = False
    import_id: int | None = None
    undoing: bool = False

    @property
    def in_effect(self) -> bool:
        """Whether a lookup finds it already; the rest of a file may yet change that."""
        return not self.in_file and self.import_id is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is done with a row.

    Attributes:
        reason: why it is refused; None where it is not.
        claimed: whether it is refused since another import has a hand on it: once that is decided, it may do.
        twin: the customer that has the same lookup key, where it is refused for that.
    """

    change: Change
    reason: Phrase | None = None
    claimed: bool = False
    twin: Twin | None = None


def refused(reason: Phrase, *, claimed: bool = False) -> Outcome:
    """Return the outcome of a row that is refused."""
    return Outcome(Change.REFUSED, reason, claimed)

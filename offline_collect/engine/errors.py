"""Errors that end a batch without answers.

The tree::

    EngineError
      PastDeadlineError
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.engine.work import Work


class EngineError(Exception):
    """Root of the engine's own errors; a store raises StoreError instead."""


class PastDeadlineError(EngineError):
    """A batch, run again to find the outcome of a lost commit, is too late to be committed.

    Attributes:
        late: the works that are proved undone and are too late.
    """

    def __init__(self, late: Sequence[Work]) -> None:
        super().__init__(f"{len(late)} commands are past their deadline")
        self.late = late

"""What ends a batch in another way than its answers.

The tree::

    EngineError
      PastDeadlineError
"""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.engine.work import Work


class EngineError(Exception):
    """Root of the engine's own errors; what a store raises is a StoreError."""


class PastDeadlineError(EngineError):
    """A batch that is run again to learn a lost commit's fate may not be committed any more.

    Attributes:
        late: the works that are now proved undone and too late to do.
    """

    def __init__(self, late: Sequence[Work]) -> None:
        super().__init__(f"{len(late)} commands are past their deadline")
        self.late = late

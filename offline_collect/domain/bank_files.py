"""What files of banks have in common, those about debits and those about payouts."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value


@value
class Difference:
    """Why a file of a bank is not taken.

    Attributes:
        line: of the file; 0 for what it lacks.
    """

    line: int
    reason: Phrase

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else str(self.reason)

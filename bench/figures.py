"""The figures of measurements, by name, one for each round."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Raw figures by name, one for each round.

    Attributes:
        stages: microseconds a payment by stage, of the last round, by what was paid.
    """

    rounds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    stages: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Add a round's figure."""
        self.rounds[name].append(value)

    def median(self, name: str) -> float:
        """Return the median of the rounds."""
        return statistics.median(self.rounds[name])

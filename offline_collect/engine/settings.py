"""The number of lanes, and their bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.domain.decisions.deciding import Terms


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The engine's settings.

    Attributes:
        write_lanes: lanes that decide commands which write; each has a connection of its own.
        read_lanes: lanes for lookups, forms, directory and totals.
        batch_max: the most commands in one transaction.
        queue_max: the most commands that wait for one lane; more wait in the server's fair queue.
        conflict_retries: how often a batch that collided is decided again.
        proof_retries: how often the outcome of a lost commit is looked for.
        pause_s: the first pause before deciding again, seconds; it doubles up to ``pause_max_s``.
        terms: the bank's settings for decisions.
    """

    write_lanes: int = 1
    read_lanes: int = 1
    batch_max: int = 256
    queue_max: int = 20_000
    conflict_retries: int = 8
    proof_retries: int = 60
    pause_s: float = 0.005
    pause_max_s: float = 1.0
    terms: Terms = field(default_factory=Terms)

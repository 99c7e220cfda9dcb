"""The engine's settings: the number of lanes, and the bounds of queues, batches and retries."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect.domain.decisions.deciding import Terms


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The engine's settings.

    Attributes:
        write_lanes: lanes for commands that write; each has its own connection.
        read_lanes: lanes for lookups, forms, directory and totals.
        batch_max: the maximum number of commands in one transaction.
        queue_max: the maximum number of commands that wait for one lane; more wait in the server's fair queue.
        conflict_retries: how often a batch is decided again after collisions.
        proof_retries: how often the engine tries to prove the outcome of a lost commit.
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

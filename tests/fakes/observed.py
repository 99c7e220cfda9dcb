"""Observers that record their calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.ports import Cause


@dataclass
class LaneLog:
    """The calls of lanes (``domain.ports.Observer``)."""

    batches: list[tuple[str, int, Mapping[str, float]]] = field(default_factory=list)
    retries: list[tuple[str, str]] = field(default_factory=list)
    depths: list[tuple[str, int]] = field(default_factory=list)
    outages: list[tuple[str, Cause | None]] = field(default_factory=list)

    @property
    def sizes(self) -> list[int]:
        """How many commands each batch held."""
        return [size for _, size, _ in self.batches]

    @property
    def reasons(self) -> list[str]:
        """The reasons why batches were decided again."""
        return [reason for _, reason in self.retries]

    def batch(self, lane: str, size: int, stages: Mapping[str, float]) -> None:
        """Record a batch."""
        self.batches.append((lane, size, dict(stages)))

    def retried(self, lane: str, reason: str) -> None:
        """Record a retry."""
        self.retries.append((lane, reason))

    def outage(self, lane: str, cause: Cause | None) -> None:
        """Record the beginning or end of an outage."""
        self.outages.append((lane, cause))

    def queued(self, lane: str, depth: int) -> None:
        """Record a depth."""
        self.depths.append((lane, depth))


@dataclass
class LinkLog:
    """The calls of links (``server.observer.LinkObserver``)."""

    connections: int = 0
    refusals: list[str] = field(default_factory=list)
    hang_ups: list[str] = field(default_factory=list)
    answers: list[tuple[str, ResponseCode]] = field(default_factory=list)
    silences: list[str] = field(default_factory=list)
    stages: dict[str, int] = field(default_factory=dict)
    redated_messages: int = 0
    clocks_off: int = 0
    throttles: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    calls: list[bool] = field(default_factory=list)
    failed_calls: int = 0
    waits: list[int] = field(default_factory=list)
    mac_problems: list[str] = field(default_factory=list)

    def waiting(self, frames: int) -> None:
        """Record how many waited."""
        self.waits.append(frames)

    def connected(self, _link: str) -> None:
        """Count a new connection."""
        self.connections += 1

    def disconnected(self, _link: str) -> None:
        """Count a closed connection."""
        self.connections -= 1

    def refused(self, _link: str, reason: str) -> None:
        """Record a refused connection."""
        self.refusals.append(reason)

    def hung_up(self, _link: str, reason: str) -> None:
        """Record why a connection was closed."""
        self.hang_ups.append(reason)

    def answered(self, _link: str, message: str, code: ResponseCode, seconds: float) -> None:
        """Record an answer."""
        assert seconds >= 0
        self.answers.append((message, code))

    def unanswered(self, _link: str, reason: str) -> None:
        """Record a message without an answer."""
        self.silences.append(reason)

    def throttled(self, _link: str, what: str) -> None:
        """Record what was refused or held back."""
        self.throttles.append(what)

    def clock_off(self, _link: str) -> None:
        """Count a request of a peer whose clock is off."""
        self.clocks_off += 1

    def noticed(self, _link: str, what: str) -> None:
        """Record the outcome of a cutover notice."""
        self.notices.append(what)

    def unauthentic(self, _link: str, problem: str) -> None:
        """Remember the problem with a MAC."""
        self.mac_problems.append(problem)

    def redated(self, _link: str) -> None:
        """Count a message whose years were taken from the open business day."""
        self.redated_messages += 1

    def connected_out(self, _link: str, *, connected: bool) -> None:
        """Record that the connection to a partner was made, or has ended."""
        self.calls.append(connected)

    def connect_failed(self, _link: str) -> None:
        """Count a failed attempt."""
        self.failed_calls += 1

    def stage(self, stage: str, seconds: float, messages: int) -> None:
        """Count messages by stage."""
        assert seconds >= 0
        self.stages[stage] = self.stages.get(stage, 0) + messages

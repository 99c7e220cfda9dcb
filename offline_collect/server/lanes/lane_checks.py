"""Checks whether a lane could decide commands, through its queue like a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from twisted.internet.defer import Deferred, succeed

from offline_collect.domain.answers import Answer
from offline_collect.domain.ports import Cause, Clock
from offline_collect.server.health.readiness import LIMIT_S, Problem, Readiness
from offline_collect.server.lanes.lanes import Lanes

_HELD_UP_AFTER_S = 0.75 * LIMIT_S
"""When the sweep answers a waiting check, slightly before the check times out."""


@dataclass(frozen=True, slots=True)
class LaneToken:
    """The token of a check; no connection waits for it."""

    answered: Callable[[Answer | None], None]


def add_lane_checks(readiness: Readiness, lanes: Lanes, clock: Clock) -> None:
    """Add a check for every lane; call it after the lanes have started."""
    for name in lanes.names:
        readiness.add_check(f"lane {name}", _check_of(lanes, name, clock))


def _check_of(lanes: Lanes, name: str, clock: Clock) -> Callable[[], Deferred[Sequence[Problem]]]:
    def check() -> Deferred[Sequence[Problem]]:
        found: Deferred[Sequence[Problem]] = Deferred()
        token = LaneToken(lambda answer: found.callback(_problems(name, answer)))
        if lanes.check(name, clock.monotonic() + _HELD_UP_AFTER_S, token):
            return found
        return succeed(_problems(name, None))

    return check


def _problems(name: str, answer: Answer | None) -> Sequence[Problem]:
    if answer is None:
        return [Problem(Cause.LANES, f"lane {name}: it has ended")]
    return [] if answer.approved else [Problem(str(answer.brief), f"lane {name}: {answer.reason}")]

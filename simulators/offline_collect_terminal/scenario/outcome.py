"""The result of a scenario, and what failed in it."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.wire.messages.message import Message
from offline_collect_terminal.errors import SimulatorError
from offline_collect_terminal.scenario.expect import Check
from offline_collect_terminal.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed expectation.

    Attributes:
        path: the step's place in the file.
        summary: one sentence.
        checks: all comparisons, if an answer came.
        answer: the answer.
    """

    path: str
    summary: str
    checks: tuple[Check, ...] = ()
    answer: Message | None = None


class ExpectationFailedError(SimulatorError):
    """Carries a :class:`Failure` to the end of its scenario."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.summary)
        self.failure = failure


@dataclass(slots=True)
class ScenarioResult:
    """The result of a scenario."""

    scenario: Scenario
    messages_sent: int = 0
    messages_received: int = 0
    failure: Failure | None = None

"""Whether requests can be served: checks with a time limit, run together, at most one of a kind at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, gatherResults, succeed
from twisted.python.failure import Failure

from offline_collect.domain.ports import Cause

_log = logging.getLogger(__name__)

LIMIT_S = 2.0
"""The time limit of a check; without an answer by then it counts as not ready."""

SAID_EVERY_S = 60.0
"""How often an unchanged problem is logged."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why requests cannot be served: a cause for metrics and a text for operators."""

    cause: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of the checks.

    Attributes:
        problems: empty while requests can be served.
        notes: hints for operators that do not prevent service.
    """

    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether requests can be served."""
        return not self.problems

    @property
    def text(self) -> str:
        """A line for each problem, ``ready`` without problems, and a line for each note."""
        lines = [problem.text for problem in self.problems] or ["ready"]
        return "".join(f"{line}\n" for line in (*lines, *self.notes))


Check = Callable[[], "Deferred[Sequence[Problem]]"]
"""Fires with the problems; it is not called again before that."""

Notes = Callable[[], Sequence[str]]
"""Returns hints for operators, one line each; it is fast and called on the reactor's thread."""


class Readiness:
    """Checks everything that requests need, and answers within the limit even if a check hangs.

    Args:
        reactor: Twisted's.
        tell: called with the causes of each new report.
        limit_s: the time limit of a check.
    """

    def __init__(
        self, reactor: Any, tell: Callable[[Collection[str]], None], limit_s: float = LIMIT_S
    ) -> None:
        self._reactor = reactor
        self._tell = tell
        self._limit_s = limit_s
        self._checks: list[_LimitedCheck] = []
        self._notes: list[Notes] = []
        self._waiting: list[Deferred[Report]] | None = None
        self._said: tuple[float, frozenset[str]] = (0.0, frozenset())

    def add_check(self, name: str, check: Check) -> None:
        """Add a check; any problem that it finds means that requests cannot be served."""
        self._checks.append(_LimitedCheck(self._reactor, name, check, self._limit_s))

    def add_notes(self, notes: Notes) -> None:
        """Add a source of notes for the report."""
        self._notes.append(notes)

    def ask(self) -> Deferred[Report]:
        """Return the report within the limit; callers meanwhile get the same report."""
        asked: Deferred[Report] = Deferred()
        if self._waiting is not None:
            self._waiting.append(asked)
            return asked
        self._waiting = [asked]
        gatherResults([check.ask() for check in self._checks]).addCallback(self._found)
        return asked

    def _found(self, found: Sequence[Sequence[Problem]]) -> None:
        problems = tuple(problem for each in found for problem in each)
        notes = tuple(line for each in self._notes for line in _said(each))
        report = Report(problems, notes)
        self._tell({problem.cause for problem in problems})
        self._log(report)
        waiting, self._waiting = self._waiting or [], None
        for each in waiting:
            each.callback(report)

    def _log(self, report: Report) -> None:
        """Log problems when they begin, change or end, and at intervals while they last."""
        now, causes = self._reactor.seconds(), frozenset(problem.cause for problem in report.problems)
        said_at, said = self._said
        if causes == said and (report.ready or now - said_at < SAID_EVERY_S):
            return
        self._said = (now, causes)
        if report.ready:
            _log.info("requests can be served again")
        else:
            _log.error("requests cannot be served: %s", "; ".join(each.text for each in report.problems))


class _LimitedCheck:
    """One check: never run twice at a time, and never awaited longer than the limit."""

    def __init__(self, reactor: Any, name: str, check: Check, limit_s: float) -> None:
        self._reactor = reactor
        self._name = name
        self._check = check
        self._limit_s = limit_s
        self._asked_at: float | None = None

    def ask(self) -> Deferred[Sequence[Problem]]:
        """Return the check's problems, or the problem that it has not answered."""
        if self._asked_at is not None:
            return succeed([self._silence()])
        self._asked_at = self._reactor.seconds()
        within: Deferred[Sequence[Problem]] = Deferred()
        timer = self._reactor.callLater(self._limit_s, lambda: within.callback([self._silence()]))

        def answered(found: Sequence[Problem]) -> None:
            self._asked_at = None
            if timer.active():
                timer.cancel()
                within.callback(found)

        self._check().addErrback(self._fault).addCallback(answered)
        return within

    def _silence(self) -> Problem:
        since = self._reactor.seconds() - (self._asked_at or 0.0)
        return Problem(
            Cause.LANES, f"{self._name}: no answer for {since:.0f} s: it hangs, or its disk or database does"
        )

    def _fault(self, failure: Failure) -> Sequence[Problem]:
        _log.error("the readiness check of %s failed", self._name, exc_info=failure.value)
        return [Problem("fault", f"{self._name}: the readiness check failed; see the log")]


def _said(notes: Notes) -> Sequence[str]:
    try:
        return notes()
    except Exception:  # noqa: BLE001 - a failed note must not prevent service
        _log.exception("a note of the readiness check failed")
        return ()

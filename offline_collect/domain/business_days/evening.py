"""An evening's next step: what the program does by itself, or whom it asks (docs/day-end.md, An evening by itself).

:func:`next_step` is the whole rule. Whoever runs an evening loads the facts, does the step, and asks again, so that a
second run goes on where the first one stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.cutover import Verdict
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.life import DayEvent, DayRefusal, DayStanding, refusal
from offline_collect.domain.values import value


class DayDocument(StrEnum):
    """The kinds of files that are written once for a day."""

    DEBITS = "DEBITS"
    STATEMENTS = "STATEMENTS"
    VOUCHER = "VOUCHER"


class Step(StrEnum):
    """The steps of an evening, in their order."""

    CUTOVER = "CUTOVER"
    DEBITS = "DEBITS"
    INGEST = "INGEST"
    RECONCILE = "RECONCILE"
    SETTLE = "SETTLE"
    PAYOUTS = "PAYOUTS"
    VOUCHER = "VOUCHER"
    STATEMENTS = "STATEMENTS"


class Question(StrEnum):
    """Why a person must decide."""

    CLOCK_IN_DOUBT = "CLOCK_IN_DOUBT"
    FILES_MISSING = "FILES_MISSING"
    ITEMS_OPEN = "ITEMS_OPEN"
    ITEMS_PROPOSED = "ITEMS_PROPOSED"
    """All open items wait for the second person."""
    EARLIER_DAY = "EARLIER_DAY"


DECIDED_BY: Mapping[Question, Permission] = {
    Question.CLOCK_IN_DOUBT: Permission.CUTOVER,
    Question.FILES_MISSING: Permission.RECONCILE,
    Question.ITEMS_OPEN: Permission.RECONCILE,
    Question.ITEMS_PROPOSED: Permission.APPROVE,
    Question.EARLIER_DAY: Permission.SETTLE,
}
"""What a person must be allowed to do to decide."""


class Ended(StrEnum):
    """Why there is no further step."""

    NOT_DUE = "NOT_DUE"
    """The day is open, and the clock does not close it yet."""
    DONE = "DONE"
    FILES_LACK = "FILES_LACK"
    """Nothing is left to do now, but not all files of the day could be written."""


@value
class EveningFacts:
    """What the next step for a business day depends on.

    Attributes:
        date: the day to end.
        standing: of that day.
        cutover: what the clock says of the open day, whichever that is; None if days are closed by command only.
        wanted: the steps that this evening has.
        done: steps that were done in this run, those for a single day if it was this one, and are not done twice in one.
        documents: files of the day that were written before.
        proposed: how many of its open items wait for a second person.
        payouts_wait: whether files of its payouts are not written yet.
    """

    date: BusinessDate
    standing: DayStanding
    cutover: Verdict | None
    wanted: frozenset[Step]
    done: frozenset[Step] = frozenset()
    documents: frozenset[DayDocument] = frozenset()
    proposed: int = 0
    payouts_wait: bool = False


_ASKED = {
    DayRefusal.INSTITUTIONS_MISSING: Question.FILES_MISSING,
    DayRefusal.DIFFERENCES_OPEN: Question.ITEMS_OPEN,
    DayRefusal.ITEMS_OPEN: Question.ITEMS_OPEN,
    DayRefusal.EARLIER_DAY_UNSETTLED: Question.EARLIER_DAY,
}

_AFTERWARDS = {Step.VOUCHER: DayDocument.VOUCHER, Step.STATEMENTS: DayDocument.STATEMENTS}


def documents_of(wanted: frozenset[Step]) -> frozenset[DayDocument]:
    """Return the kinds of files that a settled day has after these steps."""
    return frozenset(document for step, document in _AFTERWARDS.items() if step in wanted)


def next_step(facts: EveningFacts) -> Step | Question | Ended:
    """Return the next step of an evening, whom to ask instead, or why there is none."""
    if facts.cutover is Verdict.DUE:
        return Step.CUTOVER
    if facts.standing.state is DayState.OPEN:
        in_time = facts.cutover in {None, Verdict.NOT_DUE}
        return Ended.NOT_DUE if in_time else Question.CLOCK_IN_DOUBT
    settled = facts.standing.state is DayState.SETTLED
    if not settled and _is_left(Step.DEBITS, facts) and DayDocument.DEBITS not in facts.documents:
        return Step.DEBITS
    if _is_left(Step.INGEST, facts):
        return Step.INGEST
    match facts.standing.state:
        case DayState.CUT:
            return _moved(DayEvent.RECONCILED, Step.RECONCILE, facts)
        case DayState.RECONCILED:
            return _moved(DayEvent.SETTLED, Step.SETTLE, facts)
        case _:
            return _after_settlement(facts)


def _is_left(step: Step, facts: EveningFacts) -> bool:
    return step in facts.wanted and step not in facts.done


def _moved(event: DayEvent, step: Step, facts: EveningFacts) -> Step | Question:
    """Return the step that moves the day on, or who must decide first."""
    why = refusal(event, facts.standing)
    if why is None:
        return step
    asked = _ASKED[why]
    waits = asked is Question.ITEMS_OPEN and facts.proposed >= facts.standing.items
    return Question.ITEMS_PROPOSED if waits else asked


def _after_settlement(facts: EveningFacts) -> Step | Ended:
    if facts.payouts_wait and _is_left(Step.PAYOUTS, facts):
        return Step.PAYOUTS
    lacking = [
        step
        for step, document in _AFTERWARDS.items()
        if step in facts.wanted and document not in facts.documents
    ]
    left = [step for step in lacking if step not in facts.done]
    if left:
        return left[0]
    return Ended.FILES_LACK if lacking else Ended.DONE

"""How far a debit batch and its records are by the bank's reports, as tables, and what is final of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.transitions import Transition
from offline_collect.domain.values import value


class ReportRule(StrEnum):
    """Which records a bank reports.

    ALL: each record is settled or rejected by a status that is about it. REJECTS_ONLY: the records that the bank has not
    rejected are settled by a status of the whole batch, or by a statement that names it; never by silence.
    """

    ALL = "all"
    REJECTS_ONLY = "rejects-only"


class Status(StrEnum):
    """The statuses of ISO 20022 that a report may give."""

    RECEIVED = "RCVD"
    TECHNICALLY_ACCEPTED = "ACTC"
    ACCEPTED = "ACCP"
    IN_PROCESS = "ACSP"
    PENDING = "PDNG"
    SETTLED = "ACSC"
    PARTLY = "PART"
    REJECTED = "RJCT"


class Standing(StrEnum):
    """How far a batch or a record is, by the bank's reports.

    PARTLY is of a batch only: each of its records has a status of its own, or, if the bank reports rejected ones only,
    those not rejected are settled.
    """

    SILENT = "SILENT"
    PENDING = "PENDING"
    PARTLY = "PARTLY"
    SETTLED = "SETTLED"
    REJECTED = "REJECTED"


OPEN = frozenset({Standing.SILENT, Standing.PENDING})
"""Standings that a report can still change into any other."""

INTERMEDIATE = frozenset(
    {Status.RECEIVED, Status.TECHNICALLY_ACCEPTED, Status.ACCEPTED, Status.IN_PROCESS, Status.PENDING}
)
"""Statuses that decide nothing. One that comes after a final status is late and changes nothing."""

_PENDING = Transition(OPEN, Standing.PENDING, "the bank's report", "nothing: the bank works on it")

RECORD_LIFE: Mapping[Status, Transition[Standing]] = {
    **dict.fromkeys(sorted(INTERMEDIATE), _PENDING),
    Status.SETTLED: Transition(
        OPEN | {Standing.SETTLED},
        Standing.SETTLED,
        "the bank's report, or a statement that names it",
        "the return code of settled ones",
    ),
    Status.REJECTED: Transition(
        OPEN | {Standing.REJECTED},
        Standing.REJECTED,
        "the bank's report",
        "the return code of its reason; the same each time it is reported",
    ),
}
"""What a status makes of a record, which begins SILENT."""

GROUP_LIFE: Mapping[Status, Transition[Standing]] = {
    **dict.fromkeys(sorted(INTERMEDIATE), _PENDING),
    Status.PARTLY: Transition(
        OPEN | {Standing.PARTLY},
        Standing.PARTLY,
        "the bank's report",
        "with rejects-only, settles the records that are not rejected; else nothing",
    ),
    Status.SETTLED: Transition(
        OPEN | {Standing.PARTLY, Standing.SETTLED},
        Standing.SETTLED,
        "the bank's report, or a statement that names it",
        "settles the records that are not rejected",
    ),
    Status.REJECTED: Transition(
        OPEN | {Standing.REJECTED},
        Standing.REJECTED,
        "the bank's report",
        "rejects all records, if none is settled",
    ),
}
"""What a status makes of a batch, which begins SILENT."""


@value
class Stood:
    """A standing, and the return code of a rejected one.

    Attributes:
        code: None unless it is rejected.
    """

    standing: Standing = Standing.SILENT
    code: str | None = None


@value
class Done:
    """A record whose result is final."""

    return_code: str


@value
class StillOpen:
    """A record whose result the bank has not told."""

    standing: Standing


def standing_of(own: Stood, group: Stood, rule: ReportRule) -> Stood:
    """Return how far a record is, by its own reports and those of its batch."""
    if own.standing not in OPEN:
        return own
    if group.standing is Standing.REJECTED:
        return group
    by_group = group.standing is Standing.PARTLY and rule is ReportRule.REJECTS_ONLY
    return Stood(Standing.SETTLED) if by_group or group.standing is Standing.SETTLED else own


def outcome(own: Stood, group: Stood, rule: ReportRule, codes: ReasonCodes) -> Done | StillOpen:
    """Return a record's result, if it is final."""
    found = standing_of(own, group, rule)
    if found.standing is Standing.SETTLED:
        return Done(codes.settled)
    return StillOpen(found.standing) if found.code is None else Done(found.code)

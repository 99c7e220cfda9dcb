"""0500, 0520: compares a cut day's figures with an institution's."""

from __future__ import annotations

from dataclasses import asdict

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Totals
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.effects import NO_EFFECTS, AgreedTotals, Effects
from offline_collect.domain.facts import Facts, Wants

IN_BALANCE = 1
OUT_OF_BALANCE = 2


def want(command: Totals, facts: Facts, wants: Wants) -> bool:
    """Request the day; then, if it is closed, its figures."""
    wants.days.add(command.business_date)
    if facts.days.get(command.business_date) not in {None, DayState.OPEN}:
        wants.totals.add((command.institution, command.currency, command.business_date))
    return command.business_date not in facts.days


def decide(command: Totals, facts: Facts, context: Context) -> Decision:
    """Answer with the platform's own figures and whether they agree; keep once that they do."""
    answer = _answer(command, facts)
    key = command.institution, command.currency, command.business_date
    if not answer.approved or key in facts.agreed:
        return answer, NO_EFFECTS
    agreed = AgreedTotals(
        institution=command.institution,
        business_date=command.business_date,
        currency=command.currency,
        link=command.link,
        agreed_at=context.now,
    )
    return answer, Effects(agreed=(agreed,))


def _answer(command: Totals, facts: Facts) -> Answer:
    asked = command.business_date
    state = facts.days[asked]
    if state is None:
        reason = f"there is no business day {asked}"
        return decline(ResponseCode.NOT_FOUND, "unknown day", reason, business_date=asked)
    if state is DayState.OPEN:
        reason = f"business day {asked} is still open"
        return decline(ResponseCode.NOT_PERMITTED, "day is open", reason, business_date=asked)
    ours = facts.totals[command.institution, command.currency, asked]
    values = asdict(ours) | {"net_minor": ours.net_minor}
    if ours == command.figures and ours.net_minor == command.net_minor:
        return Answer(ResponseCode.APPROVED, asked, values=values | {"settlement_code": IN_BALANCE})
    return decline(
        ResponseCode.OUT_OF_BALANCE,
        "out of balance",
        f"the figures of business day {asked} differ from the platform's",
        business_date=asked,
        **values,
        settlement_code=OUT_OF_BALANCE,
    )

"""Payments that break a decision at a chosen place; the decisions around them are the real ones."""

from dataclasses import dataclass, fields, replace

from offline_collect.domain.commands import Payment
from offline_collect.domain.deciding import Context, Decision
from offline_collect.domain.decisions import payment
from offline_collect.domain.effects import StateChange
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import PaymentState


class PoisonError(Exception):
    """What no decision is expected to raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWants(Payment):
    """Its wants cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDecision(Payment):
    """It cannot be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEffects(Payment):
    """Its effects cannot be applied to the facts."""


def poisoned(kind: type[Payment], command: Payment) -> Payment:
    """Return ``command`` as one of the kinds above."""
    return kind(**{each.name: getattr(command, each.name) for each in fields(command)})


def _want(command: Payment, facts: Facts, wants: Wants) -> None:
    raise PoisonError


def _decide(command: Payment, facts: Facts, context: Context) -> Decision:
    raise PoisonError


def _decide_nonsense(command: Payment, facts: Facts, context: Context) -> Decision:
    answer, effects = payment.decide(command, facts, context)
    nowhere = StateChange("no such payment", PaymentState.REVERSED, "nobody")
    return answer, replace(effects, states=(nowhere,))


POISONS = {
    NoWants: (_want, payment.decide),
    NoDecision: (payment.want, _decide),
    NoEffects: (payment.want, _decide_nonsense),
}

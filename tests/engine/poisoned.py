"""Payments whose decision fails at a chosen place; all other decisions are the real ones."""

from dataclasses import fields, replace

from offline_collect.domain.commands import Payment
from offline_collect.domain.decisions import payment
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.effects import StateChange
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import PaymentState


class PoisonError(Exception):
    """An exception that no decision is expected to raise."""


class NoWants(Payment):
    """Asking for its wants fails."""


class NoDecision(Payment):
    """Deciding it fails."""


class NoEffects(Payment):
    """Applying its effects to the facts fails."""


class NeverContent(Payment):
    """It wants another fact each time it is asked."""


def poisoned(kind: type[Payment], command: Payment) -> Payment:
    """Return ``command`` as one of the kinds above."""
    return kind(**{each.name: getattr(command, each.name) for each in fields(command)})


def _want(command: Payment, facts: Facts, wants: Wants) -> bool:
    raise PoisonError


def _want_more(command: Payment, facts: Facts, wants: Wants) -> bool:
    payment.want(command, facts, wants)
    wants.keys.add(f"P|nobody|{len(facts.transactions)}")
    return True


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
    NeverContent: (_want_more, payment.decide),
}

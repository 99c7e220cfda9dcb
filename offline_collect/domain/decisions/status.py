"""0100/360000: the state of a payment. The answer is final, so an unknown key gets a tombstone."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Status
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.decisions.repeats import payment_of, state_of
from offline_collect.domain.decisions.reversal_effects import tombstone
from offline_collect.domain.effects import NO_EFFECTS, Effects
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.transactions import Transaction, TransactionKind

OFF_MAX = dt.timedelta(hours=26)
"""No two time zones are further apart."""


def want(command: Status, facts: Facts, wants: Wants) -> bool:  # noqa: ARG001 - one round is enough
    """Request the original's key."""
    wants.keys.add(command.original_key)
    return False


def decide(command: Status, facts: Facts, context: Context) -> Decision:
    """Answer with a known key's state; store a tombstone for an unknown one that is too old to arrive."""
    if command.original_institution != command.institution:
        return _not_found("the original is of another institution"), NO_EFFECTS
    original = facts.transactions[command.original_key]
    if original is not None:
        return _tell(original, facts), NO_EFFECTS
    lost_after = (
        _sent_at(command, context) + dt.timedelta(milliseconds=command.allowed_ms) + context.terms.skew
    )
    if context.now <= lost_after:
        until = lost_after.astimezone(dt.UTC)
        reason = f"not known here yet; it could arrive until {until:%H:%M:%S} UTC"
        return decline(ResponseCode.IN_PROGRESS, "in progress", reason), NO_EFFECTS
    grave = tombstone(
        command.original_key,
        command.institution,
        command.terminal,
        facts.day.date,
        command.received_at,
        command.journal,
        f"asked for and not found at {command.received_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC: refused since",
    )
    return _buried(grave), Effects(transactions=(grave,))


def _sent_at(command: Status, context: Context) -> dt.datetime:
    """Return when the original was sent, by the platform's clock.

    The peer has stamped original and status by one clock. If that is further off than the skew allows (local time on
    a UTC link), the time at which the status was received corrects it. A status message that is sent again and again
    as it was looks like such a clock, so the correction is bounded.
    """
    off = command.received_at - command.sent_at
    if abs(off) <= context.terms.skew:
        return command.original_sent_at
    return command.original_sent_at + min(off, OFF_MAX)


def _not_found(reason: str) -> Answer:
    return decline(ResponseCode.NOT_FOUND, "original not found", reason)


def _buried(original: Transaction) -> Answer:
    return decline(
        ResponseCode.NOT_FOUND,
        "original not found",
        "nothing was paid under this key, and nothing will be",
        business_date=original.business_date,
        original_state=TransactionKind.TOMBSTONE.value,
    )


def _tell(original: Transaction, facts: Facts) -> Answer:
    if original.kind is TransactionKind.TOMBSTONE:
        return _buried(original)
    payment = payment_of(original, facts)
    values: dict[str, str | int] = {"original_code": original.answer.code.value}
    if payment is None:
        values["original_state"] = "DECLINED"
        return Answer(ResponseCode.APPROVED, original.business_date, values=values)
    values["original_state"] = state_of(payment, facts).value
    values["approval_code"] = payment.approval_code
    values["serial_number"] = payment.serial_number
    return Answer(ResponseCode.APPROVED, payment.business_date, values=values)

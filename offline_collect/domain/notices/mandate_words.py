"""What a payer reads of his mandate after it was changed: what has become of it, and what may be debited now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.debits.mandates import ENDED, Cycle, Mandate, MandateState
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.values import value


@value
class MandateNow:
    """A mandate on the day of a message.

    Attributes:
        account: that is debited; None if no customer has the mandate any more, or he has none.
    """

    terms: Mandate
    state: MandateState
    account: str | None = field(default=None, repr=False)


_STATES: Mapping[str, Mapping[MandateState, str]] = {
    "zh": {
        MandateState.PROPOSED: "待签署",
        MandateState.ACTIVE: "有效",
        MandateState.SUSPENDED: "已暂停",
        MandateState.CANCELLED: "已终止",
        MandateState.EXPIRED: "已到期",
    },
    "en": {
        MandateState.PROPOSED: "not signed yet",
        MandateState.ACTIVE: "in force",
        MandateState.SUSPENDED: "suspended",
        MandateState.CANCELLED: "ended",
        MandateState.EXPIRED: "expired",
    },
}
_CYCLES: Mapping[str, Mapping[Cycle, str]] = {
    "zh": {Cycle.WEEK: "每周", Cycle.MONTH: "每月", Cycle.QUARTER: "每季", Cycle.YEAR: "每年"},
    "en": {Cycle.WEEK: "week", Cycle.MONTH: "month", Cycle.QUARTER: "quarter", Cycle.YEAR: "year"},
}


def mandate_state(now: MandateNow, language: str) -> str:
    """Return what has become of a mandate.

    Args:
        language: ``zh`` or ``en``.
    """
    return _STATES[language][now.state]


def mandate_terms(now: MandateNow, currency: str, language: str) -> str:
    """Return what may be debited, as a sentence: the end of the account, and limits; '' if nothing is known or may be.

    Args:
        currency: ISO 4217 number, of the limits.
        language: as for :func:`mandate_state`.
    """
    if now.state in ENDED:
        return ""
    if language == "zh":
        chinese = "，".join(_chinese(now, currency))
        return chinese and f"{chinese}。"
    english = ", ".join(_english(now, currency))
    return english and f"{english[0].upper()}{english[1:]}."


def _chinese(now: MandateNow, currency: str) -> Iterator[str]:
    terms = now.terms
    if now.account is not None:
        yield f"扣款账户{mask_account(now.account)}"
    if terms.limit_minor is not None:
        yield f"单笔最高{format_major(terms.limit_minor, currency)}元"
    if terms.cycle is not None and terms.cycle_limit_minor is not None:
        yield f"{_CYCLES['zh'][terms.cycle]}最高{format_major(terms.cycle_limit_minor, currency)}元"


def _english(now: MandateNow, currency: str) -> Iterator[str]:
    terms, code = now.terms, CURRENCIES[currency].code
    if now.account is not None:
        yield f"account {mask_account(now.account)}"
    if terms.limit_minor is not None:
        yield f"at most {format_major(terms.limit_minor, currency)} {code} a debit"
    if terms.cycle is not None and terms.cycle_limit_minor is not None:
        limit = format_major(terms.cycle_limit_minor, currency)
        yield f"at most {limit} {code} a {_CYCLES['en'][terms.cycle]}"

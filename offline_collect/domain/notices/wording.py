"""The words of notices: templates with placeholders, the values that may stand in them, and what is hidden there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from offline_collect.domain.bills import Bill
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.effects import Notice
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.text import mask_name
from offline_collect.domain.values import value

TEMPLATE_MAX = 300
"""Characters of a template."""

PLACEHOLDERS = frozenset(
    {
        "merchant",
        "customer",
        "bill",
        "description",
        "period",
        "due_date",
        "amount",
        "currency",
        "date",
        "time",
    }
)
"""What a template may name; nothing else of a customer or bill gets into a message."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SHOWN = 4
"""Characters of a bill's number that may be read."""


@value
class Told:
    """The values of a notice's placeholders, hidden where they must be; '' for what a bill does not have."""

    merchant: str
    customer: str
    bill: str
    description: str
    period: str
    due_date: str
    amount: str
    currency: str
    date: str
    time: str


def template_problems(text: str) -> Sequence[str]:
    """Return why a template cannot be used, one reason each; none if every notice can be told with it."""
    problems = []
    if not text.strip():
        problems.append("it is empty")
    if len(text) > TEMPLATE_MAX:
        problems.append(f"it has {len(text)} characters, at most {TEMPLATE_MAX} are allowed")
    if not text.isprintable():
        problems.append("it has characters that cannot be printed, or several lines")
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS)
    problems += [
        f"{{{name}}} is no placeholder: there are {', '.join(sorted(PLACEHOLDERS))}" for name in unknown
    ]
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        problems.append("a brace is not closed, or not opened")
    return problems


def fill_template(text: str, told: Told) -> str:
    """Return a notice in the words of a template without problems."""
    filled = _PLACEHOLDER.sub(lambda found: str(getattr(told, found[1])), text)
    return " ".join(filled.split())


def signed(signature: str, lines: Sequence[str]) -> str:
    """Return a message: the signature, as Chinese operators want it, and a line for each notice."""
    return f"【{signature}】" + "\n".join(lines)


def hidden_bill(bill_no: str) -> str:
    """Return a bill's number with its last characters only: four, or half of a shorter one."""
    shown = min(_SHOWN, len(bill_no) // 2)
    return "*" + bill_no[len(bill_no) - shown :]


def told(notice: Notice, merchant: str, customer: str, bill: Bill | None, zone: dt.tzinfo) -> Told:
    """Return the values of a notice's placeholders.

    Args:
        merchant: its name.
        customer: his name, in full.
        bill: None if it is not there any more.
    """
    local = notice.created_at.astimezone(zone)
    return Told(
        merchant=merchant,
        customer=mask_name(customer),
        bill=hidden_bill(notice.bill_no),
        description=(bill and bill.description) or "",
        period=(bill and bill.period) or "",
        due_date="" if bill is None else bill.due_date.isoformat(),
        amount=format_major(notice.amount_minor, notice.currency),
        currency=CURRENCIES[notice.currency].code,
        date=local.date().isoformat(),
        time=f"{local:%H:%M}",
    )

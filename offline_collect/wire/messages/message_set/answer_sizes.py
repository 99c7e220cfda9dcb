"""Whether the longest values that the platform fills fit the parts and elements of answers, as far as it is known."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from offline_collect.domain.ledger.serials import DATE_DIGITS, NUMBER_DIGITS
from offline_collect.wire.layouts.values.encodings import content_problem
from offline_collect.wire.messages.answers.parts import FIRST
from offline_collect.wire.messages.requests.conversions import BILL_NO_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.elements.element import Element
    from offline_collect.wire.elements.notation import Notation
    from offline_collect.wire.messages.message_set.types import ValuePlan

LONGEST: Mapping[str, int] = MappingProxyType(
    {
        "approval_code": 6,
        "bill_no": BILL_NO_MAX,
        "customer_no": 32,
        "due_date": DATE_DIGITS,
        "merchant_id": 15,
        "page_cursor": DATE_DIGITS + BILL_NO_MAX,
        "serial_number": DATE_DIGITS + NUMBER_DIGITS,
    }
)
"""Characters of values that are never cut. Amounts and counts are as long as they are large."""

YYYYMM = "YYYYMM"
"""Of a period, year and month only."""


def bounded(name: str) -> bool:
    """Whether the longest form of a value is known."""
    return name.removeprefix(FIRST) in LONGEST


def size_problem(plan: ValuePlan, shape: Element | Notation | None) -> str | None:
    """Return why a value does not fit a place in its longest form; None if it does, or nobody can know.

    Args:
        plan: the value.
        shape: of the place; None where the layout does not say it.
    """
    if shape is None:
        return None
    problem = content_problem(shape.kind, plan.constant) if plan.constant else None
    if problem is not None:
        return problem
    size = _longest(plan)
    if size <= shape.length:
        return None
    hint = "; say `most` beside it if yours are shorter" if bounded(plan.value) else ""
    return f"{plan.value or 'the constant'} has up to {size} characters, but {shape.length} fit there{hint}"


def check_size(section: Section, key: int | str, plan: ValuePlan, shape: Element | Notation | None) -> None:
    """Refuse a value that does not fit its place in its longest form."""
    problem = size_problem(plan, shape)
    if problem is not None:
        section.fail(problem, key)


def _longest(plan: ValuePlan) -> int:
    """The characters of a value at most; 0 if nobody can know."""
    if plan.convert == YYYYMM:
        return len(YYYYMM)
    if plan.convert is not None or plan.column:
        return 0
    return plan.most or LONGEST.get(plan.value.removeprefix(FIRST), len(plan.constant))

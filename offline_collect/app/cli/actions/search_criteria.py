"""What customers and bills are searched by: users without SEE_PERSONAL may not search by name or mobile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.bills import BillState
from offline_collect.domain.forms import InputProblem, input_named, input_names
from offline_collect.merchant.common.target import require_form
from offline_collect.store import CustomerCriteria, require_merchant


def customer_criteria(
    office: Office,
    merchant_id: str,
    number: str | None,
    name: str | None,
    mobile: str | None,
    inputs: Mapping[str, str],
) -> CustomerCriteria:
    """Return what customers are looked for by, inputs normalised as lookups do.

    Raises:
        NotPermittedError: the user may not look, or not by personal data.
        UsageError: the form has no such input, or would refuse the value.
        NotFoundError, NoFormError: there is no such merchant, or it has no form.
    """
    office.require(Permission.VIEW)
    if name or mobile or inputs:
        office.require(Permission.SEE_PERSONAL)
    normal = _normalised(office, merchant_id, inputs) if inputs else {}
    return CustomerCriteria(number, name, mobile, normal)


def bill_state(text: str | None) -> BillState | None:
    """Return a bill's state by its name.

    Raises:
        UsageError: there is no such state.
    """
    if text is None:
        return None
    try:
        return BillState(text.upper())
    except ValueError:
        names = ", ".join(state.value for state in BillState)
        raise UsageError(f"--state: {text} is none of {names}") from None


def date_range(text: str | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of ``FROM..TO``; either may be left out, and a day alone is both.

    Raises:
        UsageError: it is not a range of days.
    """
    if text is None:
        return None, None
    first, dots, last = text.partition("..")
    try:
        start = dt.date.fromisoformat(first) if first else None
        end = (dt.date.fromisoformat(last) if last else None) if dots else start
    except ValueError:
        raise UsageError(f"--due: {text}: write it like 2026-11-01..2026-11-30") from None
    if start is not None and end is not None and end < start:
        raise UsageError(f"--due: {text}: ends before it begins")
    return start, end


def _normalised(office: Office, merchant_id: str, inputs: Mapping[str, str]) -> dict[str, str]:
    with office.store.snapshot() as reading:
        require_merchant(reading, merchant_id)
        form = require_form(reading, merchant_id)
    found = {}
    for name, text in inputs.items():
        asked = input_named(form, name)
        if asked is None:
            raise UsageError(f"--input {name}: the form of {merchant_id} asks for {input_names(form)}")
        read = asked.read(text)
        if isinstance(read, InputProblem):
            raise UsageError(f"--input {name}: {read.reason}")
        found[asked.key] = read
    return found

"""The contents of a game's files: which bills, and what happens to each."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from offline_collect.domain.bills import Bill
from tests.model.terminals import BILLS, OPEN_BILLS

OWNERS = {"SCHOOL01": "pupil", "WATER001": "tenant", "ESTATE01": "owner"}
NEW_BILLS = [("SCHOOL01", "S-NEW1"), ("SCHOOL01", "S-NEW2"), ("WATER001", "W-NEW1"), ("ESTATE01", "E-NEW1")]
NUMBERS = list(dict.fromkeys([*OPEN_BILLS, *NEW_BILLS, *BILLS]))
LIKELY = [*OPEN_BILLS, *NEW_BILLS]
"""Bills that an import may bring or change, until they are paid."""

A_DAY = dt.timedelta(days=1)

Draft = tuple[str, dict[str, str]]
"""A merchant, and what its file changes in which bills."""

CONTENTS: dict[str, Callable[[Bill, dt.date], Bill]] = {
    "as it is": lambda bill, _: bill,
    "dearer": lambda bill, _: replace(bill, amount_minor=bill.amount_minor + 500),
    "overdue": lambda bill, today: replace(bill, due_date=today - 9 * A_DAY),
    "expiring": lambda bill, today: replace(bill, open_from=None, expires_on=today),
    "not yet": lambda bill, today: replace(bill, open_from=today + A_DAY, expires_on=None),
    "next period": lambda bill, _: replace(bill, period="2026-12"),
    "no period": lambda bill, _: replace(bill, period=None),
    "the sister's": lambda bill, _: replace(bill, customer_no="sister"),
    "a stranger's": lambda bill, _: replace(bill, customer_no="nobody"),
}
"""How a row may change a bill."""

MOVES = ["next period", "no period", "the sister's"]
"""Those that give it to another customer or period."""


def row(bill: tuple[str, str], there: Bill | None, content: str, today: dt.date) -> Bill:
    """Return a row that makes something of a bill as it is, or as a new one would be."""
    new = Bill(0, *bill, OWNERS[bill[0]], 2_500, today + 9 * A_DAY, period="2026-11")
    # What a file says has no mark, and its merchant's currency.
    said = new if there is None else replace(there, mark=None, currency="156")
    return CONTENTS[content](said, today)


def _drafts(merchant_id: str) -> st.SearchStrategy[Draft]:
    likely, any_of_all = (
        st.sampled_from([bill_no for owner, bill_no in bills if owner == merchant_id])
        for bills in (LIKELY, NUMBERS)
    )
    contents = st.sampled_from(["dearer", "dearer", "dearer", "overdue", *CONTENTS])
    rows = st.dictionaries(st.one_of(likely, likely, any_of_all), contents, min_size=1, max_size=4)
    return st.tuples(st.just(merchant_id), rows)


drafts = st.one_of([_drafts(merchant_id) for merchant_id in OWNERS])

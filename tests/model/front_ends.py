"""What front ends hand over: our own day, with differences planted in it."""

import datetime as dt

from hypothesis import strategies as st

from tests.model import reconciling
from tests.model.model import Model
from tests.model.reconciling import PAYMENT, REVERSAL, Row

Planted = list[tuple[str, int]]
"""What a front end's file has otherwise than we: what it is, and of which row."""

kinds = st.sampled_from(
    [
        "lost",
        "made up",
        "refused",
        "less",
        "more",
        "double",
        "reversed",
        "not reversed",
        "twice",
        "a day late",
    ]
)
planted: st.SearchStrategy[Planted] = st.lists(st.tuples(kinds, st.integers(0, 9)), max_size=5)


class FrontEnds:
    """The front ends of all institutions, which remember what they have said."""

    def __init__(self) -> None:
        self._late: dict[tuple[str, dt.date], list[Row]] = {}
        self._said: dict[tuple[str, dt.date], list[Row]] = {}

    def rows(self, model: Model, of: tuple[str, dt.date], differs: Planted) -> list[Row]:
        """Return a file's rows; about what people have resolved, it says again what it has said."""
        institution, day = of
        rows = [*reconciling.own_rows(model, institution, day), *self._late.get((institution, day), [])]
        refused = reconciling.refused_rows(model, institution, day)
        for kind, nth in differs:
            self._plant(rows, refused, of, (kind, nth))
        named = {each.key for each in model.items.there if each.ended in {"POSTED", "NOTED"}}
        former = self._said.get((institution, day), [])
        rows = [each for each in rows if each.key not in named] + [
            each for each in former if each.key in named
        ]
        self._said[institution, day] = rows
        return rows

    def _plant(
        self, rows: list[Row], refused: list[Row], of: tuple[str, dt.date], what: tuple[str, int]
    ) -> None:
        institution, day = of
        kind, nth = what
        if kind == "made up":
            key = ("P", institution, "TERM0009", f"{900 + nth:06d}", f"{day:%Y%m%d}120000")
            rows.append(Row(PAYMENT, key, "SCHOOL01", "S-DUE", 12_345))
        elif kind == "refused" and refused:
            rows.append(refused[nth % len(refused)])
        elif rows:
            _change(rows, nth % len(rows), kind)
            if kind == "a day late":
                self._late.setdefault((institution, day + dt.timedelta(days=1)), []).append(
                    rows.pop(nth % len(rows))
                )


def _change(rows: list[Row], at: int, kind: str) -> None:
    """Change one row, or what belongs to it."""
    row = rows[at]
    amounts = {"less": row.amount - 1, "more": row.amount + 7, "double": 2 * row.amount}
    reversal = Row(REVERSAL, row.key, row.merchant_id, row.bill_no, row.amount)
    if kind in {"lost", "not reversed"} and (kind == "lost" or row.kind == REVERSAL):
        del rows[at]
    elif kind in amounts and row.kind == PAYMENT:
        rows[at] = Row(PAYMENT, row.key, row.merchant_id, row.bill_no, amounts[kind])
    elif kind == "reversed" and reversal not in rows:
        rows.append(reversal)
    elif kind == "twice":
        rows.append(row)

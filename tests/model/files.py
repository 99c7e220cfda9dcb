"""Bills files as the back office gets them, and the result that it reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.bills import Bill

_COLUMNS = ("bill_no", "customer_no", "amount", "due_date", "period", "open_from", "expires_on")


@dataclass(frozen=True)
class BillsFile:
    """A file of one merchant's bills, and the options of its import."""

    merchant_id: str
    rows: tuple[Bill, ...]
    accept_valid: bool = False
    withdraw_missing: bool = False
    identity_changes: bool = False

    def text(self) -> str:
        """Return it as CSV."""
        return "".join(f"{','.join(line)}\n" for line in (_COLUMNS, *map(_line, self.rows)))


@dataclass(frozen=True)
class Told:
    """The result that a user gets who imports, releases, rejects or undoes.

    Attributes:
        word: the import's state, or why nothing was done.
        counts: rows by their outcome, without outcomes that have no rows.
        moved: how many bills a previewed import would give to another customer or period.
        in_the_way: numbers of bills that prevent the undo of an import.
        later: imports that have changed bills of one that is to be undone, or wait to, and how many.
    """

    word: str
    number: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    moved: int = 0
    in_the_way: frozenset[str] = frozenset()
    later: Mapping[int, int] = field(default_factory=dict)


def _line(bill: Bill) -> tuple[str, ...]:
    amount = f"{bill.amount_minor // 100}.{bill.amount_minor % 100:02}"
    told = (
        bill.bill_no,
        bill.customer_no,
        amount,
        bill.due_date,
        bill.period,
        bill.open_from,
        bill.expires_on,
    )
    return tuple("" if each is None else str(each) for each in told)

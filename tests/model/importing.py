"""The model's expectation of imports: the rules of imports, written again in plain Python.

A staged bill is an object beside the one that it would replace; putting an import into effect swaps the two.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from offline_collect.domain.bills import Bill, BillMark
from tests.model.files import BillsFile, Told
from tests.model.owing import Owing

if TYPE_CHECKING:
    from tests.model.model import Model


@dataclass(eq=False)
class Staged:
    """A bill as an import would have it.

    Attributes:
        before: the bill that it would replace; None if it is new.
        moves: how often money had moved on that when it was staged.
    """

    after: Owing
    before: Owing | None = None
    moves: int = 0

    @property
    def overtaken(self) -> bool:
        """Whether money has moved since; if so, it never takes effect."""
        return self.before is not None and len(self.before.moves) != self.moves


@dataclass(eq=False)
class Import:
    """A file that was taken.

    Attributes:
        state: as the back office reports it.
    """

    file: BillsFile
    who: str
    state: str
    counts: Counter[str]
    staged: list[Staged] = field(default_factory=list)

    @property
    def can_be_undone(self) -> bool:
        """Whether it is in effect and changed anything, or would have, had nothing come before."""
        return self.state == "RELEASED" and bool(self.staged)

    def told(self, number: int) -> Told:
        """Return the reported result."""
        return Told(self.state, number, dict(+self.counts))


def preview(model: "Model", file: BillsFile) -> Told:
    """Predict what taking a file would do."""
    hindered, counts, staged = _look_through(model, file)
    return Told(hindered) if hindered else Told("PREVIEW", None, dict(+counts), _moved(staged))


def take(model: "Model", file: BillsFile, who: str, number: int | None) -> Told:
    """Take a file under the number that it got, unless something is wrong with it."""
    same = [known for known, each in model.imports.items() if _bars(each, file)]
    if same:
        return replace(model.imports[same[-1]].told(same[-1]), word="EARLIER")
    hindered, counts, staged = _look_through(model, file)
    taken = counts["new"] + counts["changed"] + counts["unchanged"]
    if not taken or (counts["refused"] and not file.accept_valid):
        return Told("REFUSED")
    if _moved(staged) and not file.identity_changes:
        return Told("IDENTITY")
    if hindered or number is None:
        return Told(hindered or "a number")
    taking = model.imports[number] = Import(file, who, "WAITING", counts, staged)
    if not staged or file.merchant_id not in model.checked:
        _put_into_effect(model, taking)
    return taking.told(number)


def release(model: "Model", number: int, who: str) -> Told:
    """Put a waiting import into effect, released by another user."""
    found = model.imports[number]
    if found.state != "WAITING":
        return Told("WRONG_STATE")
    if found.who == who:
        return Told("OWN")
    _put_into_effect(model, found)
    return found.told(number)


def reject(model: "Model", number: int) -> Told:
    """Reject a waiting import."""
    found = model.imports[number]
    if found.state != "WAITING":
        return Told("WRONG_STATE")
    found.state = "REJECTED"
    return found.told(number)


def undo(model: "Model", number: int) -> Told:
    """Put back what an import replaced, if all its bills are as it left them."""
    found = model.imports[number]
    if not found.can_be_undone:
        return Told("WRONG_STATE")
    in_effect = [each for each in found.staged if not each.overtaken]
    later = Counter(other for each in in_effect for other in _changed_by(model, each.after))
    if later:
        return Told("IN_THE_WAY", number, later=dict(later))
    in_the_way = [each.after.bill.bill_no for each in in_effect if not _as_it_came(model, each)]
    if in_the_way:
        return Told("IN_THE_WAY", number, in_the_way=frozenset(in_the_way))
    for each in in_effect:
        _put_back(model, each)
    found.state = "UNDONE"
    return found.told(number)


def _look_through(model: "Model", file: BillsFile) -> tuple[str | None, Counter[str], list[Staged]]:
    """Return why the whole file is refused, the outcome of its rows, and the bills to stage."""
    judged = [(row, _judge(model, row)) for row in file.rows]
    counts = Counter(change for _, change in judged)
    staged = [_stage(model, row) for row, change in judged if change in {"new", "changed"}]
    if not file.withdraw_missing:
        return None, counts, staged
    if all(row.period is None for row in file.rows):
        return "NO_PERIOD", counts, staged
    missing = list(_missing(model, file))
    if any(_waits(model, owing.bill) for owing in missing):
        return "CLAIMED", counts, staged
    staged += [_stage(model, replace(owing.bill, mark=BillMark.WITHDRAWN)) for owing in missing]
    return None, counts + Counter(withdrawn=len(missing)), staged


def _moved(staged: list[Staged]) -> int:
    """Return how many bills become other debts."""
    return sum(each.before is not None and _whose(each.before) != _whose(each.after) for each in staged)


def _whose(owing: Owing) -> tuple[str, str]:
    """Return whose a bill is and what for: its period, or the month in which it is due."""
    bill = owing.bill
    return bill.customer_no, bill.period or f"due {bill.due_date:%Y-%m}"


def _judge(model: "Model", row: Bill) -> str:
    if (row.merchant_id, row.customer_no) not in model.customers:
        return "refused"
    owing = model.bills.get((row.merchant_id, row.bill_no))
    if owing is not None and replace(owing.bill, mark=None) == row:
        return "unchanged"
    if _waits(model, row) or (owing is not None and _touched(owing)):
        return "refused"
    return "new" if owing is None else "changed"


def _missing(model: "Model", file: BillsFile) -> Iterator[Owing]:
    """Yield unchanged bills of the file's periods that the file lacks."""
    periods = {row.period for row in file.rows if row.period is not None}
    numbers = {row.bill_no for row in file.rows}
    for (merchant_id, bill_no), owing in model.bills.items():
        asked = merchant_id == file.merchant_id and owing.bill.period in periods
        if asked and bill_no not in numbers and not _touched(owing):
            yield owing


def _stage(model: "Model", bill: Bill) -> Staged:
    before = model.bills.get((bill.merchant_id, bill.bill_no))
    moves = 0 if before is None else len(before.moves)
    return Staged(Owing(bill, model.merchants[bill.merchant_id]), before, moves)


def _put_into_effect(model: "Model", found: Import) -> None:
    found.state = "RELEASED"
    for each in found.staged:
        if each.overtaken:
            found.counts["overtaken"] += 1
        else:
            model.bills[_key(each)] = each.after


def _put_back(model: "Model", each: Staged) -> None:
    if each.before is None:
        del model.bills[_key(each)]
    else:
        model.bills[_key(each)] = each.before


def _as_it_came(model: "Model", each: Staged) -> bool:
    """Whether a bill is what the import made of it, and nothing is paid on it."""
    return model.bills.get(_key(each)) is each.after and not _paid(each.after)


def _changed_by(model: "Model", bill: Owing) -> Iterator[int]:
    """Yield the imports that have changed a bill, tidied or not, or wait to."""
    for number, found in model.imports.items():
        if found.state in {"WAITING", "RELEASED"}:
            yield from (number for other in found.staged if other.before is bill and not other.overtaken)


def _waits(model: "Model", bill: Bill) -> bool:
    """Whether an import that waits would bring or change a bill, overtaken or not."""
    key = (bill.merchant_id, bill.bill_no)
    return any(
        _key(each) == key
        for found in model.imports.values()
        if found.state == "WAITING"
        for each in found.staged
    )


def _bars(found: Import, file: BillsFile) -> bool:
    same = (found.file.merchant_id, found.file.rows) == (file.merchant_id, file.rows)
    return same and found.state in {"WAITING", "RELEASED"}


def _key(each: Staged) -> tuple[str, str]:
    return each.after.bill.merchant_id, each.after.bill.bill_no


def _touched(owing: Owing) -> bool:
    return owing.bill.mark is not None or _paid(owing)


def _paid(owing: Owing) -> bool:
    """Whether money is on a bill, late fee alone included."""
    principal = sum(principal for _, principal, _, _ in owing.moves)
    late = sum(late for _, _, late, _ in owing.moves)
    return bool(principal or late)

"""The model's expectation of batch debits: what goes out, what a bank's answer does, and what comes back.

Every rule is written again in plain Python; batches, results and returns are decided from the history alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from offline_collect.domain.bills import BillMark
from tests.model.items import Item
from tests.model.owing import Owing, Paying
from tests.model.world import MANDATES, Mandate

if TYPE_CHECKING:
    from tests.model.model import Model

BANK = "8801"
SETTLED = "0000"

AGAIN_AFTER = {"1001": 3, "9001": 0}
"""In how many days a bill that a bank has refused may be debited again by a retry."""

MANDATE_AFTER = {"1002": "SUSPENDED", "2001": "CANCELLED", "3001": "SUSPENDED"}
"""What a return code does to the mandate."""

IN_DOUBT = {"4001", "7777"}
"""Codes that do not say whether money has moved: of the table, and of no table."""

DISPUTED = {"3001", "4001"}
"""Codes that open an item: when a debit comes back, or when a result leaves it in doubt."""


@dataclass(eq=False)
class Debit:
    """A record of a batch.

    Attributes:
        state: as `debit show` tells it.
        retry_on: the first day of a retry.
        doubt: the item that says that nobody knows whether money has moved.
    """

    owing: Owing
    principal: int
    late: int
    mandate: str
    date: dt.date
    state: str = "OUT"
    settled: int = 0
    retry_on: dt.date | None = None
    paying: Paying | None = None
    doubt: Item | None = None

    @property
    def asked(self) -> int:
        """The amount that was asked for."""
        return self.principal + self.late

    @property
    def debited(self) -> int:
        """What it takes of its mandate's limit of a cycle."""
        return {"OUT": self.asked, "LOCKED": self.asked, "SETTLED": self.settled}.get(self.state, 0)


@dataclass(eq=False)
class Batch:
    """A batch that was made."""

    number: str
    merchant_id: str
    debits: list[Debit]
    state: str = "OUT"


@dataclass
class Made:
    """What an order makes: the bills with their amounts, and how many stay out by the reason."""

    word: str
    bills: list[tuple[str, int]] = field(default_factory=list)
    left_out: Mapping[str, int] = field(default_factory=dict)


class Debits:
    """All batches and mandates.

    Attributes:
        signed: each customer's mandate that counts now.
        states: of mandates by their references; those that are missing are ACTIVE.
    """

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.signed: dict[tuple[str, str], Mandate] = {
            (each.merchant_id, each.customer_no): each for each in MANDATES
        }
        self.states: dict[str, str] = {}
        self.signings: list[str] = []
        self.returned = 0

    def sign(self, former: Mandate) -> Mandate:
        """Replace a customer's mandate by a new one with the same terms."""
        key = (former.merchant_id, former.customer_no)
        reference = f"{former.reference}-{len(self.signings) + 1}"
        self.signings.append(reference)
        self.signed[key] = replace(former, reference=reference)
        return self.signed[key]

    def all(self) -> list[Debit]:
        """Return all debits in their order."""
        return [each for batch in self.batches for each in batch.debits]

    def last_of(self, owing: Owing) -> Debit | None:
        """Return a bill's last debit that was not cancelled."""
        found = [each for each in self.all() if _same(each.owing, owing) and each.state != "CANCELLED"]
        return found[-1] if found else None

    def debited_in_month(self, mandate: str, on: dt.date) -> int:
        """Return what is debited from a mandate, or is in a batch, in the month of a day."""
        month = (on.year, on.month)
        return sum(
            each.debited
            for each in self.all()
            if each.mandate == mandate and (each.date.year, each.date.month) == month
        )


def order(model: "Model", merchant_id: str, attempt: str, due_by: dt.date | None) -> tuple[Made, list[Debit]]:
    """Predict a batch: what goes in, and how many bills stay out by the reason."""
    if model.merchants[merchant_id].status.value != "ACTIVE":
        return Made("REFUSED"), []
    due_by = due_by if attempt == "RETRY" else due_by or model.today
    due = [owing for owing in model.bills.values() if _is_due(model, owing, merchant_id, due_by)]
    if attempt == "RETRY":
        failed = {id(each.owing) for each in model.debits.all() if each.state in {"REFUSED", "RETURNED"}}
        due = [owing for owing in due if id(owing) in failed]
    taken: list[Debit] = []
    left_out: Counter[str] = Counter()
    for owing in sorted(due, key=lambda each: (each.bill.customer_no, each.bill.due_date, each.bill.bill_no)):
        why = _left_out(model, owing, attempt, taken)
        if why is not None:
            left_out[why] += 1
            continue
        mandate = model.debits.signed[merchant_id, owing.bill.customer_no]
        today = model.today
        taken.append(Debit(owing, owing.principal(), owing.late(today), mandate.reference, today))
    bills = [(each.owing.bill.bill_no, each.asked) for each in taken]
    return Made("MADE" if taken else "NOTHING", bills, dict(left_out)), taken


def _is_due(model: "Model", owing: Owing, merchant_id: str, due_by: dt.date | None) -> bool:
    bill = owing.bill
    if bill.merchant_id != merchant_id or bill.mark is not None or not owing.payable(model.today):
        return False
    return due_by is None or bill.due_date <= due_by


def _left_out(model: "Model", owing: Owing, attempt: str, taken: list[Debit]) -> str | None:
    """Return why a bill stays out."""
    bill, today = owing.bill, model.today
    mandate = model.debits.signed.get((bill.merchant_id, bill.customer_no))
    if mandate is None:
        return "NO_MANDATE"
    if bill.currency != owing.merchant.currency:
        return "OTHER_CURRENCY"
    if bill.open_from is not None and bill.open_from > today:
        return "NOT_OPEN_YET"
    if bill.expires_on is not None and bill.expires_on < today:
        return "EXPIRED"
    return _failed_before(model, owing, attempt) or _by_mandate(model, owing, mandate, taken)


def _failed_before(model: "Model", owing: Owing, attempt: str) -> str | None:
    last = model.debits.last_of(owing)
    failed = last is not None and last.state in {"REFUSED", "RETURNED"}
    if attempt == "ANY" or (attempt == "FIRST" and not failed):
        return None
    if attempt == "FIRST" or last is None or not failed or last.retry_on is None:
        return "FAILED_BEFORE"
    return "NOT_AGAIN_YET" if last.retry_on > model.today else None


def _by_mandate(model: "Model", owing: Owing, mandate: Mandate, taken: list[Debit]) -> str | None:
    debits, amount = model.debits, owing.payable(model.today)
    if debits.states.get(mandate.reference, "ACTIVE") != "ACTIVE":
        return "MANDATE_NOT_ACTIVE"
    if mandate.limit_minor is not None and amount > mandate.limit_minor:
        return "OVER_LIMIT"
    if mandate.month_minor is not None:
        so_far = debits.debited_in_month(mandate.reference, model.today)
        so_far += sum(each.asked for each in taken if each.mandate == mandate.reference)
        if so_far + amount > mandate.month_minor:
            return "OVER_CYCLE_LIMIT"
    return None


def register(model: "Model", number: str, merchant_id: str, taken: list[Debit]) -> None:
    """Keep a batch under the number that it got; its bills are in it from now on."""
    model.debits.batches.append(Batch(number, merchant_id, taken))
    for each in taken:
        _mark(each.owing, BillMark.IN_BATCH)


def cancel(model: "Model", batch: Batch) -> str:
    """Cancel a batch that waits for its result."""
    if batch.state != "OUT":
        return "REFUSED"
    batch.state = "CANCELLED"
    for each in batch.debits:
        each.state = "CANCELLED"
        _mark(each.owing, None)
    return "CANCELLED"


def answer(model: "Model", batch: Batch, codes: list[tuple[str, int]]) -> str:
    """Take a bank's result: a code and a settled amount for each record."""
    if batch.state != "OUT":
        return "REFUSED"
    batch.state = "TAKEN"
    for each, (code, settled) in zip(batch.debits, codes, strict=True):
        if code == SETTLED:
            _settle(model, each, settled)
        elif code in IN_DOUBT:
            each.state = "LOCKED"
            if code in DISPUTED:
                each.doubt = model.items.in_doubt(BANK, each.asked, model.today)
        else:
            each.state = "REFUSED"
            each.retry_on = _again(model, code)
            _mark(each.owing, None)
        _change_mandate(model, each.mandate, code)
    return "TAKEN"


def resolve(model: "Model", debit: Debit, settled: int | None) -> str:
    """Settle or refuse a debit in doubt, as the bank has said when it was asked."""
    if debit.state != "LOCKED":
        return "REFUSED"
    if debit.doubt is not None:
        model.items.answered(debit.doubt)
    if settled is None:
        debit.state, debit.retry_on = "REFUSED", None
        _mark(debit.owing, None)
    else:
        _settle(model, debit, settled)
    return "RESOLVED"


def come_back(model: "Model", debits: list[Debit], code: str) -> str:
    """Take back debits that were settled."""
    if any(
        each.paying is None or each.state != "SETTLED" or each.paying.state == "REVERSED" for each in debits
    ):
        return "REFUSED"
    model.debits.returned += 1
    for each in debits:
        assert each.paying is not None
        model.take_back(each.paying, by_terminal=False)
        each.state, each.retry_on = "RETURNED", _again(model, code)
        _change_mandate(model, each.mandate, code)
        if code in DISPUTED:
            model.items.disputed(each.paying, model.today)
    return "RETURNED"


def _settle(model: "Model", debit: Debit, settled: int) -> None:
    """Post what was debited: to the bill if it can take it, else to suspense."""
    owing, today = debit.owing, model.today
    bill = owing.bill
    paying = Paying(
        bill.merchant_id,
        bill.bill_no,
        BANK,
        settled,
        bill.currency,
        today,
        "SUSPENSE",
        counts=False,
        batch=True,
    )
    parts = _parts(debit, settled, today)
    if parts is not None:
        paying.state, paying.on_bill = "APPROVED", True
        paying.principal, paying.late, paying.waived = parts
        owing.moves.append((today, *parts))
    _mark(owing, None)
    debit.state, debit.settled, debit.paying = "SETTLED", settled, paying
    model.ledger.post(paying)


def _parts(debit: Debit, settled: int, today: dt.date) -> tuple[int, int, int] | None:
    """Return what the money covers: what was asked for pays that, with any later late fee waived."""
    principal, late = debit.owing.principal(), debit.owing.late(today)
    if settled != debit.asked:
        return debit.owing.parts(settled, today, None)
    if principal == debit.principal and late >= debit.late:
        return debit.principal, debit.late, late - debit.late
    # A payment was taken back while the bill was out, so that it owes more principal.
    covered = min(settled, late)
    return (settled - covered, covered, 0) if settled - covered <= principal else None


def _again(model: "Model", code: str) -> dt.date | None:
    days = AGAIN_AFTER.get(code)
    return None if days is None else model.today + dt.timedelta(days=days)


def _change_mandate(model: "Model", reference: str, code: str) -> None:
    after = MANDATE_AFTER.get(code)
    now = model.debits.states.get(reference, "ACTIVE")
    if after == "CANCELLED" or (after == "SUSPENDED" and now == "ACTIVE"):
        model.debits.states[reference] = after


def _mark(owing: Owing, mark: BillMark | None) -> None:
    owing.bill = replace(owing.bill, mark=mark)


def _same(one: Owing, other: Owing) -> bool:
    return (one.bill.merchant_id, one.bill.bill_no) == (other.bill.merchant_id, other.bill.bill_no)

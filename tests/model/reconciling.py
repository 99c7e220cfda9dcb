"""The model's expectation of reconciliation: a front end's file against our day, and how differences end."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.model.items import Item, Key
from tests.model.owing import Owing, Paying

if TYPE_CHECKING:
    from tests.model.model import Model

PAYMENT, REVERSAL = "PAYMENT", "REVERSAL"
ONE_SIDED = {"PLATFORM_ONLY", "FEP_ONLY_UNKNOWN", "FEP_ONLY_REFUSED", "STATE_DIFFERS"}


@dataclass(frozen=True)
class Row:
    """A row of a front end's file.

    Attributes:
        key: of the payment, also in the row of its reversal.
    """

    kind: str
    key: Key
    merchant_id: str
    bill_no: str
    amount: int

    @property
    def name(self) -> tuple[str, Key]:
        """What it counts."""
        return self.kind, self.key


@dataclass
class Files:
    """The files in force, by institution and day, and all that were taken."""

    rows: dict[tuple[str, dt.date], list[Row]] = field(default_factory=dict)
    taken: set[tuple[str, dt.date, tuple[Row, ...]]] = field(default_factory=set)

    def beside(self, model: "Model", institution: str, day: dt.date) -> list[Row]:
        """Return the rows of the files of the days before and after."""
        at = model.days.index(day)
        near = [*model.days[max(at - 1, 0) : at], *model.days[at + 1 : at + 2]]
        return [row for each in near for row in self.rows.get((institution, each), [])]


def own_rows(model: "Model", institution: str, day: dt.date) -> list[Row]:
    """Return what a front end counts that agrees with us in everything."""
    keys = _keys(model)
    paid = [_row(PAYMENT, keys[id(each)], each) for each in model.ledger.counted(institution, day)]
    undone = [_row(REVERSAL, keys[id(each)], each) for each in model.ledger.reversed_on(institution, day)]
    return paid + undone


def refused_rows(model: "Model", institution: str, day: dt.date) -> list[Row]:
    """Return what a front end counts that believes the payments which we have refused."""
    found = []
    for key, known in model.keys.items():
        refused = key[0] == "P" and key[1] == institution and known.date == day and known.paying is None
        if refused and known.kind == "PAYMENT":
            assert known.says is not None
            merchant_id, bill_no, amount, _ = known.says
            found.append(Row(PAYMENT, key, str(merchant_id), str(bill_no), int(str(amount))))
        elif refused and known.kind == "TOMBSTONE":
            found.append(Row(PAYMENT, key, "WATER001", "W-DUE", 3_000))
    return found


def _keys(model: "Model") -> dict[int, Key]:
    return {
        id(known.paying): key for key, known in model.keys.items() if known.paying and known.kind == "PAYMENT"
    }


def _row(kind: str, key: Key, paying: Paying) -> Row:
    return Row(kind, key, paying.merchant_id, paying.bill_no, paying.amount)


def ingest(model: "Model", institution: str, day: dt.date, rows: list[Row]) -> str:
    """Take a front end's file of a day; a corrected one replaces the former one."""
    if day == model.today or day in model.reconciled:
        return "REFUSED"
    if (institution, day, tuple(rows)) in model.files.taken:
        return "EARLIER"
    model.files.taken.add((institution, day, tuple(rows)))
    _forget_former(model, institution, day)
    model.files.rows[institution, day] = rows
    comparing = _Comparing(model, institution, day, rows)
    items = comparing.of_theirs() + comparing.of_ours()
    there = model.items.there
    before = [each for each in there if (each.institution, each.date) == (institution, day)]
    ended = Counter(each.content for each in before if each.ended in {"POSTED", "NOTED"})
    for item in items:
        if ended[item.content]:
            ended[item.content] -= 1
        else:
            there.append(item)
    for item in there:
        if comparing.has_come(item):
            item.ended, item.matched_by = "MATCHED", day
    return "TAKEN"


def _forget_former(model: "Model", institution: str, day: dt.date) -> None:
    """Forget what the former file of the day has left open, and open again what it has matched elsewhere."""
    items = model.items
    if (institution, day) not in model.files.rows:
        return
    by_people = {"POSTED", "NOTED"}
    items.there = [
        each
        for each in items.there
        if (each.institution, each.date) != (institution, day)
        or each.ended in by_people
        or each.difference not in _OF_FILES
    ]
    for each in items.there:
        if each.matched_by == day and each.institution == institution:
            each.ended, each.matched_by = "", None


_OF_FILES = ONE_SIDED | {"AMOUNT_DIFFERS", "DAY_DIFFERS", "DUPLICATE_ROW"}


class _Comparing:
    """One file against our day."""

    def __init__(self, model: "Model", institution: str, day: dt.date, rows: list[Row]) -> None:
        self.model, self.institution, self.day, self.rows = model, institution, day, rows
        self.beside = model.files.beside(model, institution, day)
        keys = _keys(model)
        self.paid = {keys[id(each)]: each for each in model.ledger.payings if id(each) in keys}
        self.undone = {keys[id(each)]: (on, each) for on, each in model.ledger.undone if id(each) in keys}
        self.posted = {(each.kind, each.key): each for each in model.items.there if each.ended == "POSTED"}

    def of_theirs(self) -> list[Item]:
        """Return the items of their rows."""
        found, earlier = [], {row.name for row in self.beside}
        for row in self.rows:
            verdict = ("DUPLICATE_ROW", "NOTE") if row.name in earlier else self._verdict(row)
            earlier.add(row.name)
            if verdict is not None:
                found.append(self._item(row, *verdict))
        return found

    def _verdict(self, row: Row) -> tuple[str, str] | None:
        """Return class and follow-up of a row; None if both sides agree about it."""
        if (row.kind, row.key) in self.posted:
            # The game's corrected files say about it what the former ones have said.
            return None
        return self._of_payment(row) if row.kind == PAYMENT else self._of_reversal(row)

    def _of_payment(self, row: Row) -> tuple[str, str] | None:
        ours = self.paid.get(row.key)
        if ours is not None and ours.counts:
            if ours.amount != row.amount:
                return "AMOUNT_DIFFERS", "DIFFERENCE"
            return self._by_days(ours.date)
        reversed_too = (REVERSAL, row.key) in {each.name for each in [*self.rows, *self.beside]}
        difference, follow_up = (
            ("FEP_ONLY_REFUSED", "POST") if row.key in self.model.keys else ("FEP_ONLY_UNKNOWN", "SUSPENSE")
        )
        return difference, "NOTE" if reversed_too else follow_up

    def _of_reversal(self, row: Row) -> tuple[str, str] | None:
        if row.key in self.undone:
            return self._by_days(self.undone[row.key][0])
        ours = self.paid.get(row.key)
        if ours is not None and ours.state != "REVERSED":
            return "STATE_DIFFERS", "CONTRA"
        return ("FEP_ONLY_REFUSED" if row.key in self.model.keys else "FEP_ONLY_UNKNOWN"), "NOTE"

    def _by_days(self, ours: dt.date) -> tuple[str, str] | None:
        days = self.model.days
        apart = abs(days.index(ours) - days.index(self.day))
        return None if not apart else ("DAY_DIFFERS", "NONE" if apart == 1 else "NOTE")

    def of_ours(self) -> list[Item]:
        """Return the items of what their files lack."""
        listed = {row.name for row in [*self.rows, *self.beside]}
        found = []
        for key, paying in self.paid.items():
            own = (paying.institution, paying.date) == (self.institution, self.day) and paying.counts
            if own and (PAYMENT, key) not in listed:
                in_force = paying.state != "REVERSED"
                found.append(
                    self._ours(PAYMENT, key, paying, ("PLATFORM_ONLY", "CONTRA" if in_force else "NOTE"))
                )
        only_ours = {each.key for each in found} | {
            each.key
            for each in self.model.items.there
            if each.difference == "PLATFORM_ONLY"
            and each.kind == PAYMENT
            and each.ended != "MATCHED"
            and each.name not in listed
        }
        for key, (on, paying) in self.undone.items():
            own = (paying.institution, on) == (self.institution, self.day)
            if own and (REVERSAL, key) not in listed:
                verdict = ("PLATFORM_ONLY", "NOTE") if key in only_ours else ("STATE_DIFFERS", "POST")
                found.append(self._ours(REVERSAL, key, paying, verdict))
        return found

    def has_come(self, item: Item) -> bool:
        """Whether this file, or our day, has the row of a neighbouring day's open item."""
        days = self.model.days
        near = item.institution == self.institution and abs(days.index(item.date) - days.index(self.day)) == 1
        if not near or item.ended or item.difference not in ONE_SIDED:
            return False
        if item.theirs is None:
            return (item.kind, item.key) in {row.name for row in self.rows}
        if item.kind == PAYMENT:
            ours = self.paid.get(item.key)
            return ours is not None and ours.counts and (ours.date, ours.amount) == (self.day, item.theirs)
        undone = self.undone.get(item.key)
        return undone is not None and (undone[0], undone[1].amount) == (self.day, item.theirs)

    def _item(self, row: Row, difference: str, follow_up: str) -> Item:
        if row.kind == PAYMENT:
            paying = self.paid.get(row.key)
            ours = paying.amount if paying is not None and paying.counts else None
        else:
            undone = self.undone.get(row.key)
            paying = self.paid.get(row.key)
            ours = None if undone is None else undone[1].amount
        return Item(
            self.institution,
            self.day,
            row.kind,
            row.key,
            difference,
            follow_up,
            row.amount,
            ours,
            paying,
            (row.merchant_id, row.bill_no),
            "MATCHED" if follow_up == "NONE" else "",
        )

    def _ours(self, kind: str, key: Key, paying: Paying, verdict: tuple[str, str]) -> Item:
        bill = (paying.merchant_id, paying.bill_no)
        return Item(self.institution, self.day, kind, key, *verdict, None, paying.amount, paying, bill)


def resolve(model: "Model", item: Item, *, note: bool) -> str:
    """Resolve an item as it is proposed, or by a note."""
    if item.ended or item.difference == "PAYOUT_FAILED":
        return "REFUSED"
    if note or item.follow_up == "NOTE":
        item.ended = "NOTED"
        return "RESOLVED"
    done = _post(model, item)
    if done == "RESOLVED":
        item.ended = "POSTED"
    return done


def _post(model: "Model", item: Item) -> str:
    at = model.days.index(item.date)
    held = item.difference == "PLATFORM_ONLY" and model.days[-1] <= model.days[at + 1]
    if held:
        return "WAITS"
    ours, theirs, difference = item.ours or 0, item.theirs or 0, item.follow_up == "DIFFERENCE"
    takes_back = item.follow_up == "CONTRA" or (difference and theirs < ours)
    if takes_back:
        assert item.paying is not None
        if item.paying.state == "REVERSED":
            return "GONE"
        model.take_back(item.paying, by_terminal=False)
    if item.follow_up == "CONTRA":
        return "RESOLVED"
    if item.kind == PAYMENT and item.ours is None and _has_come(model, item):
        return "GONE"
    received = theirs - ours if difference and theirs > ours else theirs or ours
    if received:
        _receive(model, item, received, to_bill=item.follow_up == "POST")
    return "RESOLVED"


def _has_come(model: "Model", item: Item) -> bool:
    """Whether the message that only they counted has come since, so that its money is here already."""
    known = model.keys.get(item.key)
    paying = None if known is None else known.paying
    return paying is not None and paying.counts and paying.amount == item.theirs


def _receive(model: "Model", item: Item, amount: int, *, to_bill: bool) -> None:
    """Post what came, on the open day: to its bill if that takes it, else to suspense."""
    assert item.bill is not None
    merchant = model.merchants.get(item.bill[0])
    currency = item.paying.currency if item.paying else merchant.currency if merchant else "156"
    paying = Paying(*item.bill, item.institution, amount, currency, model.today, "SUSPENSE", counts=False)
    owing = model.bills.get(item.bill)
    if to_bill and owing is not None and _takes(model, owing, currency):
        parts = owing.parts(amount, model.today, item.date)
        if parts is not None:
            paying.state, paying.on_bill = "APPROVED", True
            paying.principal, paying.late, paying.waived = parts
            owing.moves.append((model.today, *parts))
    model.ledger.post(paying)


def _takes(model: "Model", owing: Owing, currency: str) -> bool:
    """Whether a bill takes money by hand: one that has expired, or is not open yet, does."""
    closed = owing.merchant.status.value == "CLOSED"
    return (
        not closed
        and owing.bill.mark is None
        and owing.payable(model.today) > 0
        and currency == owing.bill.currency
    )


def reconcile(model: "Model", day: dt.date, *, by_totals: bool = False) -> str:
    """Declare a day reconciled, when all files are there, or totals for them, and no difference is open."""
    if day == model.today or day in model.reconciled:
        return "REFUSED"
    institutions = {each.institution for each in model.ledger.payings if each.counts and each.date == day}
    institutions |= {each.institution for on, each in model.ledger.undone if on == day}
    handed_over = {*model.files.rows, *(model.agreed if by_totals else ())}
    if any((institution, day) not in handed_over for institution in institutions):
        return "REFUSED"
    if any(each.difference in _OF_FILES for each in model.items.open_of(day)):
        return "REFUSED"
    model.reconciled.add(day)
    return "RECONCILED"


def settle(model: "Model", day: dt.date) -> str:
    """Settle a reconciled day, when no item is open, and the days before it are settled or had no money."""
    if model.settled:
        earlier = any(max(model.settled) < each < day for each in model.days)
    else:
        earlier = model.ledger.has_posted_before(day)
    if day not in model.reconciled or day in model.settled or model.items.open_of(day) or earlier:
        return "REFUSED"
    model.settled.add(day)
    return "SETTLED"

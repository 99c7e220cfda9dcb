"""What an import, or a change by hand, does with a row: pure decisions over what is there of its number.

The store finds what is there, a page of rows with one query; facts of the whole file (numbers twice, lookup keys,
what is to be withdrawn) reach these rules as values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.phrases import Phrase
from offline_collect.domain.values import value


class Change(StrEnum):
    """What an import does with a row; WITHDRAWN, with a bill that its file no longer has."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Twin:
    """Another customer that has the same lookup key.

    Attributes:
        labels: of the inputs that are the same.
        in_file: whether it is a row of the same file.
        import_id: the import that waits to bring it, or is just being undone; None where it is in effect.
    """

    customer_no: str
    labels: str = ""
    in_file: bool = False
    import_id: int | None = None
    undoing: bool = False

    @property
    def in_effect(self) -> bool:
        """Whether a lookup finds it already; the rest of a file may yet change that."""
        return not self.in_file and self.import_id is None


@value
class RowOutcome:
    """What is done with a row.

    Attributes:
        reason: why it is refused; None where it is not.
        claimed: whether it is refused since another import has a hand on it: once that is decided, it may do.
        twin: the customer that has the same lookup key, where it is refused for that.
    """

    change: Change
    reason: Phrase | None = None
    claimed: bool = False
    twin: Twin | None = None


def refused(reason: Phrase, *, claimed: bool = False) -> RowOutcome:
    """Return the outcome of a row that is refused."""
    return RowOutcome(Change.REFUSED, reason, claimed)


@value
class Claims:
    """What imports that are not done yet want with a number.

    Attributes:
        busy: why its import keeps it from being changed at all; None where it does not.
        claimed: why another import may not change it, since this one waits to; None where none does.
    """

    busy: Phrase | None = None
    claimed: Phrase | None = None

    def hinder(self, *, staged: bool, there: bool) -> Phrase | None:
        """Return why a row cannot be taken now.

        Args:
            staged: whether an import would stage it; a change by hand overtakes what waits.
            there: whether a version is in effect; nobody brings what an import waits to bring.
        """
        return self.busy or (self.claimed if staged or not there else None)


NO_CLAIMS = Claims()


def claims_of(imports: Iterable[int], states: Mapping[int, ImportState], *, there: bool) -> Claims:
    """Return what imports with a hand on a number keep others from.

    Args:
        imports: those that have staged a version of it, or are to replace the one in effect.
        states: of these.
        there: whether a version is in effect.
    """
    busy = next((found for number in imports if (found := _busy(number, states.get(number)))), None)
    waiting = next((number for number in imports if states.get(number) in WAITS), None)
    return Claims(busy, None if waiting is None else _claimed(waiting, there=there))


def _busy(number: int, state: ImportState | None) -> Phrase | None:
    if state is ImportState.UNDOING:
        return Phrase(
            "import {number} is just being undone: try again when it is done; if that was interrupted,"
            " `offline-collect imports undo {number}` goes on with it",
            number=number,
        )
    if state in IN_FORCE:
        return Phrase("import {number} is just taking effect: try again when it is done", number=number)
    return None


def _claimed(number: int, *, there: bool) -> Phrase:
    if there:
        return Phrase(
            "import {number}, which waits, would change it: release or reject that one first", number=number
        )
    return Phrase(
        "import {number}, which waits, would bring it: release or reject that one first", number=number
    )


@value
class BillInEffect:
    """A bill's version in effect, as far as a row that comes for it depends on it.

    Attributes:
        same: whether the row says the same of it.
        paid: whether anything has been paid on it.
    """

    same: bool
    mark: BillMark | None
    paid: bool


def touched(bill: BillInEffect) -> Phrase | None:
    """Return what was done to a bill that keeps its content from being changed; None if nothing was."""
    if bill.mark is not None:
        return _MARKED[bill.mark]
    return Phrase("has been paid at least in part") if bill.paid else None


_MARKED = {BillMark.IN_BATCH: Phrase("is IN_BATCH"), BillMark.WITHDRAWN: Phrase("is WITHDRAWN")}


def judge_bill(
    bill_no: str,
    customer_no: str,
    bill: BillInEffect | None,
    claims: Claims,
    *,
    customer_there: bool,
    staged: bool,
) -> RowOutcome:
    """Return what is done with a bill that somebody hands over.

    Args:
        bill: the version in effect; None where there is none.
        staged: whether an import would stage it, rather than a hand change it at once.
    """
    if not customer_there:
        return refused(
            Phrase("there is no customer {customer_no}: import customers first", customer_no=customer_no)
        )
    if bill is not None and bill.same:
        return RowOutcome(Change.UNCHANGED)
    hindered = claims.hinder(staged=staged, there=bill is not None)
    if hindered is not None:
        return refused(Phrase("bill {bill_no}: {why}", bill_no=bill_no, why=hindered))
    if bill is None:
        return RowOutcome(Change.NEW)
    done = touched(bill)
    if done is not None:
        return refused(
            Phrase("bill {bill_no} {touched} and cannot be changed", bill_no=bill_no, touched=done)
        )
    return RowOutcome(Change.CHANGED)


def judge_customer(customer_no: str, *, there: bool, same: bool, claims: Claims, staged: bool) -> RowOutcome:
    """Return what is done with a customer that somebody hands over; its lookup keys are looked at after that.

    Args:
        there: whether a version is in effect.
        same: whether the row says the same of it.
        staged: whether an import would stage it, rather than a hand change it at once.
    """
    if same:
        return RowOutcome(Change.UNCHANGED)
    hindered = claims.hinder(staged=staged, there=there)
    if hindered is not None:
        return refused(Phrase("customer {customer_no}: {why}", customer_no=customer_no, why=hindered))
    return RowOutcome(Change.CHANGED if there else Change.NEW)


def judge_withdrawal(bill_no: str, bill: BillInEffect | None, claims: Claims) -> RowOutcome:
    """Return what is done with a bill that its file no longer has."""
    if bill is None:
        return refused(Phrase("there is no bill {bill_no}", bill_no=bill_no))
    hindered = claims.hinder(staged=True, there=True)
    if hindered is not None:
        return refused(Phrase("bill {bill_no}: {why}", bill_no=bill_no, why=hindered), claimed=True)
    done = touched(bill)
    if done is not None:
        return refused(
            Phrase("bill {bill_no} {touched} and cannot be withdrawn", bill_no=bill_no, touched=done)
        )
    return RowOutcome(Change.WITHDRAWN)

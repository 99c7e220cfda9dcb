"""What an import, or a change by hand, does with a row: pure decisions over what is there of its number.

The store finds what is there, a page of rows with one query; facts of the whole file (numbers twice, lookup keys,
what is to be withdrawn) reach these rules as values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.life import IN_FORCE, WAITS, ImportState
from offline_collect.domain.imports.refusals import (
    BillClaimed,
    BillTouched,
    Claim,
    CustomerClaimed,
    ImportBusy,
    ImportWaits,
    KeyHolder,
    RowRefusal,
    Touch,
    UnknownBill,
    UnknownCustomer,
)
from offline_collect.domain.values import value


class Change(StrEnum):
    """What an import does with a row; WITHDRAWN, with a bill that its file no longer has."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Standing(StrEnum):
    """Why a version of a bill or customer may not be in effect: its import decides, or another took its place."""

    STAGED = "STAGED"
    FORMER = "FORMER"


@value
class RowOutcome:
    """What is done with a row.

    Attributes:
        refusal: why it is refused; None where it is not.
    """

    change: Change
    refusal: RowRefusal | None = None

    @property
    def key_holder(self) -> KeyHolder | None:
        """The other customer for whose lookup key the row is refused; None where it is not for that."""
        return self.refusal if isinstance(self.refusal, KeyHolder) else None


def refused(refusal: RowRefusal) -> RowOutcome:
    """Return the outcome of a row that is refused."""
    return RowOutcome(Change.REFUSED, refusal)


@value
class Claims:
    """What imports that are not done yet want with a number.

    Attributes:
        busy: its import keeps it from being changed at all; None where none does.
        waiting: another import may not change it, since this one waits to; None where none does.
    """

    busy: ImportBusy | None = None
    waiting: ImportWaits | None = None

    def against(self, *, staged: bool, there: bool) -> Claim | None:
        """Return the claim for which a row cannot be taken now; None where there is none.

        Args:
            staged: whether an import would stage it; a change by hand overtakes what waits.
            there: whether a version is in effect; nobody brings what an import waits to bring.
        """
        return self.busy or (self.waiting if staged or not there else None)


NO_CLAIMS = Claims()


def claims_of(imports: Iterable[int], states: Mapping[int, ImportState], *, there: bool) -> Claims:
    """Return what imports with a hand on a number keep others from.

    Args:
        imports: those that have staged a version of it, or are to replace the one in effect.
        states: of these.
        there: whether a version is in effect.
    """
    busy = next((number for number in imports if states.get(number) in IN_FORCE), None)
    waiting = next((number for number in imports if states.get(number) in WAITS), None)
    return Claims(
        None if busy is None else ImportBusy(busy, states[busy] is ImportState.UNDOING),
        None if waiting is None else ImportWaits(waiting, brings=not there),
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


def touched(bill: BillInEffect) -> Touch | None:
    """Return what was done to a bill that keeps its content from being changed; None if nothing was."""
    if bill.mark is not None:
        return _TOUCHES[bill.mark]
    return Touch.PAID if bill.paid else None


_TOUCHES = {BillMark.IN_BATCH: Touch.IN_BATCH, BillMark.WITHDRAWN: Touch.WITHDRAWN}


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
        return refused(UnknownCustomer(customer_no))
    if bill is not None and bill.same:
        return RowOutcome(Change.UNCHANGED)
    claim = claims.against(staged=staged, there=bill is not None)
    if claim is not None:
        return refused(BillClaimed(bill_no, claim))
    if bill is None:
        return RowOutcome(Change.NEW)
    touch = touched(bill)
    if touch is not None:
        return refused(BillTouched(bill_no, touch, withdrawal=False))
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
    claim = claims.against(staged=staged, there=there)
    if claim is not None:
        return refused(CustomerClaimed(customer_no, claim))
    return RowOutcome(Change.CHANGED if there else Change.NEW)


def judge_withdrawal(bill_no: str, bill: BillInEffect | None, claims: Claims) -> RowOutcome:
    """Return what is done with a bill that its file no longer has."""
    if bill is None:
        return refused(UnknownBill(bill_no))
    claim = claims.against(staged=True, there=True)
    if claim is not None:
        return refused(BillClaimed(bill_no, claim))
    touch = touched(bill)
    if touch is not None:
        return refused(BillTouched(bill_no, touch, withdrawal=True))
    return RowOutcome(Change.WITHDRAWN)

"""What an import, or a change by hand, does with a row: pure decisions from the stored versions of its number.

The store loads those versions with one query for each page of rows. Facts about the whole file (duplicate numbers,
lookup keys, bills to withdraw) are passed to these rules as values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from offline_collect.domain.bills import BillMark
from offline_collect.domain.imports.identity import BillMove, InputsChange
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
    """What an import does with a row. WITHDRAWN is for a bill that the file no longer has."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Standing(StrEnum):
    """Why a version may not be in effect: its import's state decides (STAGED), or another replaced it (FORMER)."""

    STAGED = "STAGED"
    FORMER = "FORMER"


@value
class RowOutcome:
    """What is done with a row.

    Attributes:
        refusal: why it is refused; None if it is not.
        move: of a changed bill, if it becomes another debt.
        renamed: whether a changed customer gets another name.
        mandate_ended: whether a customer's mandate has ended, which the row does not change.
        inputs: of a changed customer, if payers find it by other inputs.
        names: of a renamed customer, its old name and the new one.
    """

    change: Change
    refusal: RowRefusal | None = None
    move: BillMove | None = None
    renamed: bool = False
    mandate_ended: bool = False
    inputs: InputsChange | None = None
    names: InputsChange | None = None

    @property
    def key_holder(self) -> KeyHolder | None:
        """The customer that already has the row's lookup key; None if the row is not refused for that reason."""
        return self.refusal if isinstance(self.refusal, KeyHolder) else None


def refused(refusal: RowRefusal) -> RowOutcome:
    """Return the outcome of a row that is refused."""
    return RowOutcome(Change.REFUSED, refusal)


@value
class Claims:
    """The claims of unfinished imports on a number.

    Attributes:
        busy: the import because of which nothing may change the number now; None if there is none.
        waiting: the import that waits to change the number, so that no other import may; None if there is none.
    """

    busy: ImportBusy | None = None
    waiting: ImportWaits | None = None

    def against(self, *, staged: bool, there: bool) -> Claim | None:
        """Return the claim that prevents a row now; None if there is none.

        Args:
            staged: whether an import would stage it; a change by hand overtakes a waiting import.
            there: whether a version is in effect; if not, a number that an import waits to add cannot be added.
        """
        return self.busy or (self.waiting if staged or not there else None)


NO_CLAIMS = Claims()


def claims_of(imports: Iterable[int], states: Mapping[int, ImportState], *, there: bool) -> Claims:
    """Return the claims of unfinished imports on a number.

    Args:
        imports: the imports that have staged a version of it, or will replace the version in effect.
        states: the states of these imports.
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
    """The data of a bill's version in effect that the decision on a row depends on.

    Attributes:
        same: whether the row has the same content.
        paid: whether anything has been paid on it.
    """

    same: bool
    mark: BillMark | None
    paid: bool


@value
class KnownCustomers:
    """The customers that bills of a chunk may name.

    Attributes:
        numbers: of those that exist.
        similar: for numbers that do not exist, an existing one that differs only in leading zeros.
        waiting: for numbers that do not exist, the import that waits to bring them.
    """

    numbers: Collection[str]
    similar: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)


def touched(bill: BillInEffect) -> Touch | None:
    """Return why a bill's content can no longer be changed; None if it can."""
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
    customers: KnownCustomers,
    staged: bool,
    move: BillMove | None = None,
) -> RowOutcome:
    """Return what is done with a bill of a file or a command.

    Args:
        bill: the version in effect; None if there is none.
        customers: the customers of the chunk's bills.
        staged: whether an import stages it; otherwise a user changes it by hand, at once.
        move: from what it is to what the row says, if these are different debts.
    """
    if customer_no not in customers.numbers:
        similar, waits = customers.similar.get(customer_no), customers.waiting.get(customer_no)
        return refused(UnknownCustomer(customer_no, similar, waits))
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
    return RowOutcome(Change.CHANGED, move=move)


def judge_customer(
    customer_no: str,
    *,
    there: bool,
    same: bool,
    renamed: bool,
    claims: Claims,
    staged: bool,
    inputs: InputsChange | None = None,
    names: InputsChange | None = None,
) -> RowOutcome:
    """Return what is done with a customer of a file or a command; its lookup keys are checked after that.

    Args:
        there: whether a version is in effect.
        same: whether the row has the same content.
        renamed: whether the row has another name than the version in effect.
        staged: whether an import stages it; otherwise a user changes it by hand, at once.
        inputs: how the row's inputs differ from those of the version in effect; None if they are the same.
        names: how its name differs; None likewise.
    """
    if same:
        return RowOutcome(Change.UNCHANGED)
    claim = claims.against(staged=staged, there=there)
    if claim is not None:
        return refused(CustomerClaimed(customer_no, claim))
    if not there:
        return RowOutcome(Change.NEW)
    return RowOutcome(Change.CHANGED, renamed=renamed, inputs=inputs, names=names)


def judge_withdrawal(bill_no: str, bill: BillInEffect | None, claims: Claims) -> RowOutcome:
    """Return what is done with a bill that the file no longer has."""
    if bill is None:
        return refused(UnknownBill(bill_no))
    claim = claims.against(staged=True, there=True)
    if claim is not None:
        return refused(BillClaimed(bill_no, claim))
    touch = touched(bill)
    if touch is not None:
        return refused(BillTouched(bill_no, touch, withdrawal=True))
    return RowOutcome(Change.WITHDRAWN)

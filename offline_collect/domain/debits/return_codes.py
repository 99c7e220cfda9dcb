"""What a bank's return code means for a debit: the bill, the mandate, the payer's notice, and another attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.values import value


class BillEffect(StrEnum):
    """What becomes of a bill in a batch.

    A settled one is paid by what was debited, and open again for the rest. A LOCKED one stays in its batch: whether money
    moved is not known, so that a person must find out.
    """

    SETTLED = "SETTLED"
    OPEN = "OPEN"
    LOCKED = "LOCKED"


class MandateEffect(StrEnum):
    """What becomes of the mandate."""

    KEPT = "KEPT"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"


@value
class ReturnCode:
    """A row of a bank's table.

    Attributes:
        code: as the bank writes it.
        says: what it means, for people, in English.
        says_zh: the same in Chinese.
        notice: whether the payer is told.
        again_after: in how many days the bill may be debited again by `debit retry`; None if it may not.
        disputed: whether it opens an item for reconciliation.
    """

    code: str
    says: str
    says_zh: str
    bill: BillEffect
    mandate: MandateEffect = MandateEffect.KEPT
    notice: bool = False
    again_after: int | None = None
    disputed: bool = False


UNKNOWN = ReturnCode(
    "",
    "is in no table: ask the bank whether money moved",
    "返回码不在表中：请向银行查询是否已扣款",
    BillEffect.LOCKED,
)


@value
class ReturnCodes:
    """A bank's table, by code."""

    codes: Mapping[str, ReturnCode]

    def of(self, code: str) -> ReturnCode:
        """Return a code's row; a code that the table lacks keeps the bill locked."""
        return self.codes.get(code) or replace(UNKNOWN, code=code)


class SettledProblem(StrEnum):
    """Why a settled amount does not fit its return code."""

    NOTHING_SETTLED = "NOTHING_SETTLED"
    SETTLED_ALTHOUGH_REFUSED = "SETTLED_ALTHOUGH_REFUSED"
    MORE_THAN_ASKED = "MORE_THAN_ASKED"


def settled_problem(found: ReturnCode, asked_minor: int, settled_minor: int) -> SettledProblem | None:
    """Return why an amount that a bank says it has debited contradicts its code; None if it does not."""
    if settled_minor > asked_minor:
        return SettledProblem.MORE_THAN_ASKED
    if found.bill is BillEffect.SETTLED:
        return None if settled_minor else SettledProblem.NOTHING_SETTLED
    if settled_minor and found.bill is BillEffect.OPEN:
        return SettledProblem.SETTLED_ALTHOUGH_REFUSED
    return None

"""Debits whose result leaves doubt: what a person may say about one who has asked the bank whether money moved."""

from __future__ import annotations

from enum import StrEnum

from offline_collect.domain.debits.batches import DebitRecord, RecordState
from offline_collect.domain.debits.results import RecordResult
from offline_collect.domain.debits.return_codes import BillEffect, MandateEffect, ReturnCode
from offline_collect.domain.values import value

_SAYS, _SAYS_ZH = "found out by a person", "人工查询"


@value
class BankSays:
    """What the bank has said when it was asked.

    Attributes:
        settled_minor: what it has debited; None if nothing.
        reference: the number of the debit at the bank; None if it gives none.
    """

    settled_minor: int | None
    mandate: MandateEffect = MandateEffect.KEPT
    reference: str | None = None

    def result(self, code: str) -> RecordResult:
        """Return it as the result of a record, which keeps the code that has left the doubt.

        No other attempt follows by itself: what was in doubt once is debited again only if a person wants it.
        """
        bill = BillEffect.OPEN if self.settled_minor is None else BillEffect.SETTLED
        says = ReturnCode(code, _SAYS, _SAYS_ZH, bill, self.mandate)
        return RecordResult(says, self.settled_minor or 0, self.reference)


class DoubtRefusal(StrEnum):
    """Why what a person says about a debit has no effect."""

    NOT_IN_DOUBT = "NOT_IN_DOUBT"
    NOTHING_SETTLED = "NOTHING_SETTLED"
    MORE_THAN_ASKED = "MORE_THAN_ASKED"


def doubt_refusal(record: DebitRecord, said: BankSays) -> DoubtRefusal | None:
    """Return why it has no effect on a record; None if it has. A record that is OUT waits for the bank's result."""
    if record.state is not RecordState.LOCKED:
        return DoubtRefusal.NOT_IN_DOUBT
    if said.settled_minor is None:
        return None
    if said.settled_minor <= 0:
        return DoubtRefusal.NOTHING_SETTLED
    return DoubtRefusal.MORE_THAN_ASKED if said.settled_minor > record.amount_minor else None

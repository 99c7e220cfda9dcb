"""A bank's result of a run: its return codes, and whether it is that of the run. Any difference, and nothing is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.money import format_major
from offline_collect.domain.settlement.payouts import Payout, PayoutEvent, Run
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value


class PayoutEffect(StrEnum):
    """What a return code means for a payout."""

    BOOKED = "BOOKED"
    FAILED = "FAILED"

    @property
    def event(self) -> PayoutEvent:
        """What happens to the payout."""
        return PayoutEvent.BOOKED if self is PayoutEffect.BOOKED else PayoutEvent.FAILED


@value
class PayoutCode:
    """A row of a bank's table of return codes.

    Attributes:
        says: what it means, for people, in English.
        says_zh: the same in Chinese.
    """

    code: str
    says: str
    says_zh: str
    payout: PayoutEffect


PayoutCodes = Mapping[str, PayoutCode]
"""A bank's table, by code."""


@value
class RunHeader:
    """The header of a result."""

    bank: str
    run_no: str
    business_date: dt.date
    count: int
    currency: str


@value
class PayoutLine:
    """A record of a result.

    Attributes:
        line: its number in the file.
        code: None if the bank's table does not have it.
    """

    line: int
    sequence: int
    merchant_id: str
    amount_minor: int
    return_code: str
    code: PayoutCode | None
    booked_minor: int
    core_serial: str | None = None
    reason: str | None = None


def header_differences(header: RunHeader, run: Run) -> Iterator[Difference]:
    """Yield what differs between a result's header and its run."""
    pairs = (
        (Phrase("bank"), header.bank, run.bank_number),
        (Phrase("business date"), str(header.business_date), str(run.business_date)),
        (Phrase("number of payouts"), str(header.count), str(run.payout_count)),
        (Phrase("currency"), header.currency, run.currency),
    )
    for what, found, wanted in pairs:
        if found != wanted:
            reason = Phrase(
                "the {what} is {found}, but the run has {wanted}", what=what, found=found, wanted=wanted
            )
            yield Difference(1, reason)


def payout_differences(
    line: PayoutLine, payout: Payout | None, currency: str, *, repeated: bool
) -> Iterator[Difference]:
    """Yield what differs between a record of a result and the payout.

    Args:
        payout: None if the run has none of this sequence number.
        repeated: whether the file has had this sequence number before.
    """
    number = line.sequence
    if payout is None:
        yield Difference(line.line, Phrase("payout {number} is not in the run", number=number))
        return
    if repeated:
        yield Difference(line.line, Phrase("payout {number} is there twice", number=number))
    if line.merchant_id != payout.merchant_id:
        reason = Phrase(
            "payout {number} is of merchant {found}, but the run has {wanted}",
            number=number,
            found=line.merchant_id,
            wanted=payout.merchant_id,
        )
        yield Difference(line.line, reason)
    wanted_minor = abs(payout.amount_minor)
    if line.amount_minor != wanted_minor:
        found, wanted = (format_major(minor, currency) for minor in (line.amount_minor, wanted_minor))
        reason = Phrase(
            "payout {number} has the amount {found}, but the run has {wanted}",
            number=number,
            found=found,
            wanted=wanted,
        )
        yield Difference(line.line, reason)
    yield from _code_differences(line, wanted_minor)


def _code_differences(line: PayoutLine, wanted_minor: int) -> Iterator[Difference]:
    if line.code is None:
        reason = Phrase(
            "payout {number} has the return code {code}, which is in no table: ask the bank whether it is booked",
            number=line.sequence,
            code=line.return_code,
        )
        yield Difference(line.line, reason)
        return
    booked = line.code.payout is PayoutEffect.BOOKED
    if line.booked_minor != (wanted_minor if booked else 0):
        # A payout is booked whole or not at all.
        reason = Phrase(
            "payout {number} has a settled amount that its return code {code} does not allow",
            number=line.sequence,
            code=line.return_code,
        )
        yield Difference(line.line, reason)


def missing_payout(sequence: int) -> Difference:
    """Return that a result lacks a payout of its run."""
    return Difference(0, Phrase("payout {number} of the run is not in the file", number=sequence))

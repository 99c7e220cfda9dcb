"""Matches a bank's result with its run, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from offline_collect.domain.bank_files import Difference
from offline_collect.domain.settlement.payouts import RUN_LIFE, Payout, Run, RunEvent
from offline_collect.domain.settlement.results import (
    PayoutCodes,
    PayoutEffect,
    PayoutLine,
    RunHeader,
    header_differences,
    missing_payout,
    payout_differences,
)
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.fixed_width.layout import FixedLayout, Values
from offline_collect.settlement.bank_files.reading import Differences, chunks
from offline_collect.store import StoreTransaction
from offline_collect.store.settlement.payouts import payouts_at
from offline_collect.store.settlement.runs import find_run

Matched = tuple[PayoutLine, Payout]


class RunMatch:
    """One reading of a result against its run.

    Attributes:
        run: None until the header has named one that waits for its result.
        differences: what does not match; if there is any, nothing may be taken.
        booked_count: payouts that are booked, so far.
        booked_minor: their sum, regardless of their sign.
    """

    def __init__(self, tx: StoreTransaction, layout: FixedLayout, codes: PayoutCodes, *, locks: bool) -> None:
        self._tx = tx
        self._layout = layout
        self._codes = codes
        self._locks = locks
        self._seen = bytearray()
        self.run: Run | None = None
        self.differences = Differences()
        self.booked_count = 0
        self.booked_minor = 0

    def matched(self, stream: BinaryIO) -> Iterator[list[Matched]]:
        """Yield the payouts that match, in chunks; at the end, all differences are known."""
        found = chunks(stream, self._layout, self.differences)
        header = next(found, None)
        if header is None or not self._begin(header[0][1]):
            return
        for chunk in found:
            yield self._chunk([self._line(line, values) for line, values in chunk])
        self.differences.lacks(self._seen, missing_payout)

    def _begin(self, values: Values) -> bool:
        """Find the run of a header; return whether its payouts can be looked at."""
        made: dict[str, Any] = dict(values)
        header = RunHeader(
            bank=made["bank"],
            run_no=made["run_no"],
            business_date=made["business_date"],
            count=made["count"],
            currency=made["currency"],
        )
        found = find_run(self._tx, header.run_no, lock=self._locks)
        if found is None:
            reason = Phrase("the run {number} is not known here", number=header.run_no)
            self.differences.add(Difference(1, reason))
            return False
        run = found.run
        if run.state not in RUN_LIFE[RunEvent.TAKEN].sources:
            reason = Phrase("the run {number} is {state}", number=run.run_no, state=run.state.value)
            self.differences.add(Difference(1, reason))
            return False
        self.run = run
        self._seen = bytearray(run.payout_count + 1)
        self.differences.extend(header_differences(header, run))
        return True

    def _line(self, line: int, values: Values) -> PayoutLine:
        made: dict[str, Any] = dict(values)
        return PayoutLine(
            line=line,
            sequence=made["sequence"],
            merchant_id=made["merchant_id"],
            amount_minor=made["amount"],
            return_code=made["return_code"],
            code=self._codes.get(made["return_code"]),
            booked_minor=made["settled_amount"],
            core_serial=made["core_serial"],
            reason=made["reason"],
        )

    def _chunk(self, lines: list[PayoutLine]) -> list[Matched]:
        assert self.run is not None, "the header was read"
        there = payouts_at(self._tx, self.run.run_no, [each.sequence for each in lines])
        matched = []
        for each in lines:
            payout = there.get(each.sequence)
            repeated = payout is not None and bool(self._seen[each.sequence])
            self.differences.extend(payout_differences(each, payout, self.run.currency, repeated=repeated))
            if payout is not None:
                self._seen[each.sequence] = 1
                matched.append((each, payout))
            if each.code is not None and each.code.payout is PayoutEffect.BOOKED:
                self.booked_count += 1
                self.booked_minor += each.booked_minor
        return matched

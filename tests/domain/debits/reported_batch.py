"""A batch to which reports are applied whole or not at all, as those who store it do."""

from collections import Counter
from dataclasses import dataclass, field

from offline_collect.domain.debits.bank_reports import (
    AskedDebit,
    BatchSoFar,
    Contradiction,
    GroupReport,
    NamedByStatement,
    RecordReport,
    Tally,
    end_to_end_id,
    group_after,
    named_after,
    record_after,
)
from offline_collect.domain.debits.reason_codes import ReasonCodes
from offline_collect.domain.debits.report_standings import ReportRule, Standing, Stood, outcome

BATCH = "DB20301122000001"
CODES = ReasonCodes("0000", {"AM04": "1001", "AC04": "1002"})


@dataclass
class ReportedBatch:
    rule: ReportRule = ReportRule.ALL
    amounts: tuple[int, ...] = (100, 200, 300)
    group: Stood = field(default_factory=Stood)
    own: list[Stood] = field(default_factory=list)

    def __post_init__(self):
        self.own = self.own or [Stood()] * len(self.amounts)

    @property
    def so_far(self):
        return BatchSoFar(BATCH, "156", self.rule, self.group)

    def report(self, status=None, *lines, reasons=(), **group):
        """Take a report of the batch and some records, ``(sequence, status, *reasons)``; return what is wrong with it."""
        own, named, wrong = list(self.own), Counter(), []
        for number, line in enumerate(lines, start=2):
            sequence, record_status, *why = line
            report = RecordReport(number, end_to_end_id(BATCH, sequence), record_status, tuple(why))
            after = record_after(
                own[sequence - 1],
                report,
                AskedDebit(BATCH, sequence, self.amounts[sequence - 1], "156", f"M{sequence}"),
                self.so_far,
                CODES,
                repeated=named[sequence] > 0,
            )
            named[sequence] += 1
            if isinstance(after, Contradiction):
                wrong.append(after)
            else:
                own[sequence - 1] = after
        now = sum(status == "RJCT" for _, status, *_ in lines)
        group_report = GroupReport(1, group.pop("batch_no", BATCH), status, tuple(reasons), **group)
        after = group_after(group_report, self.so_far, self.tally(own, now), CODES)
        if isinstance(after, Contradiction):
            wrong.append(after)
        if not wrong:
            self.own, self.group = own, after
        return [str(each) for each in wrong]

    def statement(self, amount, batch_no=BATCH, currency="156"):
        """Take a statement that names a batch; return what is wrong with it."""
        named = NamedByStatement(7, batch_no, amount, currency)
        after = named_after(named, self.so_far, self.tally(self.own, 0))
        if isinstance(after, Contradiction):
            return [str(after)]
        self.group = after
        return []

    def tally(self, own, rejected_now):
        rejected = [
            amount
            for amount, each in zip(self.amounts, own, strict=True)
            if each.standing is Standing.REJECTED
        ]
        settled = sum(each.standing is Standing.SETTLED for each in own)
        return Tally(
            settled, len(rejected), rejected_now, len(self.amounts), sum(self.amounts), sum(rejected)
        )

    @property
    def outcomes(self):
        return [outcome(each, self.group, self.rule, CODES) for each in self.own]

"""The model's expectation of an answer, and what it learns from the answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from offline_collect.domain.answers import Answer
from tests.model.owing import Paying


@dataclass(eq=False)
class Known:
    """The entry under a key.

    Attributes:
        says: the content that the key identifies; None under a tombstone without a later message.
        kind: PAYMENT, REVERSAL or TOMBSTONE.
        date: the business date that it was decided on.
        answer: the answer that was given.
    """

    says: tuple[object, ...] | None
    kind: str
    date: dt.date
    paying: Paying | None = None
    answer: Answer | None = None


@dataclass
class Expected:
    """An expected answer.

    Attributes:
        code: the response code's name.
        date: what DE 15 says; None means the open day.
        values: the values that are known in advance.
        present: the values that must be present, but are not known in advance.
        records: of a page, some values of each record.
        again: the earlier answer that this one repeats, but for ``values``.
        paying: learns its serial number and approval code.
        kept: learn the answer.
    """

    code: str
    date: dt.date | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    present: tuple[str, ...] = ()
    records: list[Mapping[str, object]] = field(default_factory=list)
    again: Answer | None = None
    paying: Paying | None = None
    kept: list[Known] = field(default_factory=list)

    def complaints(self, answer: Answer, open_day: dt.date) -> list[str]:
        """Return the differences between ``answer`` and the expected answer."""
        earlier = self.again
        dated = self.date or (earlier.business_date if earlier else None) or open_day
        due = {**(earlier.values if earlier else {}), "code": self.code, "date": dated, **self.values}
        found = {"code": answer.code.value, "date": answer.business_date or open_day, **answer.values}
        wrong = [
            f"{name}: {found.get(name)!r}, not {value!r}"
            for name, value in due.items()
            if str(found.get(name)) != str(value)
        ]
        wrong += [f"{name} is missing" for name in self.present if not answer.values.get(name)]
        if not answer.approved and not answer.brief:
            wrong.append("declined without a word why")
        return wrong + self._records_wrong(answer)

    def learn(self, answer: Answer) -> None:
        """Learn from a correct answer the values that cannot be predicted."""
        for known in self.kept:
            known.answer = answer
        if self.paying is not None:
            self.paying.serial = str(answer.values["serial_number"])
            self.paying.approval_code = str(answer.values["approval_code"])

    def _records_wrong(self, answer: Answer) -> list[str]:
        wrong = [] if len(answer.records) == len(self.records) else [f"{len(answer.records)} records"]
        for due, record in zip(self.records, answer.records, strict=False):
            wrong += [
                f"record {due['bill_no']}: {name} is {record.values.get(name)!r}, not {value!r}"
                for name, value in due.items()
                if str(record.values.get(name)) != str(value)
            ]
        return wrong

"""Whether a row of a merchant's list says that its bill was paid already: 是否已缴, 缴费状态, a √ under 已缴."""

from __future__ import annotations

import re
from enum import Enum

from offline_collect.domain.imports.titles import loose_title, plain_title
from offline_collect.domain.values import value

_LEFT_TO_PAY = re.compile(r"未|欠|剩|余|unpaid|balance|arrears|outstanding")


class Mark(Enum):
    """What a cell says of the bill of its row."""

    PAID = "paid"
    UNPAID = "unpaid"
    UNKNOWN = "unknown"


class MarkKind(Enum):
    """What a column says, by its title.

    Attributes:
        MARK: whether bills were paid; each cell must be understood.
        QUESTION: may as well ask whether somebody has to pay (是否缴费): words count, yes and no do not.
        REMARK: anything; only the words of a paid bill count.
    """

    MARK = "mark"
    QUESTION = "question"
    REMARK = "remark"


@value
class PaidWords:
    """The words of merchants' lists for what was paid, all plain (``titles.yaml``, paid).

    Attributes:
        titles: of columns that say whether a bill was paid.
        questions: titles that may also ask whether somebody has to pay.
        remarks: titles of remarks.
        paid: words that mean paid, also as a remark.
        unpaid: words that mean not paid.
        paid_signs: signs that mean paid under a title that says so.
        unpaid_signs: likewise not paid.
    """

    titles: frozenset[str]
    questions: frozenset[str]
    remarks: frozenset[str]
    paid: frozenset[str]
    unpaid: frozenset[str]
    paid_signs: frozenset[str]
    unpaid_signs: frozenset[str]

    def kind_of(self, title: str) -> MarkKind | None:
        """Return what a column says, by its title; None if it says nothing of what was paid."""
        names = {plain_title(title), loose_title(title)}
        kinds = ((self.titles, MarkKind.MARK), (self.questions, MarkKind.QUESTION))
        return next(
            (kind for known, kind in (*kinds, (self.remarks, MarkKind.REMARK)) if names & known), None
        )

    def mark(self, text: str, kind: MarkKind) -> Mark | None:
        """Return what a cell says; None if it says nothing of it."""
        plain = plain_title(text)
        if plain in self.paid or (plain in self.paid_signs and kind is MarkKind.MARK):
            return Mark.PAID
        if not plain or kind is MarkKind.REMARK:
            return None
        said_no = plain in self.unpaid or (plain in self.unpaid_signs and kind is MarkKind.MARK)
        return Mark.UNPAID if said_no else Mark.UNKNOWN


def is_left_to_pay(title: str) -> bool:
    """Whether the title of an amount says that what was paid is deducted already: 未缴金额, 欠费."""
    return _LEFT_TO_PAY.search(loose_title(title)) is not None

"""Whether a row of a merchant's list says that its bill was paid already: 是否已缴, 缴费状态, a √ under 已缴."""

from __future__ import annotations

import re
from enum import Enum

from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.titles import loose_title, plain_title
from offline_collect.domain.values import value

_LEFT_TO_PAY = re.compile(r"未|欠|剩|余|unpaid|balance|arrears|outstanding")
_MARKS = frozenset("√✓✔☑✅○◯〇●◎×✗✘△▲☆★")
_NOW = r"(?:本[期月次年季]度?|本学期|当[期月年]|累计|合计)?"
_SUM = r"(?:费用?|款项?|金?额|数|合计|小计|总计|总额)*"
_PAID = re.compile(rf"{_NOW}(?:已经?|实)[缴交付收]纳?{_SUM}")
_LEFT = re.compile(
    rf"{_NOW}(?:[尚余下仍还]欠|尚?未[缴交付收]|待[缴交付收]|尚[需应][缴交付]|剩余[应未待]?[缴交付收])纳?{_SUM}"
)


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
        LEFT: what is left to pay: nothing of a bill that was paid, and all of one that was not.
    """

    MARK = "mark"
    QUESTION = "question"
    REMARK = "remark"
    LEFT = "left"


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
        kinds = (
            (self.titles, MarkKind.MARK),
            (self.questions, MarkKind.QUESTION),
            (self.remarks, MarkKind.REMARK),
        )
        listed = next((kind for known, kind in kinds if names & known), None)
        if listed is None and _PAID.fullmatch(loose_title(title)):
            return MarkKind.MARK
        return MarkKind.LEFT if listed is None and is_left(title) else listed

    def mark(self, text: str, kind: MarkKind) -> Mark | None:
        """Return what a cell says; None if it says nothing of it."""
        plain = plain_title(text)
        if kind is MarkKind.LEFT:
            return self._left(plain)
        if plain in self.paid or (plain in self.paid_signs and kind is MarkKind.MARK):
            return Mark.PAID
        if not plain or kind is MarkKind.REMARK:
            return None
        said_no = plain in self.unpaid or (plain in self.unpaid_signs and kind is MarkKind.MARK)
        return Mark.UNPAID if said_no else Mark.UNKNOWN

    def _left(self, plain: str) -> Mark | None:
        if not plain:
            return None
        if plain in self.paid or is_nothing(plain):
            return Mark.PAID
        return Mark.UNPAID if plain in self.unpaid or plain in self.paid_signs else Mark.UNKNOWN


def is_left(title: str) -> bool:
    """Whether a title is that of what is left to pay of the bills themselves, not of earlier ones: 尚欠金额, 本期未缴."""
    return _LEFT.fullmatch(loose_title(title)) is not None


def is_mark(text: str) -> bool:
    """Whether a text is a sign that somebody ticks a list with: √, ○. It is no amount."""
    return bool(text.strip()) and set(text.strip()) <= _MARKS


def is_left_to_pay(title: str) -> bool:
    """Whether the title of an amount says that what was paid is deducted already: 未缴金额, 欠费."""
    return _LEFT_TO_PAY.search(loose_title(title)) is not None

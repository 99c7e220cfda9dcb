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


_HOW_OR_WHEN = re.compile(
    r"(?:微信|支付宝|现金|转账|银行|刷卡|扫码|网银|pos机?|全部|全额|本[期月次年]|[于在用以]|(?:20\d\d[年./-])?\d{1,2}[月./-](?:\d{1,2}[日号]?)?)+"
)
_SAYS_PAID = re.compile(
    r"已经?(?:全部|全额)?(?:[缴付](?!费?通知)|[交收](?![房楼接表材资证卡件申到钥])|支付|转账|结清|到账)|(?<!未)[缴交付收结]清(?!单)"
)
"""已交房, the flat was handed over, and 已收到通知 do not."""

_OF_OTHERS = re.compile(r"上[期月年次]|[去往前]年|往期|历史|押金|定金|保证金|滞纳|违约|首付|[一二三四\d]期")
"""A remark about what else was paid: 上月已缴, 已交押金."""


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
        REMARK: anything; only what speaks of a paid bill counts.
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
            return self._remark(plain)
        said_no = plain in self.unpaid or (plain in self.unpaid_signs and kind is MarkKind.MARK)
        return Mark.UNPAID if said_no else Mark.UNKNOWN

    def _remark(self, plain: str) -> Mark | None:
        """Return what a remark says: 微信已付 is paid, and what else speaks of it, such as 部分已缴, must be asked."""
        if _SAYS_PAID.search(plain) is None or _OF_OTHERS.search(plain) or plain in self.unpaid:
            return None
        how = _HOW_OR_WHEN.match(plain)
        return Mark.PAID if how is not None and plain[how.end() :] in self.paid else Mark.UNKNOWN

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

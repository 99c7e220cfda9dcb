"""Which rows of a merchant's table are no bills or customers: totals, signatures, headings, rows of nothing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from offline_collect.domain.imports.titles import plain_title
from offline_collect.domain.imports.written_amounts import written_amount


class RowClass(Enum):
    """What a row is that is left out."""

    TOTAL = "total"
    SIGNATURE = "signature"
    NOTE = "note"
    HEADING = "heading"
    HEADER_AGAIN = "header again"
    NUMBER_ONLY = "number only"
    NO_AMOUNT = "no amount"
    PAID = "paid already"


class RowTexts(NamedTuple):
    """A row, as texts in one line; '' for a blank cell.

    Attributes:
        texts: of all cells.
        titles: of the header.
        rows: the titles of each row of a header of two.
        amount: of the amount's column; None if the table has none.
        key: of the column with the number of the bill or customer.
        customer: of the columns that name the customer.
        heading_at: places of columns whose text alone in a row is a heading.
    """

    texts: Sequence[str]
    titles: Sequence[str]
    amount: str | None
    key: str
    customer: Sequence[str]
    heading_at: frozenset[int]
    rows: Sequence[Sequence[str]] = ()


_TOTAL = re.compile(
    r"[(\[【]?.{0,12}?(合计|小计|总计|共计|累计|总额)[)\]】]?([:：(（].*|[0-9]{1,7}[人户笔条名位间家套])?|共[0-9]{1,7}[人户笔条名位间家套]([,，:：(（].*)?|(sub|grand)?\s*total:?|sum:?",
    re.IGNORECASE,
)
_OF_GROUP = re.compile(
    r".*小计.*|sub.*|[(\[【]?[^总共累全()\[\]【】]+[^总共累全]*(合计|总额).*", re.IGNORECASE
)

_GROUPS_MAX = 100
"""A total of totals, such as a building's, is compared with so many groups before it."""

_LABELS = ("合计", "小计", "总计", "共计", "累计")
TOTAL_LABELS = frozenset(
    {gap.join(label) for label in _LABELS for gap in ("", " ", "  ", "   ", "    ")}
    | {"Total", "total", "TOTAL", "Subtotal"}
)
"""What a total's number is, where its row could pass for a bill or customer."""

_SIGNATURE = re.compile(
    r"(制表|制单|记账|稽核|经理|厂长|站长|园长|校长|班主任|审核|复核|审批|财务|会计|出纳|经办|负责|填表|填报|主管|领导|单位|收款|日期|时间|打印|编制|盖章|签字|签名|校对|联系)"
    r"[^,，:：]{0,6}[:：].*"
    r"|(?:prepared|checked|reviewed|verified|approved|signed|issued|received|authori[sz]ed|compiled|printed)"
    r"(?:by|on)[:：].*|(?:signature|date)[:：].*",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(注|备注|说明|附注|附|提示|温馨提示|notes?|remarks?)\s*[:：、.].*", re.IGNORECASE | re.DOTALL
)
_UNIT = re.compile(r"[(（\[][^()（）\[\]0-9]{1,12}[)）\]]|元|吨|㎡|平方米|元/[吨㎡度人月户]")
"""A cell of a row below the header that says in what its columns are: （元）, （平方米）."""

_PAGE = re.compile(
    r"[-—]*第?[0-9]{1,5}页[-—]*|第[0-9]{1,5}页[,，/]?共[0-9]{1,5}页|page[0-9]{1,5}(?:of[0-9]{1,5})?",
    re.IGNORECASE,
)
"""What stands alone below a printed page."""

_NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "无",
        "免",
        "免费",
        "免缴",
        "免交",
        "免收",
        "免除",
        "减免",
        "全免",
    }
)
_MAYBE_ZERO = re.compile(r"[^1-9]*0[^1-9]*")
_ZERO = re.compile(r"0+\.?0*")
_NUMBER = re.compile(r"[0-9]{1,6}(\.0)?")


def row_class(row: RowTexts) -> RowClass | None:
    """Return the class of a row that is left out; None for one that is, or should be, a bill or customer.

    A row that names a customer and an amount is never left out, except a total: the caller compares its sum.
    """
    filled = [(place, text) for place, text in enumerate(row.texts) if text]
    if filled and all(_UNIT.fullmatch(text) for _, text in filled):
        return RowClass.HEADER_AGAIN
    if len(filled) == 1 and _PAGE.fullmatch(_joined(filled[0][1])):
        return RowClass.NOTE
    if len(filled) > 1 and any(_are_titles(titles, filled) for titles in (row.titles, *row.rows)):
        return RowClass.HEADER_AGAIN
    if _says_total(row, filled[:3]):
        return RowClass.TOTAL
    return _class_of_text(row, filled) or _class_without_amount(row, filled)


def _says_total(row: RowTexts, first: Sequence[tuple[int, str]]) -> bool:
    """Whether a row is called a total. What has a number of its own is none: a bill's item may be 水电费合计."""
    if not row.key or is_total(row.key):
        return any(is_total(text) for _, text in first)
    return first[0][1] in TOTAL_LABELS


def _are_titles(titles: Sequence[str], filled: Sequence[tuple[int, str]]) -> bool:
    return all(
        place < len(titles) and plain_title(titles[place]) == plain_title(text) for place, text in filled
    )


def _class_of_text(row: RowTexts, filled: Sequence[tuple[int, str]]) -> RowClass | None:
    place, first = filled[0]
    has_amount = row.amount is not None and not is_nothing(row.amount) and not _is_signature(row.amount)
    if has_amount:
        return None
    if _is_signature(first):
        return RowClass.SIGNATURE
    if _NOTE.fullmatch(_joined(first)):
        return RowClass.NOTE
    if len(filled) == 1 and place in row.heading_at:
        return RowClass.NUMBER_ONLY if _NUMBER.fullmatch(first) else RowClass.HEADING
    return None


def _class_without_amount(row: RowTexts, filled: Sequence[tuple[int, str]]) -> RowClass | None:
    if row.amount is None or not is_nothing(row.amount):
        return None
    if names_customer(row):
        return RowClass.NO_AMOUNT
    numbers = all(_NUMBER.fullmatch(text) or is_nothing(text) for _, text in filled)
    return RowClass.NUMBER_ONLY if numbers else None


def names_customer(row: RowTexts) -> bool:
    """Whether a row says whose it is: more than 合计 or a signature where the customer should be."""
    return any(text and not is_total(text) and not _is_signature(text) for text in row.customer)


def is_total(text: str) -> bool:
    """Whether a text is what stands before a sum: 合计, 小计, Total."""
    return _TOTAL.fullmatch(_joined(text)) is not None


def _is_signature(text: str) -> bool:
    return _SIGNATURE.fullmatch(_joined(text)) is not None


def _joined(text: str) -> str:
    """Return a text without white space: people space out 合 计 and 制 表 人."""
    return "".join(text.split())


def is_group_total(text: str) -> bool:
    """Whether a total is called that of a group: 小计, 1班合计, Subtotal."""
    return is_total(text) and _OF_GROUP.fullmatch(_joined(text)) is not None


def is_nothing(amount: str) -> bool:
    """Whether an amount says that nothing is to be paid: blank, zero, a dash, 免."""
    return _joined(amount) in _NOTHING or is_zero(amount)


def is_zero(amount: str) -> bool:
    """Whether an amount is written as zero."""
    if _MAYBE_ZERO.fullmatch(amount) is None:
        return False
    found = written_amount(amount)
    return _ZERO.fullmatch(amount if found is None else found.digits) is not None


class Sums:
    """Compares the sums that a table states with those of its rows, in minor units.

    Attributes:
        all: the sum of all rows so far.
    """

    def __init__(self) -> None:
        self.all = 0
        self._since = 0
        self._groups: deque[int] = deque(maxlen=_GROUPS_MAX)

    def add(self, amount: int) -> None:
        """Add the amount of a row."""
        self.all += amount
        self._since += amount

    def differing(self, stated: int, *, of_group: bool = False) -> int | None:
        """Return the sum of the rows above a total, if neither all of them, nor those of the last groups fit it.

        Args:
            stated: by the total.
            of_group: whether it is called the total of a group; then the sum is that of the rows since the last total.
        """
        since, self._since = self._since, 0
        if since:
            self._groups.append(since)
        if stated == self.all or stated in accumulate(reversed(self._groups)):
            return None
        return since if of_group and since else self.all

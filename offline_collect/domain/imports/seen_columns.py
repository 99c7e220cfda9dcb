"""What the values and titles of a merchant's columns tell, before anybody has said what they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from decimal import Decimal

from offline_collect.domain.imports.left_out import is_nothing
from offline_collect.domain.imports.lowered_amounts import is_after_all, is_balance
from offline_collect.domain.imports.paid_marks import is_mark
from offline_collect.domain.imports.titles import loose_title
from offline_collect.domain.imports.written_amounts import written_amount
from offline_collect.domain.values import value

_NEARLY_ALL = 95
"""Percent: a list has a stray cell now and then."""

_ROWS_MIN = 2
_NUMBER_MAX = 32
"""Characters of a number of a bill or customer."""

_LONG_NUMBER = 8
_NUMBER_DIGITS = 25
"""More digits are no number that is compared."""

_ROW_NUMBER_MAX = 6
"""Digits of a row's number."""

_MONEY = re.compile(
    r"费|款|额|(?<!单)元|钱|租金|应缴|应收|应交|应付|(?:[原总全定标售]|合同|成交)价|欠|收取|收缴|缴纳|交纳|支付|fee|amount|charge|(?<!cur)(?<!pa)rent|total|price|sum|due|balance|tuition|levy|payable"
)
_AMOUNT = re.compile(r"(?:费|款|额|金|钱|租|费用|合计|应[缴收交付])$")
_FEE = re.compile(
    r"(?:本[期月次年])?(?:应[缴收交付])?(?!是否|免|已|未|缴|交|收|付|应)(?:[一-鿿]{1,8}?费用?|[一-鿿]{0,6}?租金|[房铺地]租|承包款)(?:金额|总额)?"
)
"""The title of the amount of one fee. 是否缴费 is none."""
_FEE_NAME = re.compile(
    r"(?:本[期月次年])?(?:应[缴收交付])?(?!是否|免|已|未|缴|交|收|付|应|欠|合计|总|各项|全部|其他)([一-鿿]{1,8}?费|[一-鿿]{0,6}?租金|[房铺地]租|承包款)用?(?:应[缴收交付])?(?:金额|总额)?"
)

_NO_MONEY = re.compile(
    r"^楼?[栋幢座]$|月数|期数|面积|单价|标准|用量|用水|用电|读数|表底|示数|数量|度数|吨|楼层|层|人数|人口|平方|平米|㎡|年龄|分数|天数|系数|比例|费率|折扣|名额|余额|结余|预存|限额"
    r"|类型|方式|名称|项目|状态|日期|area|rate|unit|reading|usage|qty|quantity|discount"
)
_PART = re.compile(
    r"实[收缴交付]|已[收缴交付]|待[收缴交付]|剩余|未|欠|往期|上期|减免|优惠|滞纳|违约|押金|定金|退|抵扣|结余|余额|预存|结转|paid|forward|arrears|discount|deposit|refund|penalty"
)
_DEDUCTED = re.compile(r"减免|优惠|退|抵扣|补贴|补助|discount|refund")
_ADDED = re.compile(r"滞纳|违约|押金|定金|保证金|deposit|penalty")
_PAID = re.compile(r"[已实][缴交付收]")
_LEFT = re.compile(r"尾款|余款|[欠未][费款额缴交付收]|[尚余下仍还]欠|待[缴交付收]|剩余[应未待]?[缴交付收]")
_EARLIER = re.compile(r"往[期年]|上[期月年次]|历[年史]|以前|前期|期初|年初|月初")
_NET = re.compile(r"^实[收缴交付]")
_ARREARS_AMOUNT = re.compile(r"(?!是否|有无).*欠[费款缴交](?:金额|合计|总额|总计)?")
_KIND = re.compile(r"类|种|科目|仪表|表计")
_METER_OR_FEE = re.compile(r"[一-鿿]{0,6}[水电气暖热]表|[一-鿿]{1,8}费")
_ARREARS = re.compile(r"欠|往期|上期|往年|历年|arrears|pastdue|previousbalance|forward")
_LAST_DAY = re.compile(r"截止|期限|到期|最后|限期|最迟|最晚|[之以日]前|前[缴交付]|due|deadline|expir")
_PAYING = re.compile(r"[缴交付收]|pay|due")
_BILL = re.compile(r"单号|单据|账单|流水|票号|票据|通知|凭证|bill|invoice|voucher")
_CUSTOMER = re.compile(r"号|房|室|铺|单元|门牌|编码|代码|客户|业主|住户|租户|会员|车位|id|no|code|unit|room")
_PERSON = re.compile(r"名|客户|户主|业主|家长|学生|租户|租客|住户|车主|会员|name|owner|tenant|student")
_WHO = re.compile(r"住户|客户|户主|业主|租户|用户|租客|承租人|经营户|商户")
"""Titles of customers, whose names or numbers may stand below."""
_NO_PERSON = re.compile(r"经办|审核|制表|收款|负责|开户|银行|项目|名称|小区|楼")
_IDENTITY_CARD = re.compile(r"身份证|证件|银行|账号|phone|电话|手机|mobile|联系")

_PERIOD = re.compile(
    r"20\d\d(?:[年./-]?(?:0?[1-9]|1[0-2])月?|年?第?[一二三四1-4]季度)|(?:0?[1-9]|1[0-2])月份?"
)
_CHINESE_NAME = re.compile(r"[一-鿿]{2,4}|[一-鿿]{1,10}[·•・‧][一-鿿]{1,10}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@value
class SeenColumn:
    """A column of a file, as far as the first rows show it.

    Attributes:
        place: from 0.
        letter: as Excel shows it.
        title: of the header; '' if it has none.
        texts: of the rows, '' for blank cells.
        dates: how many of them an import reads as dates.
        amounts: how many it reads as amounts, or as nothing to pay.
        customers: how many are numbers of the merchant's customers.
        payers: how many are the name of one of the merchant's customers, and of no other.
        known_inputs: by an input of the form that finds a customer alone: how many find one.
        taken_inputs: by an input of the form: how many it accepts.
        unit: what the title says that amounts are, if they are not to be paid in the merchant's currency: 万元; '' if not.
    """

    place: int
    letter: str
    title: str
    texts: Sequence[str] = field(default=(), repr=False)
    dates: int = 0
    amounts: int = 0
    customers: int = 0
    payers: int = 0
    known_inputs: Mapping[str, int] = field(default_factory=dict)
    taken_inputs: Mapping[str, int] = field(default_factory=dict)
    unit: str = ""

    @property
    def values(self) -> list[str]:
        """The texts that are not blank."""
        return [text for text in self.texts if text]

    def nearly_all(self, count: int) -> bool:
        """Whether a count is that of nearly all values, and there are values."""
        filled = len(self.values)
        return filled > 0 and 100 * count >= _NEARLY_ALL * filled

    def differs(self) -> bool:
        """Whether every row has a value of its own."""
        found = self.values
        return len(found) == len(self.texts) == len(set(found)) > 0

    def counts(self) -> bool:
        """Whether the values are 1, 2, 3, … in the order of the rows, or another row of consecutive numbers."""
        found = self.values
        if len(found) < _ROWS_MIN or not all(
            each.isdecimal() and len(each) <= _ROW_NUMBER_MAX for each in found
        ):
            return False
        numbers = list(map(int, found))
        return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in {0, 1}

    def is_amount(self) -> bool:
        """Whether the values may be amounts that are to be paid."""
        return (
            self.nearly_all(self.amounts)
            and not self.unit
            and (self.says_money() or not self.counts())
            and not self.is_date()
            and not self.nearly_all(self._matching(_MOBILE))
            and not self._says(_NO_MONEY)
            and (self.says_money() or not (self.says_customer() or self._is_long()))
        )

    def _is_long(self) -> bool:
        """Whether the values are all digits, as many as amounts hardly have."""
        return all(text.isdecimal() and len(text) >= _LONG_NUMBER for text in self.values)

    def says_money(self) -> bool:
        """Whether the title speaks of money."""
        return self._says(_MONEY)

    def says_amount(self) -> bool:
        """Whether title and values are of amounts, even if an import cannot take some: they have too many decimals."""
        if not self.says_money() or self._says(_NO_MONEY) or self.unit:
            return False
        return self.nearly_all(sum(number is not None for number in self.numbers()))

    def may_be_factor(self) -> bool:
        """Whether an amount may be this times another: what names a customer, or counts the rows, is no factor."""
        names = self.says_customer() and not self._says(_NO_MONEY)
        return not (names or self.says_bill() or self.names_customers())

    def says_part(self) -> bool:
        """Whether the title speaks of what is paid, in arrears or to be deducted: it, or another column, is no debt."""
        return self._says(_PART) and not is_after_all(self.title)

    def says_arrears(self) -> bool:
        """Whether the title speaks of what earlier bills still owe."""
        return self._says(_ARREARS)

    def says_deduction(self) -> bool:
        """Whether the title speaks of what is taken off: a remission, a discount, a refund."""
        return is_balance(self.title) or (self._says(_DEDUCTED) and not is_after_all(self.title))

    def is_deduction(self) -> bool:
        """Whether the column has numbers that are taken off, also with a sign."""
        return self.says_deduction() and self.nearly_all(sum(each is not None for each in self.numbers()))

    def says_special(self) -> bool:
        """Whether the title speaks of arrears, a penalty or a deduction, which alone is not what is to be paid."""
        return self.says_arrears() or self.says_penalty() or self.says_deduction()

    def says_penalty(self) -> bool:
        """Whether the title speaks of what is added: for late payment, or as a deposit."""
        return self._says(_ADDED)

    def says_no_money(self) -> bool:
        """Whether the title speaks of a quantity, a rate or the like."""
        return self._says(_NO_MONEY)

    def says_paid(self) -> bool:
        """Whether the title speaks of what was paid already."""
        return self._says(_PAID)

    def says_left(self) -> bool:
        """Whether the title speaks of what is left to pay, not of what earlier bills still owe."""
        return self._says(_LEFT) and not self._says(_EARLIER)

    def says_net(self) -> bool:
        """Whether the title may mean what is left of an amount: 实收 is also what was received."""
        return self._says(_NET)

    def is_item(self) -> bool:
        """Whether the column may say what is paid for, by its title or by values such as 水表 and 停车费."""
        if self.is_amount() or self.is_date() or self.is_period():
            return False
        return self._says(_KIND) or self.nearly_all(self._matching(_METER_OR_FEE))

    def is_date(self) -> bool:
        """Whether the values are dates; 20301231 is one only below a title that says so."""
        digits = all(text.isdecimal() for text in self.values)
        return self.nearly_all(self.dates) and (not digits or "日" in self.title or self.says_last_day())

    def is_mostly_date(self) -> bool:
        """Whether over half of the values are dates: an import refuses the rows of the others."""
        digits = all(text.isdecimal() for text in self.values)
        return 2 * self.dates > len(self.values) and (not digits or self.is_date())

    def says_last_day(self) -> bool:
        """Whether the title speaks of the last day of payment."""
        return is_last_day(self.title)

    def is_period(self) -> bool:
        """Whether the values are months, quarters or the like."""
        return self.nearly_all(self._matching(_PERIOD))

    def is_mobile(self) -> bool:
        """Whether the values are mobile numbers."""
        return self.nearly_all(self._matching(_MOBILE))

    def is_name(self) -> bool:
        """Whether the values look like names of people."""
        return self.nearly_all(self._matching(_CHINESE_NAME)) and not self._says(_NO_PERSON)

    def says_person(self) -> bool:
        """Whether the title speaks of a person who pays."""
        return self._says(_PERSON) and not self._says(_NO_PERSON)

    def is_payer(self) -> bool:
        """Whether the title says only that these are customers, and the values look like names of people."""
        return may_be_payers(self.title) and self.is_name()

    def names_customers(self) -> bool:
        """Whether the values are numbers of the merchant's customers."""
        return self.nearly_all(self.customers) and not self.counts()

    def names_payers(self) -> bool:
        """Whether the values are names of the merchant's customers, each of one."""
        return self.nearly_all(self.payers)

    def finds_customers(self, key: str) -> bool:
        """Whether the values, as an input of the form, find customers."""
        return self.nearly_all(self.known_inputs.get(key, 0))

    def may_identify(self) -> bool:
        """Whether the values may be numbers or codes that identify a row."""
        return (
            self.differs()
            and not self.counts()
            and not self.is_mobile()
            and not self.is_date()
            and (self.says_bill() or not (self.says_money() or self._says(_NO_MONEY)))
            and not self._says(_IDENTITY_CARD)
            and all(len(text) <= _NUMBER_MAX and "." not in text for text in self.values)
        )

    def says_bill(self) -> bool:
        """Whether the title speaks of a bill's number."""
        return self._says(_BILL)

    def says_customer(self) -> bool:
        """Whether the title speaks of what identifies a customer."""
        return self._says(_CUSTOMER) and not self.says_bill() and not self._says(_IDENTITY_CARD)

    def numbers(self) -> list[Decimal | None]:
        """Return the values as numbers, None for what is none."""
        return list(map(_number, self.texts))

    def is_nothing(self) -> bool:
        """Whether the column is blank, or says zero in every row."""
        return all(not text or number == 0 for text, number in zip(self.texts, self.numbers(), strict=True))

    def is_marks(self) -> bool:
        """Whether the values are signs such as √, which are no amounts."""
        return self.nearly_all(sum(map(is_mark, self.values)))

    def deducts_nothing(self) -> bool:
        """Whether the column is of deductions, and says in every row that there is none: blank, zero, 无."""
        return self.says_deduction() and all(map(is_nothing, self.texts))

    def _matching(self, pattern: re.Pattern[str]) -> int:
        return sum(pattern.fullmatch(text) is not None for text in self.values)

    def _says(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(loose_title(self.title).strip("-") or self.title) is not None


def _number(text: str) -> Decimal | None:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    found = written_amount(text)
    if found is None or len(found.digits) > _NUMBER_DIGITS:
        return None
    return -Decimal(found.digits) if found.negative else Decimal(found.digits)


def may_be_payers(title: str) -> bool:
    """Whether a title says only that customers stand below it, by number or by name: 客户, 住户."""
    return _WHO.fullmatch(loose_title(title)) is not None


def looks_like_name(text: str) -> bool:
    """Whether a text looks like a Chinese person's name."""
    return _CHINESE_NAME.fullmatch(text) is not None


def only_fee(titles: Sequence[str], taken: Collection[int]) -> int | None:
    """Return the place of the one title that is a fee, such as 餐费 or 应缴物业费; None if there may be another amount.

    Args:
        titles: of a table.
        taken: places of titles that mean something else.
    """
    free = {place: loose_title(title) for place, title in enumerate(titles) if place not in taken}
    money = [place for place, title in free.items() if _AMOUNT.search(title) and not _NO_MONEY.search(title)]
    if len(money) != 1 or _FEE.fullmatch(free[money[0]]) is None:
        return None
    return None if any(_PART.search(title) for title in free.values()) else money[0]


def fee_named(title: str) -> str | None:
    """Return the fee that a title of an amount names, such as 物业费 of 应缴物业费（元）; None if it names none."""
    found = _FEE_NAME.fullmatch(loose_title(title))
    return None if found is None else found[1]


def is_last_day(title: str) -> bool:
    """Whether a title speaks of the last day of payment."""
    return _LAST_DAY.search(loose_title(title)) is not None


def is_last_day_of_payment(title: str) -> bool:
    """Whether a title speaks of the last day, and of paying: 最迟付款日. 到期 alone may be a lease's."""
    return is_last_day(title) and _PAYING.search(loose_title(title)) is not None


def is_arrears(title: str) -> bool:
    """Whether a title is that of what earlier bills still owe: 2029年欠费. 是否欠费 is none."""
    return _ARREARS_AMOUNT.fullmatch(loose_title(title)) is not None

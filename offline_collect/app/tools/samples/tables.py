"""The rows of the sample merchants' customers and bills, the same each time for the same day.

All people, rooms, meters and accounts are invented. The dates lie around the day: there are bills that are open,
past due, expired and not open yet, customers with more bills than one answer holds, and namesakes.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TypeAlias

from offline_collect.app.tools.samples.days import Days

Cell: TypeAlias = str | dt.date | Decimal
FEN_PER_TON = 345
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = (
    "伟 芳 娜 敏 静 磊 洋 勇 艳 杰 涛 明 超 霞 平 刚 桂英 建国 晓东 雨桐 子轩 浩然 欣怡 梓涵 思远 佳怡"
    " 志强 海燕 文博 诗涵 俊杰 雪梅 家豪 美玲 天宇 若曦 宇航 秀兰 国华 春花 明轩 一诺"
)
BUILDING_FLOORS = (1, 3, 5)


@dataclass(frozen=True)
class Person:
    """A customer: ``number`` 客户编号, ``name``, the values of the form's inputs, and a counter for accounts."""

    number: str
    name: str
    inputs: tuple[str, ...]
    serial: int

    @property
    def mobile(self) -> str:
        """A mobile number in a range that no operator uses."""
        return f"100{self.serial:08d}"

    @property
    def account(self) -> str:
        """A card number of 19 digits that no bank has issued."""
        return f"6222000000{self.serial:09d}"


@dataclass(frozen=True)
class Sheet:
    """A table to write: the header, then rows."""

    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def names(chance: random.Random) -> Iterator[str]:
    """Yield different names."""
    every = [surname + given for surname, given in product(SURNAMES, GIVEN.split())]
    chance.shuffle(every)
    yield from every


def amount(fen: int) -> str:
    """Return fen as yuan."""
    return f"{fen // 100}.{fen % 100:02d}"


def school(chance: random.Random, days: Days) -> tuple[Sheet, Sheet]:
    """Return 阳光小学's pupils and their bills: school year, grade, class and seat make a student number."""
    fixed = {"2026030117": "王建明", "2026010203": "张伟", "2026020211": "张伟"}
    given = names(chance)
    numbers = [
        f"2026{grade:02d}{form:02d}{seat:02d}"
        for grade, form, seat in product((1, 2, 3), (1, 2), range(1, 21))
    ]
    pupils = [
        Person(number, fixed.get(number) or next(given), (number,), 1_000 + i)
        for i, number in enumerate(numbers)
    ]
    header = (
        "客户编号", "姓名", "学号", "手机", "同意通知", "扣款账号", "开户行号", "户名", "协议号", "协议签订日期", "单笔限额",
    )  # fmt: skip
    signed = days.iso(2026, 9, 1)
    customers: list[tuple[Cell, ...]] = [
        (p.number, p.name, *p.inputs, p.mobile, "是" if p.serial % 3 else "否", *_mandate(p, signed))
        for p in pupils
    ]
    return Sheet(header, customers), _school_bills(pupils, chance, days)


def _meals(days: Days, month: tuple[int, int], due: str, opens: str, lapses: str) -> tuple[str, ...]:
    return f"{days.month_name(*month)}餐费", days.month(*month), due, opens, lapses


def _mandate(person: Person, signed: str) -> tuple[str, ...]:
    """Every fourth customer lets the bank debit an account."""
    if person.serial % 4:
        return ("",) * 6
    return person.account, "102100099996", person.name, f"XY{person.serial:08d}", signed, "2000.00"


def _school_bills(pupils: list[Person], chance: random.Random, days: Days) -> Sheet:
    header = (
        "账单编号", "学号", "项目", "账期", "金额", "缴费截止日", "开放日期", "失效日期", "班级", "备注",
    )  # fmt: skip
    golden = next(p for p in pupils if p.number == "2026030117")
    others = [p for p in pupils if p is not golden]
    debtor = others[0]
    this_month, opened, lapses = days.month(2026, 11), days.iso(2026, 11, 1), days.iso(2027, 1, 31)
    meals = _meals(days, (2026, 11), days.iso(2026, 11, 30), opened, lapses)
    bus = ("校车费", this_month, days.iso(2026, 11, 15), opened, lapses)
    charged = [(golden, meals, 12_345, "按日结算"), (golden, bus, 12_345, "")]
    charged += [(p, meals, chance.randrange(15_000, 26_001, 50), "") for p in others]
    charged += [(p, bus, 18_000, "线路" + "一二三"[i % 3]) for i, p in enumerate(others) if i % 2 == 0]
    old = _meals(days, (2026, 9), days.iso(2026, 9, 30), days.iso(2026, 9, 1), days.iso(2026, 10, 31))
    charged += [(p, old, chance.randrange(15_000, 26_001, 50), "逾期请到财务室") for p in others[5:15]]
    coming = _meals(days, (2026, 12), days.iso(2026, 12, 31), days.iso(2026, 12, 1), days.iso(2027, 2, 28))
    charged += [(p, coming, 22_000, "") for p in others[20:30]]
    for item, fen in (("校服费", 32_000), ("课后服务费", 20_000), ("研学活动费", 16_850), ("保险费", 10_000),
                      ("教辅材料费", 8_635), ("社团活动费", 15_000)):  # fmt: skip
        term = (item, days.term(2026, 9), days.iso(2026, 12, 15), days.iso(2026, 9, 1), lapses)
        charged.append((debtor, term, fen, ""))
    rows: list[tuple[Cell, ...]] = []
    serials: dict[str, int] = {}
    for pupil, (item, period, due, opens, expires), fen, remark in charged:
        month = period if period[4] == "-" else this_month
        serials[month] = serials.get(month, 0) + 1
        number = f"S{month}-{serials[month]:04d}"
        group = f"{'一二三'[int(pupil.number[4:6]) - 1]}年级{int(pupil.number[6:8])}班"
        rows.append((number, *pupil.inputs, item, period, amount(fen), due, opens, expires, group, remark))
    return Sheet(header, rows)


def water(chance: random.Random, days: Days) -> tuple[Sheet, Sheet]:
    """Return 清源自来水's households and their bills; a bill's last six digits are those of its meter."""
    given = names(chance)
    households = [Person(f"{i:08d}", next(given), (f"1002{i:04d}",), 2_000 + i) for i in range(1, 81)]
    header = ("客户编号", "姓名", "表号", "手机", "邮箱", "同意通知")
    customers: list[tuple[Cell, ...]] = [
        (p.number, p.name, *p.inputs, p.mobile, f"meter{p.inputs[0]}@example.com", "Y") for p in households
    ]
    return Sheet(header, customers), _water_bills(households, chance, days)


def _water_bills(households: list[Person], chance: random.Random, days: Days) -> Sheet:
    header = (
        "账单编号", "表号", "项目", "账期", "金额", "缴费截止日", "开放日期", "失效日期",
        "上期读数", "本期读数", "用水量", "用水地址",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for i, household in enumerate(households, start=1):
        reading = chance.randrange(200, 2_000)
        for year, month in _water_months(i):
            used = chance.randrange(4, 40)
            opens = days.date(year, month, 1)
            due = days.date(year, month, 18 if i % 5 == 0 else 30)
            expires: Cell = days.date(2026, 6, 30) if year == 2025 else ""  # noqa: PLR2004 - last year's
            fen, period = used * FEN_PER_TON, days.month(year, month)
            rows.append((
                f"W{period.replace('-', '')}{i:06d}", *household.inputs, "水费", period, Decimal(fen) / 100,
                due, opens, expires, str(reading), str(reading + used), f"{used}吨",
                f"清源路{i}号",
            ))  # fmt: skip
            reading += used
    return Sheet(header, rows)


def _water_months(household: int) -> list[tuple[int, int]]:
    """Return the months that a household owes: November, with arrears for some, and one bill too early."""
    if household == 7:  # noqa: PLR2004 - owes more bills than one answer holds
        return [(2026, month) for month in range(3, 12)]
    months = [
        (2026, month) for month in range(9 if household % 4 == 0 else 10 if household % 2 == 1 else 11, 12)
    ]
    if household % 10 == 1:
        months.insert(0, (2025, 11))
    if household % 8 == 2:  # noqa: PLR2004 - these are billed for December already
        months.append((2026, 12))
    return months


def estate(chance: random.Random, days: Days) -> tuple[Sheet, Sheet]:
    """Return 锦绣花园's owners and their bills; two owners have the same name."""
    fixed = {"3幢-2单元-501": "王小明", "5幢-1单元-302": "王小明"}
    given = names(chance)
    rooms = [
        (f"{building}幢-{stair}单元-{floor}0{door}", f"{building:02d}{stair}{floor}0{door}")
        for building, stair, floor, door in product(range(1, 6), (1, 2), BUILDING_FLOORS, (1, 2))
    ]
    owners = []
    for i, (room, code) in enumerate(rooms):
        name = fixed.get(room) or next(given)
        owners.append(Person(f"E{code}", name, (room, name), 3_000 + i))
    header = ("客户编号", "姓名", "房号", "业主姓名", "手机", "同意通知")
    customers: list[tuple[Cell, ...]] = [(p.number, p.name, *p.inputs, p.mobile, "Y") for p in owners]
    return Sheet(header, customers), _estate_bills(owners, chance, days)


def _estate_bills(owners: list[Person], chance: random.Random, days: Days) -> Sheet:
    header = (
        "账单编号", "房号", "业主姓名", "项目", "账期", "金额", "缴费截止日", "开放日期", "失效日期",
        "建筑面积", "车位号", "备注",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for i, owner in enumerate(owners, start=1):
        area = chance.randrange(6_800, 14_300, 5)
        fee = area * 180 * 3 // 100
        space = f"B1-{i:03d}" if i % 2 else ""
        charged = list(_estate_charges(i, fee, chance, days))
        for j, (item, period, fen, due, opens, expires, remark) in enumerate(charged, start=1):
            rows.append((
                f"E{days.period(2026, 11)[0]}{i:04d}{j:02d}", *owner.inputs, item, period, f"{fen // 100:,}.{fen % 100:02d}",
                due, opens, expires, f"{area // 100}.{area % 100:02d}㎡", space, remark,
            ))  # fmt: skip
    return Sheet(header, rows)


def _estate_charges(
    i: int, fee: int, chance: random.Random, days: Days
) -> Iterator[tuple[str, str, int, str, str, str, str]]:
    """Yield what the owner of the ``i``-th room is charged: item, period, fen, due, opens, expires, remark."""
    slashed, first, last = days.slashed, days.slashed(2026, 10, 1), days.slashed(2026, 12, 31)
    yield "物业费", days.quarter(2026, 10), fee, last, first, "", "按季收取"
    if i % 2:
        yield "停车费", days.month(2026, 11), 30_000, slashed(2026, 11, 20), slashed(2026, 11, 1), "", ""
    if i % 3 == 0:
        due = slashed(2026, 11, 30)
        yield "公摊水电费", days.month(2026, 10), chance.randrange(1_200, 9_900), due, "", "", ""
    if i % 9 == 0:
        year = f"{days.period(2025, 12)[0]}年度"
        yield "垃圾清运费", year, 6_000, slashed(2025, 12, 31), "", slashed(2026, 6, 30), "已停止代收"
    if i % 12 == 0:
        yield "物业费", days.quarter(2027, 1), fee, slashed(2027, 3, 31), slashed(2027, 1, 1), "", ""
    if i == 21:  # noqa: PLR2004 - owes more bills than one answer holds
        for month in range(4, 11):
            yield "停车费", days.month(2026, month), 30_000, slashed(2026, month, 20), "", "", ""

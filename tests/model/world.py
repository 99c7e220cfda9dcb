"""The small world that the model and every system under it begin with."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from offline_collect.domain.bills import Bill, BillMark
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel
from offline_collect.domain.customers import Customer
from offline_collect.domain.decisions.deciding import Terms
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import (
    AmountRule,
    AmountRuleKind,
    FeeRule,
    Merchant,
    MerchantStatus,
    SettlementAccount,
)

DAY = BusinessDate(2026, 11, 22)
OPENED_AT = dt.datetime(2026, 11, 21, 15, 30, tzinfo=dt.UTC)
STARTED_AT = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
INSTITUTIONS = ("12345678", "87654321")
TERMINALS = (("12345678", "TERM0001"), ("12345678", "TERM0002"), ("87654321", "TERM0001"))

_ACCOUNT = "6222000000000001"
_FORM = PaymentForm(1, "缴费", (Input("number", "编号", "请输入编号"),))

_MERCHANTS = (
    Merchant(
        "SCHOOL01",
        "阳光小学",
        "school",
        SettlementAccount(_ACCOUNT),
        fee=FeeRule(per_payment_minor=10, rate_billionths=2_000_000, least_minor=12, most_minor=30),
        notices=True,
    ),
    Merchant(
        "WATER001",
        "清源自来水",
        "water",
        SettlementAccount(_ACCOUNT),
        amount_rule=AmountRule(AmountRuleKind.PARTIAL, 1_000, 500),
        late_fee=LateFeeRule(LateFeeKind.DAILY, rate_billionths=7_500_000, grace_days=5, cap_minor=4_000),
        limits_minor={Channel.KIOSK: 8_000},
        notices=True,
    ),
    Merchant(
        "ESTATE01",
        "锦绣花园物业",
        "estate",
        SettlementAccount(_ACCOUNT),
        late_fee=LateFeeRule(LateFeeKind.FLAT, flat_minor=777, grace_days=2),
    ),
    Merchant("HALTED01", "停业书店", "shop", SettlementAccount(_ACCOUNT), MerchantStatus.SUSPENDED),
    Merchant("GONE0001", "旧水厂", "water", SettlementAccount(_ACCOUNT), MerchantStatus.CLOSED),
)


def _bill(
    merchant_id: str, bill_no: str, customer_no: str, amount: int, due: dt.date, **more: object
) -> Bill:
    content: dict[str, Any] = {"period": "2026-11", **more}
    return Bill(0, merchant_id, bill_no, customer_no, amount, due, **content)


def _days(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


_BILLS = (
    _bill("SCHOOL01", "S-DUE", "pupil", 12_345, _days(8)),
    _bill("SCHOOL01", "S-LATE", "pupil", 5_000, _days(-3)),
    _bill("SCHOOL01", "S-LASTDAY", "pupil", 700, _days(0), expires_on=_days(0), period=None),
    _bill("SCHOOL01", "S-EXPIRED", "pupil", 800, _days(-9), expires_on=_days(-1)),
    _bill("SCHOOL01", "S-TOMORROW", "pupil", 900, _days(9), open_from=_days(1)),
    _bill("SCHOOL01", "S-WITHDRAWN", "pupil", 1_000, _days(5), mark=BillMark.WITHDRAWN),
    _bill("SCHOOL01", "S-BATCH", "pupil", 1_100, _days(5), mark=BillMark.IN_BATCH),
    _bill("SCHOOL01", "S-DOLLARS", "pupil", 1_200, _days(5), currency="840"),
    _bill("WATER001", "W-LATE", "tenant", 10_050, _days(-20)),
    _bill("WATER001", "W-TURNING", "tenant", 20_000, _days(-5)),
    _bill("WATER001", "W-DUE", "tenant", 3_000, _days(20), period="2026-12"),
    _bill("ESTATE01", "E-LATE", "owner", 60_000, _days(-30)),
    _bill("ESTATE01", "E-TURNING", "owner", 61_000, _days(-2)),
    _bill("HALTED01", "H-DUE", "reader", 4_200, _days(3)),
)

_CUSTOMERS = (
    ("SCHOOL01", "pupil", "王小明"),
    ("SCHOOL01", "sister", "王小红"),
    ("WATER001", "tenant", "Li Lei"),
    ("ESTATE01", "owner", "王明"),
    ("HALTED01", "reader", "李雷"),
)


@dataclass(frozen=True)
class Mandate:
    """A customer's mandate.

    Attributes:
        limit_minor: the most of one debit.
        month_minor: the most of a month.
    """

    merchant_id: str
    customer_no: str
    reference: str
    limit_minor: int | None = None
    month_minor: int | None = None


MANDATES = (
    Mandate("SCHOOL01", "pupil", "M-PUPIL"),
    Mandate("WATER001", "tenant", "M-TENANT", limit_minor=15_000),
    Mandate("ESTATE01", "owner", "M-OWNER", month_minor=100_000),
    Mandate("HALTED01", "reader", "M-READER"),
)


@dataclass(frozen=True)
class World:
    """The data before the first message.

    Every customer is found by typing its number; each merchant has published ``form``.
    """

    day: BusinessDate = DAY
    opened_at: dt.datetime = OPENED_AT
    started_at: dt.datetime = STARTED_AT
    form: PaymentForm = _FORM
    merchants: tuple[Merchant, ...] = _MERCHANTS
    bills: tuple[Bill, ...] = _BILLS
    customers: tuple[Customer, ...] = tuple(
        Customer(merchant_id, number, name, {"number": number}) for merchant_id, number, name in _CUSTOMERS
    )
    terms: Terms = field(default_factory=lambda: Terms(page_records=3))

"""A simple school and a simple water works: the samples for tests of decisions."""

from dataclasses import replace
from typing import Any

from offline_collect.domain.bills import Bill
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel
from offline_collect.domain.customers import Customer
from offline_collect.domain.forms import Input, InputType, PaymentForm
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import AmountRule, AmountRuleKind, Merchant, SettlementAccount
from offline_collect.domain.texts.text import Normalisation
from tests.fakes.bank import Bank

ACCOUNT = "6222000000000001"
DUE = BusinessDate(2026, 11, 30)

SCHOOL = Merchant(
    "SCHOOL01",
    "阳光小学",
    "school",
    SettlementAccount(ACCOUNT),
    limits_minor={Channel.KIOSK: 10_000},
    notices=True,
)
WATER = Merchant(
    "WATER001",
    "清源自来水",
    "water",
    SettlementAccount(ACCOUNT),
    amount_rule=AmountRule(AmountRuleKind.PARTIAL, 1_000, 1_000),
    late_fee=LateFeeRule(LateFeeKind.DAILY, rate_billionths=500_000, grace_days=5, cap_minor=5_000),
)
SCHOOL_FORM = PaymentForm(
    3,
    "学费缴纳",
    (
        Input(
            "student_no",
            "学号",
            "请输入10位学号",
            InputType.NUMERIC,
            10,
            10,
            example="2026030117",
            normalise=(Normalisation.TRIM, Normalisation.HALF_WIDTH),
        ),
    ),
    instructions="学号印在学生证上",
)
WATER_FORM = PaymentForm(
    1,
    "水费缴纳",
    (Input("meter_no", "表号", "请输入8位表号", InputType.NUMERIC, 8, 8),),
    show=("description", "period", "due_date", "用水量"),
)
PUPIL = Customer("SCHOOL01", "2026030117", "王小明", {"student_no": "2026030117"})
TENANT = Customer("WATER001", "10020042", "Li Lei", {"meter_no": "10020042"})


def school_bill(bill_no: str = "S1", amount: int = 12_345, **more: Any) -> Bill:
    """Return a bill of the pupil, due in a week."""
    return replace(
        Bill(
            1, "SCHOOL01", bill_no, PUPIL.customer_no, amount, DUE, description="十一月餐费", period="2026-11"
        ),
        **more,
    )


def water_bill(bill_no: str = "W1", amount: int = 20_000, **more: Any) -> Bill:
    """Return a bill of the tenant, due in a week."""
    return replace(Bill(2, "WATER001", bill_no, TENANT.customer_no, amount, DUE), **more)


def sample_bank() -> Bank:
    """Return a bank with both merchants, their customers and one bill each."""
    bank = Bank()
    bank.store.put_merchant(SCHOOL, SCHOOL_FORM)
    bank.store.put_merchant(WATER, WATER_FORM)
    bank.store.put_customers(PUPIL, TENANT)
    bank.store.put_bills(school_bill(), water_bill())
    return bank

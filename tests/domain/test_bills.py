from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.domain.bills import Bill, BillMark, BillState, Dues, Parts, split, year_and_month
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchants import AmountRule, AmountRuleKind

EXACT = AmountRule()
PARTIAL = AmountRule(AmountRuleKind.PARTIAL, 1_000, 1_000)
NO_FEE = LateFeeRule()
FLAT = LateFeeRule(LateFeeKind.FLAT, flat_minor=300, grace_days=2)
DAILY = LateFeeRule(LateFeeKind.DAILY, rate_billionths=500_000, grace_days=5, cap_minor=5_000)


def november(day: int) -> BusinessDate:
    return BusinessDate(2026, 11, day)


BILL = Bill(1, "WATER001", "W1", "10020042", 100_000, november(10))


def dues(bill: Bill, rule: LateFeeRule, day: int) -> tuple[int, int]:
    owed = bill.dues(rule, november(day))
    return owed.principal_minor, owed.late_fee_minor


@pytest.mark.parametrize(
    ("period", "sent"), [("2026-11", "202611"), ("2026", "202600"), ("November", "000000")]
)
def test_a_period_has_a_year_and_month(period, sent):
    assert year_and_month(period) == sent


class TestStates:
    def test_a_new_bill_is_open(self):
        assert BILL.state(november(1)) is BillState.OPEN

    def test_a_part_makes_it_partial_and_the_rest_paid(self):
        part = BILL.paid(Parts(40_000, 0), NO_FEE, november(1))
        assert part.state(november(1)) is BillState.PARTIAL
        assert part.outstanding_minor == 60_000
        assert part.paid(Parts(60_000, 0), NO_FEE, november(1)).state(november(1)) is BillState.PAID

    def test_a_part_that_was_only_late_fee_counts_too(self):
        assert BILL.paid(Parts(0, 50), DAILY, november(16)).state(november(16)) is BillState.PARTIAL

    def test_it_expires_after_its_last_day_unless_it_is_paid(self):
        bill = replace(BILL, expires_on=november(20))
        assert bill.state(november(20)) is BillState.OPEN
        assert bill.state(november(21)) is BillState.EXPIRED
        assert bill.paid(Parts(100_000, 0), NO_FEE, november(20)).state(november(21)) is BillState.PAID

    @pytest.mark.parametrize("mark", BillMark)
    def test_a_mark_stays_whatever_is_paid_or_taken_back(self, mark):
        paid = Parts(100_000, 0)
        bill = replace(BILL, mark=mark, expires_on=november(1)).paid(paid, NO_FEE, november(2))
        assert bill.state(november(2)).value == mark.value
        assert bill.unpaid(paid, NO_FEE, november(2)).state(november(2)).value == mark.value

    def test_it_opens_on_its_first_day(self):
        bill = replace(BILL, open_from=november(5))
        assert not bill.opened(november(4))
        assert bill.opened(november(5))
        assert BILL.opened(november(1))


class TestLateFees:
    @pytest.mark.parametrize(("day", "fee"), [(10, 0), (15, 0), (16, 50), (17, 100), (30, 750)])
    def test_a_daily_rate_is_charged_from_the_day_after_the_grace_days(self, day, fee):
        assert dues(BILL, DAILY, day) == (100_000, fee)

    def test_it_is_rounded_once_not_every_day(self):
        bill = replace(BILL, amount_minor=500)
        assert [bill.dues(DAILY, november(15 + day)).late_fee_minor for day in range(5)] == [0, 0, 1, 1, 1]

    def test_it_stops_at_the_cap(self):
        assert BILL.dues(DAILY, BusinessDate(2027, 11, 10)).late_fee_minor == 5_000

    @pytest.mark.parametrize(("day", "fee"), [(12, 0), (13, 300), (30, 300)])
    def test_a_flat_fee_is_charged_once(self, day, fee):
        assert dues(BILL, FLAT, day) == (100_000, fee)

    def test_without_a_rule_lateness_costs_nothing(self):
        assert dues(BILL, NO_FEE, 30) == (100_000, 0)

    def test_it_accrues_on_what_was_unpaid_at_the_start_of_each_day(self):
        part = BILL.paid(Parts(60_000, 50), DAILY, november(16))
        assert dues(part, DAILY, 16) == (40_000, 0)
        assert dues(part, DAILY, 17) == (40_000, 20)
        assert dues(part, DAILY, 18) == (40_000, 40)

    def test_a_payment_in_time_keeps_its_part_free_of_fee(self):
        part = BILL.paid(Parts(60_000, 0), DAILY, november(3))
        assert dues(part, DAILY, 16) == (40_000, 20)

    def test_it_stands_still_once_the_principal_is_paid(self):
        paid = BILL.paid(Parts(100_000, 50), DAILY, november(16))
        assert dues(paid, DAILY, 30) == (0, 0)

    def test_a_flat_fee_that_is_paid_is_not_charged_again(self):
        part = BILL.paid(Parts(700, 300), FLAT, november(13))
        assert dues(part, FLAT, 30) == (99_300, 0)

    def test_a_rule_that_became_cheaper_gives_nothing_back(self):
        part = BILL.paid(Parts(0, 750), DAILY, november(30))
        assert dues(part, NO_FEE, 30) == (100_000, 0)


class TestReversals:
    def test_on_the_same_day_everything_is_as_before(self):
        parts = Parts(99_250, 750)
        undone = BILL.paid(parts, DAILY, november(30)).unpaid(parts, DAILY, november(30))
        assert dues(undone, DAILY, 30) == dues(BILL, DAILY, 30)
        assert dues(undone, DAILY, 29) == dues(BILL, DAILY, 29)
        assert undone.state(november(30)) is BillState.OPEN

    def test_on_the_next_day_the_days_between_are_not_charged(self):
        parts = Parts(100_000, 50)
        undone = BILL.paid(parts, DAILY, november(16)).unpaid(parts, DAILY, november(17))
        assert dues(undone, DAILY, 17) == (100_000, 50)
        assert dues(undone, DAILY, 18) == (100_000, 100)

    def test_of_a_payment_in_time_a_flat_fee_begins_on_the_next_day(self):
        parts = Parts(100_000, 0)
        undone = BILL.paid(parts, FLAT, november(9)).unpaid(parts, FLAT, november(20))
        assert dues(undone, FLAT, 20) == (100_000, 0)
        assert dues(undone, FLAT, 21) == (100_000, 300)

    def test_a_waiver_is_taken_back_with_its_payment(self):
        parts = Parts(100_000, 50, 50)
        undone = BILL.paid(parts, DAILY, november(17)).unpaid(parts, DAILY, november(17))
        assert undone.waived_late_fee_minor == 0
        assert dues(undone, DAILY, 17) == (100_000, 100)

    def test_a_late_fee_can_be_left_when_the_principal_is_paid(self):
        fee, rest = Parts(0, 50), Parts(100_000, 0)
        paid = BILL.paid(fee, DAILY, november(16)).paid(rest, DAILY, november(16))
        assert paid.state(november(16)) is BillState.PAID
        left = paid.unpaid(fee, DAILY, november(18))
        assert left.state(november(30)) is BillState.PARTIAL
        assert dues(left, DAILY, 30) == (0, 50)
        assert dues(left, NO_FEE, 30) == (0, 50)
        settled = left.paid(fee, DAILY, november(30))
        assert settled.state(november(30)) is BillState.PAID

    def test_a_late_fee_that_was_left_is_counted_anew_when_principal_comes_back(self):
        fee, rest = Parts(0, 50), Parts(100_000, 0)
        left = BILL.paid(fee, DAILY, november(16)).paid(rest, DAILY, november(16))
        undone = left.unpaid(fee, DAILY, november(16)).unpaid(rest, DAILY, november(16))
        assert undone.late_fee_left_minor == 0
        assert dues(undone, DAILY, 17) == dues(BILL, DAILY, 17)

    @given(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 20_000)), max_size=4), st.data())
    def test_what_is_taken_back_in_any_order_on_one_day_was_never_paid(self, payments, data):
        bill, taken = BILL, []
        for day, amount in sorted(payments):
            on = BusinessDate.of(november(1).replace(day=1 + day))
            parts = split(amount, bill.dues(DAILY, on), None, AmountRule(AmountRuleKind.PARTIAL))
            if parts is not None:
                bill = bill.paid(parts, DAILY, on)
                taken.append(parts)
        for parts in data.draw(st.permutations(taken)):
            bill = bill.unpaid(parts, DAILY, november(28))
        assert (bill.paid_principal_minor, bill.paid_late_fee_minor) == (0, 0)
        assert bill.outstanding_minor == BILL.amount_minor
        assert bill.dues(DAILY, november(28)).late_fee_minor <= BILL.dues(DAILY, november(28)).late_fee_minor


class TestSplit:
    owed = Dues(100_000, 1_500)

    def test_the_payable_settles_both_parts(self):
        assert split(101_500, self.owed, None, EXACT) == Parts(100_000, 1_500)

    @pytest.mark.parametrize("amount", [0, 101_499, 101_501, 1_000])
    def test_exact_takes_nothing_else(self, amount):
        assert split(amount, self.owed, None, EXACT) is None

    def test_a_part_covers_late_fee_first_then_principal(self):
        assert split(1_000, self.owed, None, PARTIAL) == Parts(0, 1_000)
        assert split(3_000, self.owed, None, PARTIAL) == Parts(1_500, 1_500)

    @pytest.mark.parametrize("amount", [999, 1_500, 102_000])
    def test_a_part_obeys_the_merchant_s_rule(self, amount):
        assert split(amount, self.owed, None, PARTIAL) is None

    def test_what_was_quoted_settles_the_bill_and_the_rest_is_waived(self):
        quoted = Dues(100_000, 1_200)
        assert split(101_200, self.owed, quoted, EXACT) == Parts(100_000, 1_200, 300)

    def test_an_amount_that_is_neither_is_a_part_or_nothing(self):
        quoted = Dues(100_000, 1_200)
        assert split(101_300, self.owed, quoted, EXACT) is None
        assert split(2_000, self.owed, quoted, PARTIAL) == Parts(500, 1_500)

    @given(st.integers(0, 300_000), st.integers(0, 200_000), st.integers(0, 5_000), st.integers(0, 5_000))
    def test_the_parts_are_the_amount_and_never_more_than_is_owed(self, amount, principal, late, since):
        owed, quoted = Dues(principal, late + since), Dues(principal, late)
        parts = split(amount, owed, quoted, AmountRule(AmountRuleKind.PARTIAL))
        if parts is None:
            assert amount > owed.payable_minor or amount == 0
        else:
            assert parts.principal_minor + parts.late_fee_minor == amount
            assert 0 <= parts.principal_minor <= owed.principal_minor
            assert 0 <= parts.late_fee_minor + parts.waived_minor <= owed.late_fee_minor


class TestChangesOfTheRule:
    """The rule of its due date applies to a bill."""

    DOUBLED = LateFeeRule(LateFeeKind.DAILY, rate_billionths=1_000_000, grace_days=0)

    def test_a_bill_that_fell_due_before_keeps_its_fee_and_its_rate(self):
        changed = DAILY.amended(self.DOUBLED, november(20))
        assert [dues(BILL, changed, day) for day in (19, 20, 25)] == [
            dues(BILL, DAILY, day) for day in (19, 20, 25)
        ]

    @pytest.mark.parametrize(("due", "rule"), [(19, DAILY), (20, DOUBLED), (21, DOUBLED)])
    def test_the_due_date_decides(self, due, rule):
        bill = replace(BILL, due_date=november(due))
        assert dues(bill, DAILY.amended(self.DOUBLED, november(20)), 29) == dues(bill, rule, 29)

    def test_payments_and_reversals_go_on_under_it_too(self):
        changed = DAILY.amended(self.DOUBLED, november(20))
        part = Parts(40_000, 0)
        for rule in (DAILY, changed):
            paid = BILL.paid(part, rule, november(22))
            back = paid.unpaid(part, rule, november(24))
            assert (paid.fee_base, back.fee_base) == (700_000, 820_000)
            assert dues(back, rule, 25) == (100_000, 460)

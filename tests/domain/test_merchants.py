import datetime as dt
import json
from dataclasses import replace

import pytest

from offline_collect.domain.commands import Channel
from offline_collect.domain.dated_rules import chain
from offline_collect.domain.errors import RuleError
from offline_collect.domain.late_fee import LateFeeKind, LateFeeRule
from offline_collect.domain.merchant_documents import (
    Rules,
    account_from_document,
    rules_from_document,
    rules_to_document,
)
from offline_collect.domain.merchants import (
    ACCOUNTS_MAX,
    AmountRule,
    AmountRuleKind,
    FeeRule,
    Merchant,
    SettlementAccount,
    is_merchant_id,
)
from offline_collect.domain.payer_fee import PayerFee
from tests.support.samples import SCHOOL

DAY = dt.timedelta(days=1)
NEW_YEAR = dt.date(2027, 1, 1)
EXACT = AmountRule()
PARTIAL = AmountRule(AmountRuleKind.PARTIAL, least_minor=1_000, step_minor=500)


@pytest.mark.parametrize(("amount", "taken"), [(999, False), (1_000, True), (1_250, False), (1_500, True)])
def test_a_part_is_at_least_the_least_and_a_multiple_of_the_step(amount, taken):
    assert PARTIAL.takes_part(amount, 5_000) is taken


def test_a_part_is_less_than_the_payable():
    assert not PARTIAL.takes_part(5_000, 5_000)
    assert not PARTIAL.takes_part(5_500, 5_000)


def test_exact_takes_no_part():
    assert not EXACT.takes_part(1_000, 5_000)


@pytest.mark.parametrize(
    ("least", "step", "payable", "smallest"),
    [
        (1_000, 500, 5_000, 1_000),
        (1_001, 500, 5_000, 1_500),
        (1_000, 500, 700, 700),
        (1_200, 1_000, 1_999, 1_999),
    ],
)
def test_the_least_payable_is_an_amount_that_would_be_taken(least, step, payable, smallest):
    rule = AmountRule(AmountRuleKind.PARTIAL, least, step)
    assert rule.least_payable(payable) == smallest
    assert smallest == payable or rule.takes_part(smallest, payable)


def test_exact_s_least_payable_is_the_payable():
    assert EXACT.least_payable(5_000) == 5_000


@pytest.mark.parametrize("parts", [(0, 1), (1, 0)])
def test_an_amount_rule_of_nothing_is_refused(parts):
    with pytest.raises(RuleError, match="amount: least and step must be more than 0"):
        AmountRule(AmountRuleKind.PARTIAL, *parts)


@pytest.mark.parametrize(
    "part", [{"flat_minor": -1}, {"rate_billionths": -1}, {"grace_days": -1}, {"cap_minor": -1}]
)
def test_a_late_fee_rule_has_no_negative_part(part):
    with pytest.raises(RuleError, match="late_fee: amounts, rate and days may not be negative"):
        LateFeeRule(LateFeeKind.DAILY, **part)


def test_a_fee_is_charged_by_its_kind():
    assert LateFeeRule().fee_minor(1_000_000) == 0
    assert LateFeeRule(LateFeeKind.FLAT, flat_minor=300).fee_minor(1) == 300
    assert LateFeeRule(LateFeeKind.DAILY, rate_billionths=500_000).fee_minor(1_000_000) == 500


@pytest.mark.parametrize("kind", LateFeeKind)
def test_what_was_never_late_costs_nothing(kind):
    rule = LateFeeRule(kind, flat_minor=300, rate_billionths=500_000)
    assert rule.fee_minor(0) == 0
    assert rule.fee_minor(-1_000_000) == 0


def test_a_fee_never_exceeds_its_cap():
    rule = LateFeeRule(LateFeeKind.DAILY, rate_billionths=500_000, cap_minor=400)
    assert rule.fee_minor(700_000) == 350
    assert rule.fee_minor(1_000_000) == 400
    assert LateFeeRule(LateFeeKind.FLAT, flat_minor=300, cap_minor=0).fee_minor(1) == 0


@pytest.mark.parametrize(
    "part", [{"per_payment_minor": -1}, {"rate_billionths": -1}, {"least_minor": -1}, {"most_minor": -1}]
)
def test_a_fee_rule_has_no_negative_part(part):
    with pytest.raises(RuleError, match="fee: amounts and rate may not be negative"):
        FeeRule(**part)


def test_a_fee_s_bounds_agree():
    with pytest.raises(RuleError, match="most may not be less than least"):
        FeeRule(least_minor=11, most_minor=10)


@pytest.mark.parametrize(
    ("amount", "fee"), [(1, 30), (10_000, 30), (20_000, 40), (20_500, 41), (20_499, 40), (1_000_000, 500)]
)
def test_the_bank_s_fee_is_a_part_a_payment_and_a_part_of_its_amount_within_bounds(amount, fee):
    rule = FeeRule(per_payment_minor=20, rate_billionths=1_000_000, least_minor=30, most_minor=500)
    assert rule.fee_of(amount, NEW_YEAR) == fee


def test_without_bounds_there_is_no_least_and_no_most():
    rule = FeeRule(rate_billionths=500_000_000)
    assert (rule.fee_of(1_000_000_000, NEW_YEAR), rule.fee_of(0, NEW_YEAR)) == (500_000_000, 0)
    assert FeeRule().fee_of(1_000_000, NEW_YEAR) == 0


def test_the_fee_of_a_payment_is_what_the_rule_of_its_business_date_says():
    rule = chain([(None, FeeRule(10)), (NEW_YEAR, FeeRule(rate_billionths=2_000_000))])
    eve = NEW_YEAR - dt.timedelta(days=1)
    assert (rule.fee_of(50_000, eve), rule.fee_of(50_000, NEW_YEAR)) == (10, 100)


def test_rules_survive_their_document():
    daily = LateFeeRule(LateFeeKind.DAILY, 1, 500_000, 5, 5_000)
    merchant = Merchant(
        "WATER001",
        "清源自来水",
        "water",
        SettlementAccount("6222000000000001"),
        amount_rule=PARTIAL,
        late_fee=chain([(None, daily), (NEW_YEAR, LateFeeRule())]),
        fee=chain([(None, FeeRule(10, 1_000_000, 10, 500)), (NEW_YEAR, FeeRule(20))]),
        limits_minor={Channel.TELLER: 5_000_000},
        untold=frozenset({"REVERSED"}),
        maker_checker=True,
        also_told=frozenset({"OVERDUE"}),
    )
    document = json.loads(json.dumps(rules_to_document(merchant)))
    assert rules_from_document(document) == Rules(
        merchant.amount_rule,
        merchant.late_fee,
        merchant.fee,
        merchant.limits_minor,
        merchant.untold,
        merchant.maker_checker,
        also_told=merchant.also_told,
    )


def test_rules_that_were_written_before_there_were_changes_and_makers_are_read():
    document = rules_to_document(
        Merchant("M", "名", "t", SettlementAccount("6222000000000001"), fee=FeeRule(10))
    )
    del document["untold"], document["maker_checker"]
    read = rules_from_document(document)
    assert (read.fee, read.late_fee) == (FeeRule(10), LateFeeRule())
    assert (read.untold, read.maker_checker) == (frozenset(), False)


def read_again(account):
    document = json.loads(json.dumps(rules_to_document(Merchant("M", "名", "t", account))))
    return account_from_document(account.number, document)


def test_another_account_holds_from_the_day_after_the_open_one():
    first = SettlementAccount("A-1")
    moved = first.moved_to(SettlementAccount("A-2"), NEW_YEAR)
    merchant = Merchant("M", "名", "t", moved)
    assert [merchant.account_on(NEW_YEAR).number, merchant.account_on(NEW_YEAR + DAY).number] == [
        "A-1",
        "A-2",
    ]
    assert moved.moved_to(SettlementAccount("A-2"), NEW_YEAR) == moved
    assert moved.moved_to(SettlementAccount("A-3"), NEW_YEAR) == first.moved_to(
        SettlementAccount("A-3"), NEW_YEAR
    )
    assert moved.moved_to(SettlementAccount("A-1"), NEW_YEAR) == first


@pytest.mark.parametrize("moves", [0, 1, 3])
def test_accounts_are_read_as_they_were_written(moves):
    account = SettlementAccount("A-0")
    for nth in range(1, moves + 1):
        account = account.moved_to(SettlementAccount(f"A-{nth}"), NEW_YEAR + nth * DAY)
    assert read_again(account) == account
    assert ("account" in rules_to_document(Merchant("M", "名", "t", account))) is (moves > 0)


def test_bank_and_holder_are_of_the_account_and_change_with_it():
    account = SettlementAccount("A-0", name="阳光小学")
    account = account.moved_to(SettlementAccount("A-0", "102100099996", "阳光小学"), NEW_YEAR)
    assert read_again(account) == account
    assert account.on(NEW_YEAR).bank is None
    assert account.on(NEW_YEAR + DAY).bank == "102100099996"
    assert account.moved_to(account.terms(), NEW_YEAR + DAY) is account
    assert "阳光" not in repr(account)
    whole = SettlementAccount("A-0", "102100099996", "阳光小学")
    assert read_again(whole) == whole


def test_so_many_former_accounts_are_kept_and_the_oldest_forgotten():
    account = SettlementAccount("A-0")
    for nth in range(ACCOUNTS_MAX + 5):
        account = account.moved_to(SettlementAccount(f"B-{nth}"), NEW_YEAR + nth * DAY)
    numbers = [each.number for each in account.history()]
    assert (len(numbers), numbers[0], numbers[-1]) == (ACCOUNTS_MAX, "B-5", f"B-{ACCOUNTS_MAX + 4}")
    assert account.on(NEW_YEAR).number == "B-5"


def test_a_merchant_never_shows_its_account():
    assert "6222000000000001" not in repr(
        Merchant(
            "M", "名", "t", SettlementAccount("6222000000000001").moved_to(SettlementAccount("A-2"), NEW_YEAR)
        )
    )


@pytest.mark.parametrize("merchant_id", ["A", "7", "SCHOOL01", "a.b-c_d", "x" * 15])
def test_a_merchant_may_have_such_an_id(merchant_id):
    assert is_merchant_id(merchant_id)


@pytest.mark.parametrize(
    "merchant_id", ["", ".", "..", "-rf", "_x", ".hidden", "x" * 16, "a/b", "a b", "学校", "A\n"]
)
def test_an_id_that_could_be_a_folder_or_an_option_is_none(merchant_id):
    assert not is_merchant_id(merchant_id)


def test_payers_fees_are_read_back_as_they_were_written():
    fees = (
        PayerFee(Channel.KIOSK, "1234", 3_000, 10_000_000, per_bill=False),
        PayerFee(fixed_minor=500),
    )
    document = rules_to_document(replace(SCHOOL, payer_fees=fees))
    assert rules_from_document(document).payer_fees == fees
    assert "payer_fees" not in rules_to_document(SCHOOL)


def test_oldest_first_takes_no_part():
    rule = AmountRule(AmountRuleKind.OLDEST_FIRST)
    assert (rule.takes_part(50, 100), rule.least_payable(100)) == (False, 100)

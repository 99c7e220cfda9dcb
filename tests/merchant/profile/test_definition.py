"""merchant.yaml: what it is read as, and which paths are refused."""

import pytest
import yaml

from offline_collect.domain.commands import Channel
from offline_collect.domain.late_fee import LateFeeKind
from offline_collect.domain.merchant_documents import rules_from_document, rules_to_document
from offline_collect.domain.merchants import AmountRuleKind
from offline_collect.domain.payer_fee import PayerFee
from offline_collect.domain.settlement.cycles import SettlementTerms, parse_cycle
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.merchant.common.errors import DocumentError
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.render import describe_merchant, merchant_document

WATER = """
id: WATER001
name: 清源自来水
trade: water
settlement_account: "6222000000000001"
amount: {rule: PARTIAL, least: "10.00", step: "10.00"}
late_fee: {rule: DAILY, rate: "0.0005", grace_days: 5, cap: "50.00"}
fee: {per_payment: "0.10", rate: "0.001", least: "0.10", most: "5.00"}
limits: {TELLER: "50000.00", KIOSK: "5000.00"}
notices: false
"""
LEAST = "id: M1\nname: 名\ntrade: t\nsettlement_account: A-1\n"


def read(text, currency="156"):
    return read_merchant(yaml.safe_load(text), "m.yaml", currency)


def problems(text):
    with pytest.raises(DocumentError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_full_document_becomes_minor_units_and_billionths():
    merchant = read(WATER)
    assert (merchant.merchant_id, merchant.name, merchant.currency) == ("WATER001", "清源自来水", "156")
    assert merchant.amount_rule.kind is AmountRuleKind.PARTIAL
    assert (merchant.amount_rule.least_minor, merchant.amount_rule.step_minor) == (1000, 1000)
    late = merchant.late_fee
    assert (late.kind, late.rate_billionths, late.grace_days, late.cap_minor) == (
        LateFeeKind.DAILY,
        500_000,
        5,
        5000,
    )
    fee = merchant.fee
    assert (fee.per_payment_minor, fee.rate_billionths, fee.least_minor, fee.most_minor) == (
        10,
        1_000_000,
        10,
        500,
    )
    assert merchant.limits_minor == {Channel.TELLER: 5_000_000, Channel.KIOSK: 500_000}


def test_what_is_left_out_asks_for_nothing_special():
    merchant = read(LEAST)
    assert merchant.amount_rule.kind is AmountRuleKind.EXACT
    assert merchant.late_fee.kind is LateFeeKind.NONE
    assert merchant.limits_minor == {}
    assert merchant.notices is False


def test_a_rule_may_stand_alone():
    assert read(LEAST + "late_fee: NONE\namount: EXACT") == read(LEAST)


def test_amounts_count_in_the_merchants_own_currency():
    assert read(LEAST + 'currency: JPY\nlimits: {TELLER: "500"}').limits_minor == {Channel.TELLER: 500}
    assert read(LEAST, currency="840").currency == "840"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "must be a mapping of keys to values"),
        (
            LEAST.replace("id: M1", "id: 学校"),
            "id: must be 1 to 15 letters, digits, dots, dashes or underscores",
        ),
        (LEAST.replace("id: M1", "id: 12"), "id: must be a string; quote it"),
        (LEAST.replace("name: 名", "name: ''"), "name: must not be empty"),
        (LEAST.replace("name: 名", "name: ' 名'"), "name: must not begin or end with a space"),
        (LEAST.replace("name: 名", r'name: "a\u0007"'), "name: must not hold control characters"),
        (LEAST.replace("name: 名", r'name: "名\uFE0F"'), "name: must not hold invisible characters"),
        (LEAST.replace("name: 名", r'name: "\u3164"'), "name: must not hold invisible characters"),
        (LEAST.replace("A-1", '"1 2"'), "settlement_account: must be 1 to 32 letters, digits or dashes"),
        (LEAST + "account: x", "account: unknown key; known here: id, name, trade,"),
        (LEAST + "currency: XYZ", "currency: must be a currency of ISO 4217"),
        (LEAST + "currency: 044", "currency: must be a currency of ISO 4217"),
        (LEAST + "currency: [CNY]", "currency: must be a currency of ISO 4217"),
        (LEAST + "amount: {rule: PARTIAL, least: 10.00}", "amount.least: must be an amount in quotes"),
        (LEAST + "amount: {rule: PARTIAL, least: '0.00'}", "amount.least: must be greater than 0"),
        (
            LEAST + "amount: {rule: PARTIAL, least: '1.234'}",
            "amount.least: 1.234 has more than the 2 decimals",
        ),
        (LEAST + "amount: {rule: PARTIAL, least: '-1'}", "amount.least: must be 0 or more"),
        (LEAST + "amount: {rule: EXACT, step: '1.00'}", "amount: rule EXACT has no step"),
        (LEAST + "amount: {rule: SOME}", "amount.rule: must be 'EXACT', 'OLDEST_FIRST' or 'PARTIAL'"),
        (LEAST + "late_fee: {rule: DAILY}", "late_fee: rule DAILY needs rate"),
        (LEAST + "late_fee: {rule: FLAT}", "late_fee: rule FLAT needs amount"),
        (LEAST + "late_fee: {rule: NONE, cap: '1.00'}", "late_fee: rule NONE has no cap"),
        (
            LEAST + "late_fee: {rule: DAILY, rate: 0.0005}",
            "late_fee.rate: must be a rate from 0 to 1 in quotes",
        ),
        (
            LEAST + "late_fee: {rule: DAILY, rate: '1.5'}",
            "late_fee.rate: must be a rate from 0 to 1 in quotes",
        ),
        (
            LEAST + "late_fee: {rule: DAILY, rate: '0.1', grace_days: -1}",
            "late_fee.grace_days: must be greater",
        ),
        (LEAST + "fee: {least: '2.00', most: '1.00'}", "fee: most must not be under least"),
        (
            LEAST + "limits: {WINDOW: '1.00'}",
            "limits.WINDOW: must be 'TELLER', 'KIOSK', 'MOBILE' or 'ONLINE'",
        ),
        (
            LEAST + "limits: {TELLER: '9999999999999'}",
            "limits.TELLER: must be 0 or more, and have at most 12 digits",
        ),
        (LEAST + "notices: yes please", "notices: must be true or false"),
        (LEAST + "payer_fees: [{channel: KIOSK}]", "payer_fees[0]: needs an amount or a rate over 0"),
        (
            LEAST + "payer_fees: [{institution: '0123', amount: '1.00'}]",
            "payer_fees[0].institution: must be DE 32 in quotes, without leading zeros",
        ),
        (LEAST + "amount: {rule: OLDEST_FIRST, least: '1.00'}", "amount: rule OLDEST_FIRST has no least"),
    ],
)
def test_a_wrong_document_is_refused_with_its_path(text, problem):
    (found,) = problems(text)
    assert found.startswith(problem)


def test_every_problem_is_told_at_once():
    assert len(problems("id: 1\nlimits: {X: 1}")) == 6


@pytest.mark.parametrize(
    "text",
    [
        WATER,
        LEAST,
        LEAST + "late_fee: {rule: FLAT, amount: '5.00', grace_days: 3}",
        LEAST + "fee: {rate: '1'}",
    ],
)
def test_what_is_described_reads_back_the_same(text):
    merchant = read(text)
    described = describe_merchant(merchant, None)
    assert merchant.settlement_account.number not in str(described)
    kept = {key: value for key, value in described.items() if key not in {"status", "form_version"}}
    again = read_merchant({**kept, "settlement_account": merchant.settlement_account.number}, "shown")
    assert again == merchant


def test_a_short_account_is_hidden_whole():
    assert (mask_account("6222000000000001"), mask_account("12345678")) == ("***0001", "***")


def test_payers_are_charged_by_channel_and_institution():
    text = (
        LEAST
        + 'payer_fees: [{channel: KIOSK, institution: "1234", amount: "30.00", rate: "0.01", per: PAYMENT},'
        ' {amount: "5.00"}]'
    )
    merchant = read(text)
    assert merchant.payer_fees == (
        PayerFee(Channel.KIOSK, "1234", 3_000, 10_000_000, per_bill=False),
        PayerFee(fixed_minor=500),
    )
    shown = merchant_document(merchant)["payer_fees"]
    assert shown == [
        {"channel": "KIOSK", "institution": "1234", "amount": "30.00", "rate": "0.01", "per": "PAYMENT"},
        {"amount": "5.00", "per": "BILL"},
    ]
    assert rules_from_document(rules_to_document(merchant)).payer_fees == merchant.payer_fees


def test_bills_may_have_to_be_paid_oldest_first():
    merchant = read(LEAST + "amount: OLDEST_FIRST")
    assert merchant.amount_rule.kind is AmountRuleKind.OLDEST_FIRST
    assert merchant_document(merchant)["amount"] == {"rule": "OLDEST_FIRST"}


SETTLEMENT = """
settlement:
  cycle: {weekly: Friday}
  least: "100.00"
  fees: monthly
  account_bank: "102100099996"
  account_name: 阳光小学食堂
"""


def test_terms_of_settlement_are_read_with_the_accounts_bank_and_holder():
    merchant = read(LEAST + SETTLEMENT)
    assert merchant.settlement == SettlementTerms(parse_cycle("weekly: friday"), 10_000, fees_monthly=True)
    account = merchant.settlement_account
    assert (account.number, account.bank, account.name) == ("A-1", "102100099996", "阳光小学食堂")
    document = merchant_document(merchant)
    assert read_merchant(document, "again") == merchant
    assert document["settlement"]["cycle"] == "weekly: friday"
    assert "食" not in str(describe_merchant(merchant, None))
    assert "阳光小学食堂" in str(describe_merchant(merchant, None, whole=True))
    assert "settlement" not in merchant_document(read(LEAST))


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ("{cycle: T+2}", "settlement.cycle: must be T+0, T+1, a weekday"),
        ("{cycle: {monthly: 32}}", "settlement.cycle: must be T+0"),
        ("{cycle: {weekly: friday, monthly: 1}}", "settlement.cycle: must be T+0"),
        ("{fees: yearly}", "settlement.fees: must be 'netted' or 'monthly'"),
        ('{account_bank: "1 2"}', "settlement.account_bank: must be 1 to 14 letters or digits"),
        (f"{{account_name: {'名' * 31}}}", "settlement.account_name: must have at most 60 bytes"),
        ("{account: A-2}", "settlement.account: unknown key"),
    ],
)
def test_terms_that_cannot_be_are_refused(terms, problem):
    with pytest.raises(DocumentError) as caught:
        read(f"{LEAST}settlement: {terms}\n")
    assert problem in str(caught.value)

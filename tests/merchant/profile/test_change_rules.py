"""Rules changed by their paths: the resulting merchant, and which paths are refused."""

import datetime as dt
from dataclasses import replace

import pytest
import yaml

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.commands import Channel
from offline_collect.domain.late_fee import LateFeeKind
from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.merchants import AmountRuleKind
from offline_collect.merchant.common.errors import DocumentError
from offline_collect.merchant.common.yaml_documents import keys_of, section_of
from offline_collect.merchant.profile.change_rules import from_values, with_document, with_values
from offline_collect.merchant.profile.definition import MerchantDocument, read_merchant
from offline_collect.merchant.profile.render import describe_merchant, differences, merchant_document

WATER = read_merchant(
    yaml.safe_load("""
id: WATER001
name: 清源自来水
trade: water
settlement_account: "6222000000000001"
amount: {rule: PARTIAL, least: "10.00", step: "10.00"}
late_fee: {rule: DAILY, rate: "0.0005", grace_days: 5, cap: "50.00"}
fee: {per_payment: "0.10", rate: "0.001", least: "0.10", most: "5.00", tiers: [{from: 2027-06-01, rate: "0.002"}]}
limits: {TELLER: "50000.00", KIOSK: "5000.00"}
notices: true
"""),
    "m.yaml",
)
SINCE = dt.date(2026, 11, 23)
PLANNED = dt.date(2027, 6, 1)


def changed(values, since=SINCE):
    return with_values(WATER, values, since)


def problems(change, *arguments):
    with pytest.raises(DocumentError) as caught:
        change(*arguments)
    return [str(problem) for problem in caught.value.problems]


def test_a_new_merchant_is_read_from_single_values_as_from_a_file():
    given = {
        "name": "清源自来水",
        "trade": "water",
        "settlement_account": "6222000000000001",
        "amount.rule": "PARTIAL",
        "amount.least": "10.00",
        "amount.step": "10.00",
        "late_fee.rule": "DAILY",
        "late_fee.rate": "0.0005",
        "late_fee.grace_days": "5",
        "late_fee.cap": "50.00",
        "fee.per_payment": "0.10",
        "fee.rate": "0.001",
        "fee.least": "0.10",
        "fee.most": "5.00",
        "limits.TELLER": "50000.00",
        "limits.KIOSK": "5000.00",
        "notices": "true",
    }
    made = from_values("WATER001", given, "156")
    assert made == replace(WATER, fee=WATER.fee.history()[0])


def test_a_new_merchant_of_few_values_has_the_rules_of_a_short_file():
    few = {"name": "n", "trade": "t", "settlement_account": "1"}
    assert from_values("M1", few, "156") == read_merchant({"id": "M1", **few}, "m.yaml")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "name: is missing"),
        ({"name": "n", "trade": "t", "settlement_account": "1", "id": "M2"}, "id: never changes"),
        ({"late_fee.rule": "DAILY"}, "late_fee: rule DAILY needs rate"),
    ],
)
def test_a_new_merchant_that_cannot_be_names_the_path(values, problem):
    assert any(each.startswith(problem) for each in problems(from_values, "M1", values, "156"))


def test_what_is_not_about_fees_changes_at_once():
    merchant = changed(
        {
            "name": "清源水务",
            "limits.TELLER": "80000.00",
            "limits.KIOSK": "null",
            "limits.MOBILE": "100.00",
            "amount.step": "5.00",
            "settlement_account": "A-1",
            "maker_checker": "true",
            "notices.reversed": "false",
            "notices.debit_failed": "true",
        }
    )
    assert (merchant.name, merchant.settlement_account.number, merchant.maker_checker) == (
        "清源水务",
        "A-1",
        True,
    )
    assert merchant.limits_minor == {Channel.TELLER: 8_000_000, Channel.MOBILE: 10_000}
    assert (merchant.amount_rule.least_minor, merchant.amount_rule.step_minor) == (1_000, 500)
    assert (merchant.notices, merchant.untold) == (True, {"REVERSED"})
    assert (merchant.fee, merchant.late_fee) == (WATER.fee, WATER.late_fee)


def test_kinds_of_notices_that_may_surprise_are_switched_on_one_by_one():
    usual = changed({"notices": "true"})
    assert (usual.notices, usual.untold, usual.also_told) == (True, frozenset(), frozenset())
    asked = changed({"notices.due_soon": "true", "notices.bill_imported": "true", "notices.paid": "false"})
    assert [asked.tells(kind) for kind in ("DUE_SOON", "BILL_IMPORTED", "OVERDUE", "PAID", "REVERSED")] == [
        *(True, True, False, False, True)
    ]
    alone = with_values(replace(WATER, notices=False), {"notices.debit_failed": "true"}, None)
    assert (alone.notices, alone.untold) == (True, {"PAID", "REVERSED"})
    none = changed({"notices": "false"})
    assert (none.notices, none.also_told, none.tells("PAID")) == (False, frozenset(), False)


def test_fees_change_from_a_date_on_and_later_plans_stay():
    merchant = changed({"fee.per_payment": "0.20", "fee.most": "null"})
    assert [rule.starts for rule in merchant.fee.history()] == [None, SINCE, PLANNED]
    before, since, planned = merchant.fee.history()
    assert (before.per_payment_minor, before.most_minor) == (10, 500)
    assert (since.per_payment_minor, since.rate_billionths, since.most_minor) == (20, 1_000_000, None)
    assert planned.rate_billionths == 2_000_000


def test_a_change_builds_on_what_holds_on_its_date():
    merchant = with_values(WATER, {"fee.least": "0.50"}, PLANNED + dt.timedelta(days=1))
    assert merchant.fee.rate_billionths == 2_000_000
    assert merchant.fee.least_minor == 50


def test_where_nothing_has_happened_the_first_rule_changes():
    merchant = changed({"late_fee.rate": "0.001", "fee.rate": "0.003"}, None)
    assert merchant.late_fee.former is None
    assert merchant.late_fee.rate_billionths == 1_000_000
    assert [rule.starts for rule in merchant.fee.history()] == [None, PLANNED]
    assert merchant.fee.on(SINCE).rate_billionths == 3_000_000


@pytest.mark.parametrize(
    "values",
    [
        {"late_fee.rule": "FLAT", "late_fee.amount": "3.00"},
        {"late_fee.amount": "3.00", "late_fee.rule": "FLAT"},
    ],
)
def test_another_rule_begins_without_the_parts_of_the_former(values):
    rule = changed(values).late_fee
    assert (rule.kind, rule.flat_minor, rule.grace_days, rule.cap_minor) == (LateFeeKind.FLAT, 300, 0, None)
    assert changed({"late_fee": "NONE"}).late_fee.kind is LateFeeKind.NONE
    assert changed({"amount": "EXACT"}).amount_rule.kind is AmountRuleKind.EXACT


def test_terms_of_settlement_change_in_parts():
    merchant = changed({"settlement.cycle": "monthly: 31", "settlement.account_name": "清源公司"})
    assert (str(merchant.settlement.cycle), merchant.settlement_account.name) == ("monthly: 31", "清源公司")
    again = with_values(merchant, {"settlement.fees": "monthly", "settlement.account_name": "null"}, SINCE)
    assert (str(again.settlement.cycle), again.settlement.fees_monthly) == ("monthly: 31", True)
    assert again.settlement_account.name is None


def test_a_merchant_s_own_addresses_change_in_parts():
    merchant = changed({"contacts.email": "office@water.example", "notices.statement_ready": "true"})
    assert (merchant.contacts, merchant.tells("STATEMENT_READY")) == (
        MerchantContacts(email="office@water.example"),
        True,
    )
    again = with_values(merchant, {"contacts.mobile": "+86 139-0000-1234", "contacts.email": "null"}, SINCE)
    assert again.contacts == MerchantContacts(mobile="+86 139-0000-1234")
    with pytest.raises(DocumentError, match=r"notices\.statement_ready needs an address of the merchant"):
        with_values(again, {"contacts": "null"}, SINCE)
    assert not with_values(again, {"contacts": "null", "notices.statement_ready": "false"}, SINCE).contacts


def test_the_same_rule_keeps_its_parts():
    rule = changed({"late_fee.rule": "DAILY", "late_fee.grace_days": "7"}).late_fee
    assert (rule.rate_billionths, rule.grace_days, rule.cap_minor) == (500_000, 7, 5_000)


def test_what_is_the_same_changes_nothing():
    assert changed({"fee.rate": "0.001", "name": "清源自来水", "late_fee.cap": "50.00"}) == WATER


def test_every_key_can_be_given_but_those_that_never_change():
    document = merchant_document(WATER) | {"late_fee": {"rule": "FLAT", "amount": "1.00", "grace_days": 1}}
    shown = {path: str(value) for path, _, value in differences({}, document) if "tiers" not in path}
    flags = {path: text.lower() if text in {"True", "False"} else text for path, text in shown.items()}
    for key in ("id", "currency"):
        del flags[key]
    merchant = changed(flags)
    assert merchant.late_fee.kind is LateFeeKind.FLAT
    given = {path.partition(".")[0] for path in flags}
    few = {"payer_fees", "settlement", "contacts"}
    assert given == set(keys_of(MerchantDocument)) - {"id", "currency", *few}
    assert section_of(MerchantDocument, "notices") is not None


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("foo", "1", "foo: unknown key; known here: name, trade, settlement_account, amount,"),
        ("fee.foo", "1", "fee.foo: unknown key; known here: per_payment, rate, least, most, tiers"),
        ("id", "X", "id: never changes"),
        ("currency", "USD", "currency: never changes"),
        ("contacts.mobile", "139x", "contacts.mobile: must be a mobile number in quotes"),
        ("contacts.email", "office", "contacts.email: must be an e-mail address"),
        ("contacts.app_user", "", "contacts.app_user: must not be empty"),
        ("status", "CLOSED", "status: is changed by `merchant suspend`"),
        ("name.first", "x", "name.first: name has no parts"),
        ("payer_fees", "null", "payer_fees: is a list: it is changed by --file"),
        ("fee.tiers", "x", "fee.tiers: is changed by --from DATE"),
        ("fee.tiers[0].rate", "0", "fee.tiers[0].rate: is changed by --from DATE"),
        ("fee.rate", "2", "fee.rate: must be a rate from 0 to 1"),
        ("fee.most", "0.01", "fee: most must not be under least"),
        ("limits.TELLER", "1.234", "limits.TELLER: 1.234 has more than the 2 decimals"),
        ("limits.WINDOW", "1.00", "limits.WINDOW: must be 'TELLER'"),
        ("late_fee.grace_days", "five", "late_fee.grace_days: must be a whole number"),
        ("late_fee.amount", "1.00", "late_fee: rule DAILY has no amount"),
        ("late_fee.rate", "null", "late_fee: rule DAILY needs rate"),
        ("maker_checker", "maybe", "maker_checker: must be true or false"),
        ("notices", "maybe", "notices: must be true or false"),
        ("name", "null", "name: is missing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(path, text, problem):
    (found,) = problems(changed, {path: text})
    assert found.startswith(problem)


def test_a_section_is_given_whole_or_in_parts():
    (found,) = problems(changed, {"late_fee": "NONE", "late_fee.rate": "0.1"})
    assert found == "late_fee.rate: give late_fee whole, or in parts"


def test_a_file_replaces_what_it_names_and_leaves_the_rest():
    merchant = with_document(WATER, {"limits": {"TELLER": "1.00"}, "fee": {"rate": "0.01"}}, "f.yaml", SINCE)
    assert merchant.limits_minor == {Channel.TELLER: 100}
    assert merchant.late_fee == WATER.late_fee
    before, since = merchant.fee.history()
    assert before == WATER.fee.history()[0]
    assert (since.starts, since.rate_billionths, since.per_payment_minor) == (SINCE, 10_000_000, 0)


def test_a_file_may_plan_changes():
    document = yaml.safe_load("fee: {rate: '0.001', tiers: [{from: 2027-01-01, per_payment: '0.30'}]}")
    planned = with_document(WATER, document, "f.yaml", SINCE).fee.history()
    assert [(rule.starts, rule.per_payment_minor) for rule in planned] == [
        (None, 10),
        (SINCE, 0),
        (dt.date(2027, 1, 1), 30),
    ]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "must be a mapping of keys to values"),
        ({"id": "OTHER"}, "id: never changes"),
        ({"currency": "USD"}, "currency: never changes"),
        ({"fee": {"tiers": [{"rate": "0.1"}]}}, "fee.tiers[0].from: is missing"),
        ({"fee": {"tiers": [{"from": "soon"}]}}, "fee.tiers[0].from: must be a date, such as 2027-01-01"),
        (
            {"fee": {"tiers": [{"from": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}]}},
            "fee.tiers[0].from: must be a date",
        ),
        ({"late_fee": {"rule": "NONE", "tiers": "x"}}, "late_fee.tiers: must be a list"),
        ({"late_fee": {"rule": "NONE", "tiers": [{"from": SINCE}]}}, "late_fee.tiers[0].rule: is missing"),
        (
            {"fee": {"tiers": [{"from": "2027-01-01"}, {"from": "2027-01-01"}]}},
            "fee: tiers: 2027-01-01 must not come after 2027-01-01; the earliest goes first",
        ),
        (
            {"fee": {"tiers": [{"from": f"{year}-01-01"} for year in range(2027, 2128)]}},
            "fee.tiers: must have at most",
        ),
        ({"fee": "cheap"}, "fee: must be a mapping of keys to values"),
    ],
)
def test_a_wrong_file_is_refused_with_its_path(document, problem):
    (found,) = problems(with_document, WATER, document, "f.yaml", SINCE)
    assert found.startswith(problem)


def test_what_is_described_with_plans_reads_back_the_same():
    merchant = changed({"late_fee.rate": "0.001", "fee.rate": "0.004"})
    assert read_merchant(merchant_document(merchant), "shown") == merchant
    assert merchant.settlement_account.number not in str(describe_merchant(merchant, None))


def test_differences_name_inputs_and_changes_by_what_they_are_called():
    before = {"a": 1, "inputs": [{"key": "no", "label": "x"}], "lines": ["one"]}
    after = {"b": 2, "inputs": [{"key": "no", "label": "y"}], "lines": ["one", "two"]}
    assert differences(before, after) == [
        ("b", None, 2),
        ("inputs[no].label", "x", "y"),
        ("lines[1]", None, "two"),
        ("a", 1, None),
    ]


def test_the_due_date_of_a_bill_is_what_a_change_of_the_late_fee_looks_at():
    rule = changed({"late_fee": "NONE"}).late_fee
    assert rule.on(BusinessDate(2026, 11, 22)).kind is LateFeeKind.DAILY
    assert rule.on(BusinessDate(2026, 11, 23)).kind is LateFeeKind.NONE

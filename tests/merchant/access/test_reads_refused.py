"""Each use case that reads refuses users without access, and masks what a user may not see."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission, Role
from offline_collect.domain.access.sessions import SessionTimes
from offline_collect.domain.payment_story import PaymentCriteria
from offline_collect.domain.reconciliation.records import ItemFilter
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.errors import RowProblem
from offline_collect.merchant.access import approvals
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.sessions import view_sessions
from offline_collect.merchant.access.view import check_audit, view_audit, view_organisations, view_users
from offline_collect.merchant.access.view_status import view_waiting
from offline_collect.merchant.entry.search import CustomerSearch, SearchInputError
from offline_collect.merchant.entry.view_bills import BillSearch, search_bills, view_bill
from offline_collect.merchant.entry.view_customers import search_customers, view_customer
from offline_collect.merchant.entry.view_history import view_changes
from offline_collect.merchant.forms.poster import poster_of
from offline_collect.merchant.forms.view import view_check, view_form, view_history
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.imports.result import Sample
from offline_collect.merchant.imports.template_workbook import template_of
from offline_collect.merchant.imports.view import problems_shown, sample_shown, view_import, view_imports
from offline_collect.merchant.mandates.view import view_mandate, view_mandates
from offline_collect.merchant.mappings.remember import view_mapping, view_mappings
from offline_collect.merchant.postings.view import view_suspense
from offline_collect.merchant.postings.view_payments import search_payments, view_payment
from offline_collect.merchant.profile.change_rules import with_values
from offline_collect.merchant.profile.lifecycle import change_merchant
from offline_collect.merchant.profile.view import currency_of, languages_of, view_merchant, view_merchants
from offline_collect.merchant.reports.day_sums_kept import DaySumsKept
from offline_collect.merchant.reports.paid_merchants_kept import PaidMerchantsKept
from offline_collect.merchant.reports.today import view_today
from offline_collect.settlement.reconciliation.view import view_items
from offline_collect.settlement.store_checks import begin_again, check_store
from offline_collect.settlement.view import view_days
from offline_collect.store import AuditFilter, Change
from offline_collect.translations import BOTH
from tests.merchant.documents import NOW
from tests.merchant.importing import bills_of
from tests.support.actors import person, user

OPERATOR, AUDITOR, CHECKER = (
    user(role.value.lower(), role) for role in (Role.OPERATOR, Role.AUDITOR, Role.CHECKER)
)
NOBODY = replace(user("nobody"), roles=frozenset())
ALL = CustomerSearch()
MINGS_NUMBER = "2026030117"

READS = {
    "items": (
        lambda desk, actor: view_items(desk.store, actor, ItemFilter(), NOW),
        NOBODY,
        Permission.VIEW,
    ),
    "today": (
        lambda desk, actor: view_today(
            desk.store, actor, DaySumsKept(lambda: 0.0), PaidMerchantsKept(lambda: 0.0)
        ),
        NOBODY,
        Permission.VIEW,
    ),
    "sessions": (
        lambda desk, actor: view_sessions(desk.store, actor, NOW, SessionTimes()),
        NOBODY,
        Permission.VIEW,
    ),
    "merchants": (lambda desk, actor: view_merchants(desk.store, actor), NOBODY, Permission.VIEW),
    "mappings": (lambda desk, actor: view_mappings(desk.store, "SCHOOL01", actor), NOBODY, Permission.VIEW),
    "mapping": (lambda desk, actor: view_mapping(desk.store, "SCHOOL01", 1, actor), NOBODY, Permission.VIEW),
    "merchant": (lambda desk, actor: view_merchant(desk.store, "SCHOOL01", actor), NOBODY, Permission.VIEW),
    "currency": (lambda desk, actor: currency_of(desk.store, "SCHOOL01", actor), NOBODY, Permission.VIEW),
    "languages": (lambda desk, actor: languages_of(desk.store, "SCHOOL01", actor), NOBODY, Permission.VIEW),
    "customer": (
        lambda desk, actor: view_customer(desk.store, "SCHOOL01", "C1", actor),
        NOBODY,
        Permission.VIEW,
    ),
    "customers": (
        lambda desk, actor: search_customers(desk.store, "SCHOOL01", ALL, actor, None, 5),
        NOBODY,
        Permission.VIEW,
    ),
    "customers by name": (
        lambda desk, actor: search_customers(
            desk.store, "SCHOOL01", CustomerSearch(name="王"), actor, None, 5
        ),
        AUDITOR,
        Permission.SEE_PERSONAL,
    ),
    "customers by mobile": (
        lambda desk, actor: search_customers(
            desk.store, "SCHOOL01", CustomerSearch(mobile="138"), actor, None, 5
        ),
        AUDITOR,
        Permission.SEE_PERSONAL,
    ),
    "customers by input": (
        lambda desk, actor: search_customers(
            desk.store, "SCHOOL01", CustomerSearch(inputs={"学号": MINGS_NUMBER}), actor, None, 5
        ),
        AUDITOR,
        Permission.SEE_PERSONAL,
    ),
    "bill": (lambda desk, actor: view_bill(desk.store, "SCHOOL01", "A", actor), NOBODY, Permission.VIEW),
    "bills": (
        lambda desk, actor: search_bills(desk.store, "SCHOOL01", BillSearch(), actor, None, 5),
        NOBODY,
        Permission.VIEW,
    ),
    "bills by name": (
        lambda desk, actor: search_bills(
            desk.store, "SCHOOL01", BillSearch(customer=CustomerSearch(name="王")), actor, None, 5
        ),
        AUDITOR,
        Permission.SEE_PERSONAL,
    ),
    "changes": (
        lambda desk, actor: view_changes(desk.store, Subject(SubjectType.BILL, "A", "SCHOOL01"), actor),
        NOBODY,
        Permission.VIEW,
    ),
    "mandate": (
        lambda desk, actor: view_mandate(desk.store, "SCHOOL01", "M1", actor),
        NOBODY,
        Permission.VIEW,
    ),
    "mandates": (
        lambda desk, actor: view_mandates(desk.store, "SCHOOL01", (), actor, (None, 5)),
        NOBODY,
        Permission.VIEW,
    ),
    "form": (lambda desk, actor: view_form(desk.store, "SCHOOL01", actor), NOBODY, Permission.VIEW),
    "poster": (
        lambda desk, actor: poster_of(desk.store, "SCHOOL01", actor, None),
        NOBODY,
        Permission.VIEW,
    ),
    "history": (lambda desk, actor: view_history(desk.store, "SCHOOL01", actor, 5), NOBODY, Permission.VIEW),
    "check": (lambda desk, actor: view_check(desk.store, "SCHOOL01", actor, 5), NOBODY, Permission.VIEW),
    "imports": (lambda desk, actor: view_imports(desk.store, actor), NOBODY, Permission.VIEW),
    "import": (lambda desk, actor: view_import(desk.store, 1, actor), NOBODY, Permission.VIEW),
    "template": (
        lambda desk, actor: template_of(desk.store, "SCHOOL01", ({}, "layout"), actor),
        NOBODY,
        Permission.VIEW,
    ),
    "suspense": (
        lambda desk, actor: view_suspense(desk.store, actor, None, None, 5),
        NOBODY,
        Permission.VIEW,
    ),
    "payment": (lambda desk, actor: view_payment(desk.store, "1", actor), NOBODY, Permission.VIEW),
    "payments": (
        lambda desk, actor: search_payments(desk.store, PaymentCriteria(), actor, 5),
        NOBODY,
        Permission.VIEW,
    ),
    "waiting": (lambda desk, actor: view_waiting(desk.store, actor, NOW), NOBODY, Permission.VIEW),
    "users": (lambda desk, actor: view_users(desk.store, actor), NOBODY, Permission.VIEW),
    "organisations": (lambda desk, actor: view_organisations(desk.store, actor), NOBODY, Permission.VIEW),
    "audit": (
        lambda desk, actor: view_audit(desk.store, AuditFilter(), actor),
        OPERATOR,
        Permission.VIEW_AUDIT,
    ),
    "chain": (lambda desk, actor: check_audit(desk.store, None, actor), OPERATOR, Permission.VIEW_AUDIT),
    "approvals": (lambda desk, actor: approvals.find(desk.store, actor, NOW), NOBODY, Permission.VIEW),
    "approval": (lambda desk, actor: approvals.show(desk.store, 1, actor), NOBODY, Permission.VIEW),
    "days": (lambda desk, actor: view_days(desk.store, actor, 5), NOBODY, Permission.VIEW),
    "invariants": (lambda desk, actor: check_store(desk.store, actor), NOBODY, Permission.VIEW),
    "new epoch": (lambda desk, actor: begin_again(desk.store, actor, NOW), OPERATOR, Permission.RESTORE),
}


@pytest.mark.parametrize("name", READS)
def test_a_use_case_that_reads_refuses_by_itself(pupils, name):
    read, actor, permission = READS[name]
    with pytest.raises(NotPermittedError) as caught:
        read(pupils, actor)
    assert caught.value.permission is permission


def test_people_s_data_come_masked_for_users_who_may_not_see_them(pupils):
    pupils.take("bills", bills_of("A,C1,1.00,2026-12"))
    store = pupils.store
    for actor, name in ((OPERATOR, "王小明"), (AUDITOR, "王*明")):
        customer = view_customer(store, "SCHOOL01", "C1", actor)
        assert customer["name"] == name
        assert (MINGS_NUMBER in str(customer)) is (actor is OPERATOR)
        found = search_customers(store, "SCHOOL01", ALL, actor, None, 1)
        assert (found.customers[0]["name"], found.following) == (name, "C1")
        assert view_bill(store, "SCHOOL01", "A", actor).customer_name == name
        (bill,) = search_bills(store, "SCHOOL01", BillSearch(), actor, None, 5).found
        assert bill.customer_name == name


def test_who_may_see_people_s_data_may_search_by_them(pupils):
    by_input = CustomerSearch(inputs={"student_no": f" {MINGS_NUMBER} "})
    for search in (CustomerSearch(name="小明"), by_input):
        found = search_customers(pupils.store, "SCHOOL01", search, OPERATOR, None, 5)
        assert [each["customer"] for each in found.customers] == ["C1"]
    for inputs, reason in (
        ({"地址": "x"}, "地址: the form of SCHOOL01 asks for"),
        ({"student_no": "1"}, "student_no: "),
    ):
        with pytest.raises(SearchInputError, match=f"^{reason}"):
            search_customers(pupils.store, "SCHOOL01", CustomerSearch(inputs=inputs), OPERATOR, None, 5)


def test_bad_rows_and_samples_are_masked(pupils):
    found = pupils.preview("bills", bills_of("A,NOBODY,1.00,2026-12"))
    (own,), (others,) = (problems_shown(found.problems, actor, BOTH) for actor in (OPERATOR, AUDITOR))
    assert (own.value, others.value, own.reason) == ("NOBODY", "***", others.reason)
    before = {"name": "王小明", "student_no": MINGS_NUMBER, "debit_account": "6222000000000001", "amount": 1}
    sample = Sample.of("C1", Change.CHANGED, before, before | {"name": "王大明"})
    inputs = frozenset({"student_no"})
    own, others = (sample_shown(sample, inputs, actor) for actor in (OPERATOR, AUDITOR))
    assert (own.before["name"], own.before["student_no"], own.before["debit_account"]) == (
        "王小明",
        MINGS_NUMBER,
        "***0001",
    )
    assert (others.before["name"], others.after["name"], others.differing) == ("王*明", "王*明", ("name",))
    assert others.before["student_no"] != MINGS_NUMBER
    assert others.before["amount"] == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("10.355000000000004", "10.355000000000004"),
        ("6222021234567890128", "***"),
        ("0.6222021234567890128", "0.622202*********0128"),
    ],
)
def test_the_digits_of_an_amount_are_its_fault_and_shown(value, shown):
    reason = Phrase("has more than the {decimals} decimals of {currency}", decimals=2, currency="CNY")
    problems = Problems()
    problems.add(RowProblem(2, "金额", value, reason, Phrase("round it in the file")))
    (found,) = problems_shown(problems, OPERATOR, BOTH)
    assert found.value == shown


def test_the_audit_trail_comes_masked(pupils):
    rows = [str(row) for row in view_audit(pupils.store, AuditFilter(), user("eve", Role.AUDITOR))]
    assert rows
    assert not any("王小明" in row for row in rows)


def test_settlement_accounts_are_whole_for_users_who_approve_only(pupils):
    store, account = pupils.store, "6222000000000077"
    asked = change_merchant(
        store,
        "SCHOOL01",
        lambda merchant, start: with_values(
            merchant,
            {
                "settlement_account": account,
                "settlement.account_name": "王小明",
                "contacts.mobile": "13900001234",
            },
            start,
        ),
        person("anna"),
        NOW,
    )
    assert isinstance(asked, Asked)
    for actor, whole in ((CHECKER, True), (OPERATOR, False)):
        (listed,) = approvals.find(store, actor, NOW + dt.timedelta(hours=1))
        for text in (str(approvals.show(store, asked.number, actor).payload), str(listed.payload)):
            assert (account in text) is whole
            assert ("王小明" in text) is whole
            assert "0077" in text
            assert ("13900001234" in text) is whole
        assert ("6222000000000009" in str(view_merchant(store, "SCHOOL01", actor))) is whole

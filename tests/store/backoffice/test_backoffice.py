"""The back office: merchants, forms, customers, bills, days, the audit trail."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from offline_collect.domain.bills import BillMark
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.commands import Channel
from offline_collect.domain.customers import Customer
from offline_collect.domain.debits.mandates import Cycle
from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.imports.identity import inputs_change
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.merchants import FeeRule, MerchantStatus
from offline_collect.domain.ports import ConflictError, RefusedError
from offline_collect.merchant.imports.refusal_words import refusal_words
from offline_collect.store import (
    AlreadyExistsError,
    BillRecord,
    Change,
    CustomerRecord,
    NotFoundError,
    RowOutcome,
    add_merchant,
    append_audit,
    bill_details,
    customers_by_key,
    get_customer,
    get_form,
    get_merchant,
    list_merchants,
    next_form_version,
    open_day,
    open_first_day,
    publish_form,
    put_bills,
    put_customers,
    recent_days,
    replace_merchant,
    require_merchant,
    set_merchant_status,
)
from offline_collect.store.backoffice import lookup_keys as keys_module
from offline_collect.store.schema.tables import bills, customer_keys, merchants
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import DAY, NOON
from tests.store.teller import OPENED, SCHOOL_BILLS, published
from tests.support.audited import about
from tests.support.samples import DUE, PUPIL, SCHOOL, SCHOOL_FORM, WATER, WATER_FORM
from tests.support.twins import put_twins

TOMORROW = BusinessDate.of(DAY + dt.timedelta(days=1))
FULL = CustomerRecord(
    "C1",
    "李雷",
    {"student_no": "2026030118"},
    mobile="13800000000",
    email="lilei@example.com",
    app_user="lilei",
    consent=True,
    debit_account="6222000000000002",
    debit_bank="102100099996",
    account_name="李雷",
    mandate_ref="M1",
    mandate_signed_on=dt.date(2026, 9, 1),
    mandate_from=dt.date(2026, 9, 2),
    mandate_to=dt.date(2029, 8, 31),
    mandate_purpose="代扣学费",
    mandate_cycle=Cycle.MONTH,
    mandate_limit_minor=100_000,
    mandate_cycle_limit_minor=200_000,
)


@pytest.fixture
def tx(teller):
    with teller.store.transaction() as opened:
        yield opened


def test_merchants_come_back_whole_and_in_order(tx):
    estate = replace(
        SCHOOL, merchant_id="ESTATE01", fee=FeeRule(10, 1_000, 10, 500), limits_minor={Channel.KIOSK: 1}
    )
    add_merchant(tx, estate)
    assert get_merchant(tx, "ESTATE01") == estate
    assert list(list_merchants(tx)) == [estate, published(SCHOOL), published(WATER)]
    assert require_merchant(tx, "WATER001") == published(WATER)


def test_no_merchant_is_named(tx):
    with pytest.raises(NotFoundError, match="no merchant is named"):
        require_merchant(tx, "")


def test_a_merchant_is_added_once(tx):
    with pytest.raises(AlreadyExistsError, match="SCHOOL01"):
        add_merchant(tx, SCHOOL)


def test_an_empty_name_is_not_stored(teller):
    with pytest.raises(RefusedError), teller.store.transaction() as tx:
        add_merchant(tx, replace(SCHOOL, merchant_id="X", name=""))
    with teller.store.snapshot() as reading:
        assert get_merchant(reading, "X") is None


def test_a_merchants_status_is_changed_and_the_old_one_returned(tx):
    before = set_merchant_status(tx, "SCHOOL01", MerchantStatus.SUSPENDED)
    assert before.status is MerchantStatus.ACTIVE
    assert require_merchant(tx, "SCHOOL01").status is MerchantStatus.SUSPENDED


@pytest.mark.parametrize(
    "call",
    [
        lambda tx: require_merchant(tx, "NOBODY"),
        lambda tx: set_merchant_status(tx, "NOBODY", MerchantStatus.CLOSED),
        lambda tx: publish_form(tx, "NOBODY", SCHOOL_FORM, NOON),
        lambda tx: put_customers(tx, "NOBODY", [FULL]),
    ],
)
def test_a_merchant_that_is_not_there_is_said_not_to_be(tx, call):
    with pytest.raises(NotFoundError, match="NOBODY"):
        call(tx)


def test_forms_are_published_as_the_next_version_and_old_ones_stay(tx):
    assert next_form_version(tx, "SCHOOL01") == 2
    second = publish_form(tx, "SCHOOL01", replace(SCHOOL_FORM, title="学费"), NOON)
    assert second == replace(SCHOOL_FORM, title="学费", version=2)
    assert get_form(tx, "SCHOOL01") == second
    assert get_form(tx, "SCHOOL01", 1) == replace(SCHOOL_FORM, version=1)
    assert get_form(tx, "SCHOOL01", 3) is None
    assert get_form(tx, "NOBODY") is None
    assert require_merchant(tx, "SCHOOL01").form_version == 2


def found(teller, **values):
    key = ("SCHOOL01", lookup_key(values))
    return [each.customer_no for each in teller.facts(customers={key}).customers[key]]


def test_customers_are_found_by_a_new_forms_inputs_and_still_by_the_old_ones(teller, monkeypatch):
    monkeypatch.setattr(keys_module, "CHUNK", 2)
    people = [CustomerRecord(f"C{n}", "李雷", {"student_no": f"{n:010}", "name": "李雷"}) for n in range(5)]
    form = PaymentForm(1, "按姓名", (Input("student_no", "学号", "?"), Input("name", "姓名", "?")))
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", people)
        publish_form(tx, "SCHOOL01", form, NOON)
    assert found(teller, student_no="0000000003", name="李雷") == ["C3"]
    assert found(teller, student_no="0000000003") == ["C3"]
    assert found(teller, student_no=PUPIL.customer_no) == [PUPIL.customer_no]
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [CustomerRecord("LATER", "李雷", {"student_no": "9", "name": "李雷"})])
    assert found(teller, student_no="9", name="李雷") == found(teller, student_no="9") == ["LATER"]


def test_a_form_that_asks_for_the_same_leaves_the_keys_alone(teller):
    before = teller.count(customer_keys)
    with teller.store.transaction() as tx:
        publish_form(tx, "SCHOOL01", replace(SCHOOL_FORM, title="学费"), NOON)
    assert teller.count(customer_keys) == before
    assert found(teller, student_no=PUPIL.customer_no) == [PUPIL.customer_no]


def test_customers_come_back_whole(tx):
    done = put_customers(tx, "SCHOOL01", [FULL, CustomerRecord("C2", "韩梅梅")])
    assert done == [RowOutcome(Change.NEW), RowOutcome(Change.NEW)]
    assert get_customer(tx, "SCHOOL01", "C1") == FULL
    assert get_customer(tx, "SCHOOL01", "C2") == CustomerRecord("C2", "韩梅梅")
    assert get_customer(tx, "WATER001", "C1") is None


def test_customers_are_new_changed_or_unchanged(teller):
    other = replace(FULL, inputs={"student_no": "2026030119"}, mobile=None)
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", [FULL])
        done = put_customers(
            tx, "SCHOOL01", [CustomerRecord(PUPIL.customer_no, PUPIL.name, PUPIL.inputs), other]
        )
        swapped = inputs_change({"student_no": "2026030118"}, {"student_no": "2026030119"})
        assert swapped is not None
        assert done == [RowOutcome(Change.UNCHANGED), RowOutcome(Change.CHANGED, inputs=swapped)]
        assert get_customer(tx, "SCHOOL01", "C1") == other
    assert found(teller, student_no="2026030118") == []
    assert found(teller, student_no="2026030119") == ["C1"]


def test_a_customers_data_are_not_shown():
    assert "13800000000" not in repr(FULL)
    assert "6222000000000002" not in repr(FULL)
    assert "李雷" not in repr(FULL)


def test_bills_are_new_changed_unchanged_or_refused(teller):
    teller.pay("S2")
    with teller.store.transaction() as tx:
        tx.connection.execute(
            update(bills).where(bills.c.bill_no == "S3").values(mark=BillMark.WITHDRAWN.value)
        )
        chunk = [
            SCHOOL_BILLS[0],
            replace(SCHOOL_BILLS[3], amount_minor=1, extra={"b": "2", "a": "1"}),
            replace(SCHOOL_BILLS[1], amount_minor=1),
            replace(SCHOOL_BILLS[2], amount_minor=1),
            BillRecord("NEW", "NOBODY", 1, DUE),
            BillRecord("NEW2", PUPIL.customer_no, 1, DUE, open_from=DAY, expires_on=DUE),
            SCHOOL_BILLS[1],
        ]
        done = put_bills(tx, "SCHOOL01", chunk)
    assert [outcome.change for outcome in done] == [
        Change.UNCHANGED,
        Change.CHANGED,
        Change.REFUSED,
        Change.REFUSED,
        Change.REFUSED,
        Change.NEW,
        Change.UNCHANGED,
    ]
    assert done[0] == RowOutcome(Change.UNCHANGED)
    assert [refusal_words(outcome.refusal) for outcome in done if outcome.refusal] == [
        "bill S2 has been paid at least in part and cannot be changed",
        "bill S3 is WITHDRAWN and cannot be changed",
        "there is no customer NOBODY: import customers first",
    ]
    facts = teller.facts(bills={("SCHOOL01", "S4"), ("SCHOOL01", "NEW2"), ("SCHOOL01", "NEW")})
    changed, new = facts.bills["SCHOOL01", "S4"], facts.bills["SCHOOL01", "NEW2"]
    assert (changed.amount_minor, changed.version, changed.extra) == (1, 2, {"a": "1", "b": "2"})
    assert (new.open_from, new.expires_on, new.version) == (DAY, DUE, 1)
    assert facts.bills["SCHOOL01", "NEW"] is None


def test_the_order_of_extra_columns_is_no_change(tx):
    put_bills(tx, "SCHOOL01", [BillRecord("X", PUPIL.customer_no, 1, DUE, extra={"a": "1", "b": "2"})])
    again = BillRecord("X", PUPIL.customer_no, 1, DUE, extra={"b": "2", "a": "1"})
    assert put_bills(tx, "SCHOOL01", [again]) == [RowOutcome(Change.UNCHANGED)]


def test_a_bill_whose_payment_was_reversed_begins_anew_when_it_is_changed(teller):
    paid, _ = teller.pay("W1", 1_000, "WATER001")
    teller.ask(teller.terminal.reversal(NOON, paid))
    with teller.store.transaction() as tx:
        record = BillRecord("W1", "10020042", 500, DUE)
        assert put_bills(tx, "WATER001", [record]) == [RowOutcome(Change.CHANGED)]
    bill = teller.facts(bills={("WATER001", "W1")}).bills["WATER001", "W1"]
    assert (bill.amount_minor, bill.fee_base, bill.fee_through, bill.extra) == (500, 0, None, {})


def test_a_bill_is_shown_with_its_customer_and_payments(teller):
    first, _ = teller.pay("W1", 1_000, "WATER001")
    teller.now += dt.timedelta(minutes=1)
    second, _ = teller.pay("W1", 2_000, "WATER001")
    with teller.store.snapshot() as reading:
        details = bill_details(reading, "WATER001", "W1")
        assert bill_details(reading, "WATER001", "S1") is None
    assert details.bill.paid_principal_minor == 3_000
    assert details.customer == Customer("WATER001", "10020042", "Li Lei", {"meter_no": "10020042"})
    assert [payment.key for payment in details.payments] == [first.key, second.key]


def test_the_first_day_is_opened_once(teller):
    with teller.store.transaction() as tx:
        assert not open_first_day(tx, TOMORROW, NOON)
        assert open_day(tx).date == DAY


def test_there_is_no_day_before_the_first(store):
    with store.transaction() as tx:
        assert open_day(tx) is None
        assert recent_days(tx) == []
        assert open_first_day(tx, DAY, OPENED)
    assert store.open_day().opened_at == OPENED


def test_cutover_closes_the_day_that_it_names_once(teller):
    store = teller.store
    assert store.cutover(DAY, TOMORROW, NOON)
    assert not store.cutover(DAY, TOMORROW, NOON)
    day = store.open_day()
    assert (day.date, day.previous, day.opened_at) == (TOMORROW, DAY, NOON)
    with store.snapshot() as reading:
        assert [(each.date, each.state) for each in recent_days(reading)] == [
            (TOMORROW, DayState.OPEN),
            (DAY, DayState.CUT),
        ]


def test_a_day_is_not_opened_twice(teller):
    with pytest.raises(ConflictError):
        teller.store.cutover(DAY, DAY, NOON)
    assert teller.store.open_day().date == DAY


def test_a_transaction_that_fails_leaves_nothing(teller):
    with pytest.raises(AlreadyExistsError):
        suspend_and_fail(teller.store)
    with teller.store.snapshot() as reading:
        assert require_merchant(reading, "SCHOOL01").status is MerchantStatus.ACTIVE


def suspend_and_fail(store):
    with store.transaction() as tx:
        set_merchant_status(tx, "SCHOOL01", MerchantStatus.CLOSED)
        add_merchant(tx, SCHOOL)


def test_an_error_of_the_callers_own_is_left_as_it_is(teller):
    with pytest.raises(ValueError, match="of the caller"), teller.store.transaction():
        raise ValueError("of the caller")


def test_audit_rows_are_numbered_and_chained(teller):
    with teller.store.transaction() as tx:
        append_audit(tx, "ops", *about("merchant add SCHOOL01"), None, {"name": "阳光小学"}, NOON)
        append_audit(tx, "ops", *about("merchant suspend SCHOOL01"), {"status": "ACTIVE"}, None, NOON)
    with teller.store.snapshot() as reading:
        first, second = reading.connection.execute(select(audit_trail).order_by(audit_trail.c.sequence))
    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.before, first.after) == (None, '{"name":"阳光小学"}')
    assert second.previous_hash == first.hash
    assert teller.report().whole


def test_a_form_of_water_works_is_not_the_schools(tx):
    assert get_form(tx, "WATER001") == WATER_FORM
    assert tx.connection.execute(select(merchants.c.form_version)).scalars().all() == [1, 1]


def test_a_merchants_rules_are_replaced(tx):
    after = replace(published(SCHOOL), name="育才小学", fee=FeeRule(5), notices=False)
    replace_merchant(tx, after)
    assert require_merchant(tx, "SCHOOL01") == after


def test_numbers_of_customers_are_found_by_lookup_key(tx):
    put_twins(tx, "SCHOOL01", CustomerRecord("X", "李雷", PUPIL.inputs))
    key = lookup_key(PUPIL.inputs)
    assert customers_by_key(tx, "SCHOOL01", [key, "none"]) == {key: [PUPIL.customer_no, "X"]}

"""Publishing a form step by step: planned, then customers get their keys, then current; on every database."""

from dataclasses import replace

import pytest

from offline_collect.domain.forms import Input, PaymentForm
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.store import (
    FIRST,
    CustomerRecord,
    WrongStateError,
    get_form,
    index_customers,
    make_current,
    plan_form,
    publish_form,
    published_forms,
    put_customers,
    require_merchant,
)
from offline_collect.store.backoffice import lookup_keys as customer_keys
from tests.fakes.bank import NOON
from tests.support.samples import SCHOOL_FORM

BY_NAME = PaymentForm(1, "按姓名", (Input("student_no", "学号", "?"), Input("name", "姓名", "?")))
PEOPLE = [CustomerRecord(f"C{n}", "李雷", {"student_no": f"{n:010}", "name": "李雷"}) for n in range(5)]


@pytest.fixture
def pupils(teller):
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", PEOPLE)
    return teller


def step(teller, work, *arguments):
    with teller.store.transaction() as tx:
        return work(tx, "SCHOOL01", *arguments)


def found(teller, n):
    key = ("SCHOOL01", lookup_key({"student_no": f"{n:010}", "name": "李雷"}))
    return [each.customer_no for each in teller.facts(customers={key}).customers[key]]


def test_a_planned_form_is_nobodys_yet(pupils):
    planned = step(pupils, plan_form, BY_NAME, NOON)
    assert (planned.form.version, planned.indexed) == (2, False)
    with pupils.store.snapshot() as reading:
        assert require_merchant(reading, "SCHOOL01").form_version == 1
        assert get_form(reading, "SCHOOL01").title == SCHOOL_FORM.title
        assert get_form(reading, "SCHOOL01", 2) is None
        assert [each.form.version for each in published_forms(reading, "SCHOOL01", 9)] == [1]


def test_customers_get_their_keys_a_chunk_at_a_time(pupils, monkeypatch):
    monkeypatch.setattr(customer_keys, "CHUNK", 2)
    step(pupils, plan_form, BY_NAME, NOON)
    after = step(pupils, index_customers, FIRST)
    # The first of the two is the school's own pupil, whose number comes before theirs.
    assert [bool(found(pupils, n)) for n in range(5)] == [True, False, False, False, False]
    while after is not None:
        after = step(pupils, index_customers, after)
    assert [found(pupils, n) for n in range(5)] == [[f"C{n}"] for n in range(5)]


def test_customers_that_come_meanwhile_have_theirs(pupils):
    step(pupils, plan_form, BY_NAME, NOON)
    late = replace(PEOPLE[0], customer_no="A0", inputs={"student_no": "0000000009", "name": "李雷"})
    step(pupils, put_customers, [late])
    step(pupils, make_current, 2)
    assert found(pupils, 9) == ["A0"]


def test_a_form_that_asks_for_the_same_needs_no_keys(pupils):
    assert step(pupils, plan_form, replace(SCHOOL_FORM, title="学费"), NOON).indexed


def test_what_another_plan_asks_for_is_not_counted_on(pupils):
    """Its customers may not have their keys yet."""
    step(pupils, plan_form, BY_NAME, NOON)
    assert not step(pupils, plan_form, replace(BY_NAME, title="姓名"), NOON).indexed


def test_a_plan_that_another_form_overtook_does_not_become_current(pupils):
    step(pupils, plan_form, BY_NAME, NOON)
    step(pupils, publish_form, replace(SCHOOL_FORM, title="学费"), NOON)
    with pytest.raises(WrongStateError, match="another form of SCHOOL01 was published meanwhile"):
        step(pupils, make_current, 2)
    with pupils.store.snapshot() as reading:
        assert get_form(reading, "SCHOOL01").title == "学费"


def test_a_plan_that_was_left_behind_is_forgotten_and_its_number_not_used_again(pupils):
    step(pupils, plan_form, BY_NAME, NOON)
    published = step(pupils, publish_form, replace(SCHOOL_FORM, title="学费"), NOON)
    assert published.version == 3
    with pupils.store.snapshot() as reading:
        assert [each.form.version for each in published_forms(reading, "SCHOOL01", 9)] == [3, 1]
        assert get_form(reading, "SCHOOL01", 2) is None

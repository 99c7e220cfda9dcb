"""Registering, suspending and publishing: what changes, and the audit rows."""

import copy
import json
from dataclasses import replace

import pytest

from offline_collect.domain.commands import Channel
from offline_collect.domain.lookup_keys import lookup_key
from offline_collect.domain.merchant_contacts import MerchantContacts
from offline_collect.domain.merchants import MerchantStatus
from offline_collect.merchant.common.errors import (
    FormMisfitError,
    MerchantExistsError,
    MerchantIdError,
    StatusError,
)
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.profile.definition import read_merchant
from offline_collect.merchant.profile.lifecycle import (
    Registered,
    change_merchant,
    change_status,
    register_merchant,
)
from offline_collect.store import (
    CustomerRecord,
    NotFoundError,
    add_merchant,
    customers_by_key,
    get_form,
    get_merchant,
    make_current,
    plan_form,
    put_customers,
)
from offline_collect.store.backoffice import lookup_keys as customer_keys
from offline_collect.store.schema.user_tables import audit_trail
from tests.merchant.documents import NOW, SCHOOL, SCHOOL_FORM
from tests.support.actors import user
from tests.support.audited import said

CLASS_INPUT = {"key": "class_name", "label": "班级", "prompt": "请输入班级"}
MERCHANT = read_merchant(SCHOOL, "merchant.yaml")


def audited(store):
    with store.snapshot() as reading:
        return list(reading.connection.execute(audit_trail.select().order_by(audit_trail.c.sequence)))


def current(store):
    with store.snapshot() as reading:
        return get_merchant(reading, "SCHOOL01")


def test_a_merchant_is_added_once_and_audited_without_its_account(store):
    assert register_merchant(store, MERCHANT, user("teller"), NOW) is Registered.ADDED
    assert register_merchant(store, MERCHANT, user("teller"), NOW) is Registered.UNCHANGED
    (row,) = audited(store)
    assert (row.actor, said(row), row.before) == ("teller", "merchant add SCHOOL01", None)
    assert MERCHANT.settlement_account.number not in row.after
    assert json.loads(row.after)["name"] == "阳光小学"


def test_a_merchant_s_own_addresses_are_kept_and_audited_masked_also_if_they_look_alike(store):
    numbers = ("13900001234", "13911111234")
    register_merchant(store, MERCHANT, user("teller"), NOW)
    for each in numbers:

        def edit(before, _since, mobile=each):
            return replace(before, contacts=MerchantContacts(mobile, "office@school.example"))

        change_merchant(store, "SCHOOL01", edit, user("teller"), NOW)
    assert current(store).contacts.mobile == numbers[1]
    _, first, second = audited(store)
    assert json.loads(first.after)["contacts"] == {"mobile": "139****1234", "email": "o***@school.example"}
    assert json.loads(second.after)["contacts"]["mobile"] == "139****1234 (changed)"
    assert not any(each in f"{row.before}{row.after}" for each in numbers for row in (first, second))


def test_another_merchant_of_the_same_id_needs_to_be_meant(store):
    register_merchant(store, MERCHANT, user("teller"), NOW)
    other = replace(MERCHANT, limits_minor={Channel.KIOSK: 100})
    with pytest.raises(MerchantExistsError, match="--replace"):
        register_merchant(store, other, user("teller"), NOW)
    assert current(store) == MERCHANT
    assert register_merchant(store, other, user("teller"), NOW, overwrite=True) is Registered.CHANGED
    assert current(store) == other


def test_a_change_keeps_status_and_form(store, school):
    change_status(store, "SCHOOL01", MerchantStatus.SUSPENDED, user("teller"), NOW)
    register_merchant(store, replace(school, name="阳光中学"), user("teller"), NOW, overwrite=True)
    changed = current(store)
    assert (changed.name, changed.status, changed.form_version) == ("阳光中学", MerchantStatus.SUSPENDED, 1)


def test_a_currency_never_changes(store, school):
    with pytest.raises(MerchantExistsError, match="currency of SCHOOL01 cannot change"):
        register_merchant(store, replace(school, currency="840"), user("teller"), NOW, overwrite=True)
    assert current(store).currency == "156"


def test_suspending_twice_changes_nothing_the_second_time(store, school):
    assert change_status(store, "SCHOOL01", MerchantStatus.SUSPENDED, user("teller"), NOW) is True
    assert change_status(store, "SCHOOL01", MerchantStatus.SUSPENDED, user("teller"), NOW) is False
    assert change_status(store, "SCHOOL01", MerchantStatus.ACTIVE, user("teller"), NOW) is True
    assert [said(row) for row in audited(store)][2:] == [
        "merchant suspend SCHOOL01",
        "merchant resume SCHOOL01",
    ]


def test_an_unknown_merchant_cannot_be_suspended(store):
    with pytest.raises(NotFoundError, match="no merchant NOBODY"):
        change_status(store, "NOBODY", MerchantStatus.SUSPENDED, user("teller"), NOW)


def test_publishing_the_same_form_again_makes_no_version(store, school, wire):
    form = read_form(SCHOOL_FORM, "form.yaml", 1)
    done = publish(store, "SCHOOL01", form, *wire, user("teller"), NOW)
    assert (done.is_new, done.form.version) == (False, 1)


def test_a_changed_form_gets_the_next_version_and_the_old_stays(store, school, wire):
    form = read_form({**SCHOOL_FORM, "title": "杂费缴纳"}, "form.yaml", 1)
    done = publish(store, "SCHOOL01", form, *wire, user("teller"), NOW)
    assert (done.is_new, done.form.version, done.reread) == (True, 2, ())
    with store.snapshot() as reading:
        assert get_form(reading, "SCHOOL01").title == "杂费缴纳"
        assert get_form(reading, "SCHOOL01", 1).title == "学费缴纳"
    assert said(audited(store)[-1]) == "form publish SCHOOL01"


def test_inputs_that_are_normalised_otherwise_now_are_named(store, school, wire):
    document = copy.deepcopy(SCHOOL_FORM)
    document["inputs"][0]["normalise"] = ["trim", "upper"]
    done = publish(store, "SCHOOL01", read_form(document, "form.yaml", 1), *wire, user("teller"), NOW)
    assert done.reread == ("学号",)


def test_a_form_that_does_not_fit_leaves_nothing_behind(store, school, wire):
    before = len(audited(store))
    form = read_form({**SCHOOL_FORM, "title": "题" * 100, "instructions": "说" * 300}, "form.yaml", 1)
    with pytest.raises(FormMisfitError):
        publish(store, "SCHOOL01", form, *wire, user("teller"), NOW)
    with store.snapshot() as reading:
        assert get_form(reading, "SCHOOL01").version == 1
    assert len(audited(store)) == before


def test_a_form_of_an_unknown_merchant_is_refused(store, wire):
    with pytest.raises(NotFoundError):
        publish(store, "NOBODY", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, user("teller"), NOW)


def test_customers_can_be_written_while_a_form_gives_them_their_keys(store, school, wire, monkeypatch):
    """It is published in short transactions: others who wait to write can do so in between."""
    monkeypatch.setattr(customer_keys, "CHUNK", 1)
    with store.transaction() as tx:
        put_customers(
            tx, "SCHOOL01", [CustomerRecord(f"C{n}", "李雷", {"student_no": f"{n:010}"}) for n in range(3)]
        )
    form = read_form(SCHOOL_FORM | {"inputs": [*SCHOOL_FORM["inputs"], CLASS_INPUT]}, "form.yaml", 1)
    came = iter(range(100))

    def another(*_):
        nth = next(came)
        inputs = {"student_no": f"{nth + 50:010}", "class_name": "三年级1班"}
        with store.transaction() as tx:
            put_customers(tx, "SCHOOL01", [CustomerRecord(f"A{nth}", "韩梅梅", inputs)])

    done = publish(store, "SCHOOL01", form, *wire, user("teller"), NOW, another)
    assert done.is_new
    assert next(came) >= 3
    key = lookup_key({"student_no": f"{50:010}", "class_name": "三年级1班"})
    with store.snapshot() as reading:
        assert customers_by_key(reading, "SCHOOL01", [key]) == {key: ["A0"]}


def test_the_audit_names_the_form_that_a_new_one_really_replaced(store, school, wire):
    """Another form, planned before, becomes current while this one gives customers their keys."""
    with store.transaction() as tx:
        plan_form(tx, "SCHOOL01", read_form({**SCHOOL_FORM, "title": "杂费"}, "form.yaml", 1), NOW)
    form = read_form(SCHOOL_FORM | {"inputs": [*SCHOOL_FORM["inputs"], CLASS_INPUT]}, "form.yaml", 1)

    def overtake(*_):
        with store.transaction() as tx:
            make_current(tx, "SCHOOL01", 2)

    publish(store, "SCHOOL01", form, *wire, user("teller"), NOW, overtake)
    entry = audited(store)[-1]
    assert (json.loads(entry.before)["version"], json.loads(entry.after)["version"]) == (2, 3)


def test_a_merchant_that_is_closed_meanwhile_gets_no_form(store, school, wire):
    form = read_form(SCHOOL_FORM | {"inputs": [*SCHOOL_FORM["inputs"], CLASS_INPUT]}, "form.yaml", 1)

    def close(*_):
        change_status(store, "SCHOOL01", MerchantStatus.CLOSED, user("teller"), NOW)

    with pytest.raises(StatusError):
        publish(store, "SCHOOL01", form, *wire, user("teller"), NOW, close)
    assert current(store).form_version == 1


@pytest.mark.parametrize("merchant_id", ["..", "-rf", "_", ".a"])
def test_a_new_merchant_s_id_begins_with_a_letter_or_digit(store, merchant_id):
    strange = replace(MERCHANT, merchant_id=merchant_id)
    with pytest.raises(
        MerchantIdError, match=f"merchant {merchant_id}: .* must begin with a letter or digit"
    ):
        register_merchant(store, strange, user("li"), NOW)
    with store.transaction() as tx:
        assert get_merchant(tx, merchant_id) is None
        add_merchant(tx, strange)
    renamed = replace(strange, name="阳光小学校")
    assert register_merchant(store, renamed, user("li"), NOW, overwrite=True) is Registered.CHANGED
    with store.snapshot() as tx:
        assert get_merchant(tx, merchant_id).name == "阳光小学校"

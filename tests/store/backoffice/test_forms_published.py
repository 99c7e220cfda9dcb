"""Reports on a merchant's forms and on the customers that they find, on every kind of database."""

import datetime as dt
from dataclasses import replace

from offline_collect.domain.forms import InputType
from offline_collect.store import (
    CustomerInputs,
    CustomerRecord,
    append_audit,
    each_customers_inputs,
    get_form,
    publish_form,
    published_forms,
    put_customers,
)
from offline_collect.store.backoffice import customer_pages as pages
from offline_collect.store.imports.lifecycle import begin_import
from offline_collect.store.imports.record import ImportFile, ImportKind
from offline_collect.store.imports.stage import stage_customers
from tests.fakes.bank import NOON
from tests.store.teller import OPENED
from tests.support.audited import about
from tests.support.samples import PUPIL, SCHOOL_FORM

AUDITED = "form publish SCHOOL01"
LATER = NOON + dt.timedelta(hours=1)


def publish(tx, title, who, now):
    form = publish_form(tx, "SCHOOL01", replace(SCHOOL_FORM, title=title), now)
    append_audit(tx, who, *about(AUDITED), None, {"version": form.version}, now)
    append_audit(tx, "somebody", *about("form publish SCHOOL011"), None, {"version": form.version}, now)
    return form


def test_versions_are_told_with_when_and_who_the_latest_first(teller):
    with teller.store.transaction() as tx:
        publish(tx, "二", "ann", NOON)
        publish(tx, "三", "bob", LATER)
    with teller.store.snapshot() as reading:
        told = published_forms(reading, "SCHOOL01", 10)
        latest = published_forms(reading, "SCHOOL01", 1)
        nothing = published_forms(reading, "NOBODY", 10)
    assert [(each.form.version, each.form.title, each.published_at, each.who) for each in told] == [
        (3, "三", LATER, "bob"),
        (2, "二", NOON, "ann"),
        (1, SCHOOL_FORM.title, OPENED, None),
    ]
    assert (latest, nothing) == (told[:1], [])


def test_a_published_form_stays_whatever_patterns_are_refused_since(teller):
    asked = replace(
        SCHOOL_FORM.inputs[0], type=InputType.TEXT, least=1, pattern=r"([a-z]+\.)*[\u4e00-\u9fa5]+"
    )
    with teller.store.transaction() as tx:
        published = publish_form(tx, "SCHOOL01", replace(SCHOOL_FORM, inputs=(asked,)), LATER)
    with teller.store.snapshot() as reading:
        form = get_form(reading, "SCHOOL01")
    assert form == published
    assert form.inputs[0].read("a.b.王") == "a.b.王"


def test_customers_come_page_by_page_each_once(teller, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    people = [CustomerRecord(f"C{nth}", "李雷", {"student_no": f"{nth:010}"}) for nth in range(5)]
    with teller.store.transaction() as tx:
        put_customers(tx, "SCHOOL01", people)
        put_customers(tx, "SCHOOL01", [replace(people[2], name="韩梅梅")])
    with teller.store.snapshot() as reading:
        told = list(each_customers_inputs(reading, "SCHOOL01"))
    assert [each.customer_no for each in told] == [PUPIL.customer_no, "C0", "C1", "C2", "C3", "C4"]
    assert told[3] == CustomerInputs("C2", "韩梅梅", {"student_no": "0000000002"})
    assert "韩梅梅" not in repr(told[3])


def test_customers_that_wait_for_their_import_are_not_told(teller):
    file = ImportFile("SCHOOL01", ImportKind.CUSTOMERS, "0" * 64, "customers.csv", 1, "maker")
    changed = CustomerRecord(PUPIL.customer_no, "李雷", {"student_no": "2026030199"})
    with teller.store.transaction() as tx:
        import_id = begin_import(tx, file, NOON)
        stage_customers(tx, import_id, [changed, CustomerRecord("NEW", "李雷", {})])
    with teller.store.snapshot() as reading:
        told = list(each_customers_inputs(reading, "SCHOOL01"))
    assert told == [CustomerInputs(PUPIL.customer_no, PUPIL.name, PUPIL.inputs)]

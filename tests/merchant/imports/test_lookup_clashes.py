"""Customers with the inputs of another customer: refused in files, in previews and by hand, with the other named."""

from dataclasses import replace

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.merchant.common.refused_rows import EntryRefusedError
from offline_collect.merchant.entry.customers import add_customer, set_customer
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.forms.definition import read_form
from offline_collect.merchant.forms.publish import publish
from offline_collect.merchant.imports import check_rows as importing_rows
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.check_rows import CHUNK
from offline_collect.merchant.imports.result import ImportRefusedError, ReleaseRefusedError
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import Change, CustomerRecord, get_customer, put_customers
from tests.merchant.documents import NOW, SCHOOL_FORM
from tests.merchant.importing import counts, unseen
from tests.support.actors import user
from tests.support.twins import put_twins

HEADER = "客户编号,姓名,学号\n"
FIRST, SECOND = "2026030117", "2026030118"
"""The inputs of the pupils C1 and C2."""


def rows(*told):
    return HEADER + "".join(f"{number},王小,{student_no}\n" for number, student_no in told)


def told(problems):
    return [(each.row, each.column, str(each.reason)) for each in problems.kept_by_row]


@pytest.fixture
def refused(pupils):
    """Imports and previews refused rows; both give the same result."""

    def refused(text):
        with pytest.raises(ImportRefusedError) as refusal:
            pupils.take("customers", text)
        assert told(pupils.preview("customers", text).problems) == told(refusal.value.problems)
        return told(refusal.value.problems)

    return refused


def inputs(desk, number):
    with desk.store.snapshot() as reading:
        found = get_customer(reading, "SCHOOL01", number)
    return None if found is None else found.inputs["student_no"]


def test_a_file_that_gives_somebody_s_inputs_to_another_is_refused(pupils, refused):
    text = rows(("1", FIRST), ("2", "2026030777"), ("3", SECOND))
    assert refused(text) == [
        (2, "学号", "has the same 学号 as customer C1"),
        (4, "学号", "has the same 学号 as customer C2"),
    ]
    done = pupils.take("customers", text, accept_valid=True)
    assert counts(done) == {"new": 1, "refused": 2}


def test_of_two_rows_with_the_same_inputs_both_are_named(refused):
    assert refused(rows(("7", "2026030777"), ("8", "2026030778"), ("9", "2026030777"))) == [
        (4, "学号", "has the same 学号 as customer 7 in row 2")
    ]


@pytest.mark.parametrize("spoilt", [False, True])
def test_rows_with_the_same_inputs_far_apart_are_found(refused, spoilt):
    many = [(f"X{nth}", f"{2_000_000_000 + nth}") for nth in range(2 * CHUNK + 10)]
    bad = [("Y", "wrong")] if spoilt else []
    problems = refused(rows(*bad, *many, ("Z", "2000000001"), ("Q", FIRST)))
    assert problems[len(bad) :] == [
        (len(many) + len(bad) + 2, "学号", f"has the same 学号 as customer X1 in row {len(bad) + 3}"),
        (len(many) + len(bad) + 3, "学号", "has the same 学号 as customer C1"),
    ]


@pytest.mark.parametrize("accept_valid", [False, True])
@pytest.mark.parametrize("between", [0, CHUNK + 1])
def test_customers_of_a_file_may_exchange_their_inputs(pupils, between, accept_valid):
    """Also if the rest of the file is between them."""
    many = [(f"X{nth}", f"{2_000_000_000 + nth}") for nth in range(between)]
    text = rows(("N", FIRST), ("C1", SECOND), *many, ("C2", "2026030999"))
    assert pupils.preview("customers", text).counts[Change.CHANGED] == 2
    done = pupils.take("customers", text, accept_valid=accept_valid, identity_changes=True)
    assert counts(done) == {"new": between + 1, "changed": 2}
    assert [inputs(pupils, number) for number in ("N", "C1", "C2")] == [FIRST, SECOND, "2026030999"]


def test_what_the_rest_of_a_file_does_not_give_up_is_refused_at_its_end(pupils, refused):
    many = [(f"X{nth}", f"{2_000_000_000 + nth}") for nth in range(CHUNK + 1)]
    assert refused(rows(("N", FIRST), *many, ("C1", "2026030999"), ("M", SECOND), ("C2", SECOND))) == [
        (CHUNK + 5, "学号", f"has the same 学号 as customer C2 in row {CHUNK + 6}")
    ]
    assert inputs(pupils, "N") is None


def test_only_so_many_rows_are_held_back(pupils, monkeypatch):
    monkeypatch.setattr(importing_rows, "CHUNK", 1)
    text = rows(("N", FIRST), ("M", SECOND), ("C1", "2026030999"), ("C2", "2026030998"))
    with pytest.raises(ImportRefusedError) as refusal:
        pupils.take("customers", text)
    assert told(refusal.value.problems) == [(3, "学号", "has the same 学号 as customer C2")]


def test_a_file_of_customers_that_share_their_inputs_already_is_taken(pupils):
    with pupils.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", CustomerRecord("C3", "王小", {"student_no": FIRST}))
    done = pupils.take("customers", HEADER + f"C3,王大,{FIRST}\nN,王小,2026030777\n")
    assert counts(done) == {"new": 1, "changed": 1}


def entry(number, **more):
    return Entry("SCHOOL01", number, user("clerk"), **more)


def test_by_hand_the_other_is_named_too(pupils):
    layout = Schemas().read("files/customers")
    with pytest.raises(
        EntryRefusedError, match=r"^N: 学号: has the same 学号 as customer C1; correct one of the two$"
    ):
        add_customer(
            pupils.store,
            entry("N", given={"customer_no": "N", "name": "王小"}, inputs={"学号": FIRST}),
            layout,
            NOW,
        )
    with pytest.raises(EntryRefusedError, match="as customer C1"):
        set_customer(pupils.store, entry("C2", inputs={"学号": FIRST}), layout, NOW)
    assert (inputs(pupils, "N"), inputs(pupils, "C2")) == (None, SECOND)


@pytest.fixture
def waiting(pupils, school):
    """The number of an import of customers that waits."""
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    many = [(f"X{nth}", f"{2_000_000_000 + nth}") for nth in range(7)]
    return pupils.take("customers", rows(*many)).record.import_id


def test_inputs_that_were_taken_since_keep_an_import_from_being_released(pupils, waiting):
    def taken(at):
        return CustomerRecord(f"T{at}", "王小", {"student_no": f"{2_000_000_000 + at}"})

    with pupils.store.transaction() as tx:
        put_twins(tx, "SCHOOL01", *map(taken, range(7)))
    with pytest.raises(ReleaseRefusedError) as refusal:
        imports.release(pupils.store, waiting, user("checker"), NOW, unseen)
    said = str(refusal.value)
    assert said.startswith(f"import {waiting} is not released, and waits on: customers T")
    assert said.count("would have the same 学号") == 5
    assert (
        f"; and 2 more; change the customer that is in effect, or `offline-collect imports reject {waiting}`"
        in said
    )
    imports.reject(pupils.store, waiting, user("checker"), NOW)


def test_an_import_that_clashes_with_nobody_is_released(pupils, waiting):
    imports.release(pupils.store, waiting, user("checker"), NOW, unseen)
    assert inputs(pupils, "X3") == "2000000003"


def test_publishing_tells_how_many_customers_a_form_does_not_tell_apart(pupils, wire):
    people = [
        CustomerRecord(f"K{nth}", "王小", {"student_no": f"200000000{nth}", "class": "3"}) for nth in range(3)
    ]
    with pupils.store.transaction() as tx:
        assert [each.change for each in put_customers(tx, "SCHOOL01", people)] == [Change.NEW] * 3
    by_class = {**SCHOOL_FORM, "inputs": [{"key": "class", "label": "班级", "prompt": "?", "least": 1}]}
    done = publish(pupils.store, "SCHOOL01", read_form(by_class, "form.yaml", 1), *wire, user("boss"), NOW)
    assert (done.reach.shared, done.reach.shared_is_least, done.reach.lost) == (2, False, 2)
    done = publish(pupils.store, "SCHOOL01", read_form(SCHOOL_FORM, "form.yaml", 1), *wire, user("boss"), NOW)
    assert done.reach.shared == 0

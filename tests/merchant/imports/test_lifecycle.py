"""An import after its file was read: released by another user, rejected, undone."""

from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.imports import undo as undo_rules
from offline_collect.domain.imports.refusals import ChangedSince, Touch
from offline_collect.merchant.imports import lifecycle as imports
from offline_collect.merchant.imports.result import ImportRefusedError, OwnImportError, UndoRefusedError
from offline_collect.merchant.profile.lifecycle import register_merchant
from offline_collect.store import (
    Change,
    ImportState,
    LaterImport,
    NotFoundError,
    Obstacle,
    StoreError,
    begin_undo,
    get_import,
    list_imports,
    tidy_import,
    verify,
)
from offline_collect.store.imports import tidy as releasing
from offline_collect.store.schema import tables, user_tables
from tests.merchant.documents import NOW
from tests.merchant.importing import bills_of, counts, unseen
from tests.support.actors import user
from tests.support.audited import said

FIRST = bills_of("A,C1,1.00,2026-12", "B,C1,2.00,2026-12")
SECOND = bills_of("A,C1,1.50,2026-12", "B,C1,2.00,2026-12", "N,C2,4.00,2026-12")


THIRD = bills_of("A,C1,9.00,2026-12", "N,C2,9.00,2026-12")


@pytest.fixture
def checked(pupils, school):
    """SCHOOL01 with bills, which requires a checker from now on."""
    pupils.take("bills", FIRST)
    register_merchant(pupils.store, replace(school, maker_checker=True), user("boss"), NOW, overwrite=True)
    return pupils


@pytest.fixture
def waiting(checked):
    """The number of an import that waits."""
    result = checked.take("bills", SECOND)
    assert result.record.state is ImportState.WAITING
    return result.record.import_id


def release(desk, number, who="checker"):
    return imports.release(desk.store, number, user(who), NOW, unseen)


def undo(desk, number):
    return imports.undo(desk.store, number, user("boss"), NOW, unseen, "wrong prices")


def audited(desk):
    with desk.store.snapshot() as reading:
        return [
            (row.actor, said(row)) for row in reading.connection.execute(user_tables.audit_trail.select())
        ]


def test_what_waits_is_not_there_until_somebody_else_releases_it(checked, waiting):
    assert checked.amounts("A", "B", "N") == [100, 200, None]
    done = release(checked, waiting)
    assert (done.state, done.decided_by, done.tidied) == (ImportState.RELEASED, "checker", True)
    assert checked.amounts("A", "B", "N") == [150, 200, 400]
    assert ("checker", f"imports release SCHOOL01 {waiting}") in audited(checked)


def test_nobody_releases_his_own_import(checked, waiting):
    with pytest.raises(OwnImportError, match=f"import {waiting} was made by clerk: another user"):
        release(checked, waiting, "clerk")
    assert checked.amounts("N") == [None]


def test_an_import_is_released_once(checked, waiting):
    release(checked, waiting)
    with pytest.raises(StoreError, match="RELEASED"):
        release(checked, waiting, "other")


def test_an_import_that_changes_nothing_waits_for_nobody(checked):
    assert checked.take("bills", FIRST, again=True).record.state is ImportState.RELEASED


def test_what_is_rejected_leaves_nothing(checked, waiting):
    before = checked.rows(tables.bills)
    done = imports.reject(checked.store, waiting, user("checker"), NOW, "wrong file")
    assert (done.state, done.tidied) == (ImportState.REJECTED, True)
    assert checked.amounts("A", "B", "N") == [100, 200, None]
    assert checked.rows(tables.bills) < before
    with checked.store.snapshot() as reading:
        row = list(reading.connection.execute(user_tables.audit_trail.select()))[-1]
    assert (row.actor, said(row)) == ("checker", f"imports reject SCHOOL01 {waiting}")
    assert '"reason":"wrong file"' in row.after


def test_a_file_that_was_rejected_goes_in_again(checked, waiting):
    imports.reject(checked.store, waiting, user("checker"), NOW)
    again = checked.take("bills", SECOND)
    assert (again.earlier, again.record.state) == (False, ImportState.WAITING)


def test_the_same_file_does_not_wait_twice(checked, waiting):
    again = checked.take("bills", SECOND)
    assert (again.earlier, again.record.import_id) == (True, waiting)


def test_one_change_of_a_bill_waits_at_a_time(checked, waiting):
    with pytest.raises(ImportRefusedError) as caught:
        checked.take("bills", bills_of("A,C1,9.00,2026-12"))
    assert f"import {waiting}" in caught.value.problems.kept_by_row[0].reason
    imports.reject(checked.store, waiting, user("checker"), NOW)
    assert counts(checked.take("bills", bills_of("A,C1,9.00,2026-12"))) == {"changed": 1}


def test_a_bill_that_is_paid_before_the_release_stays_as_it_was_paid(checked, waiting):
    checked.pay("A")
    done = release(checked, waiting)
    assert done.counts.overtaken == 1
    assert checked.amounts("A", "N") == [100, 400]
    assert checked.bill("A").paid_principal_minor == 100


def test_what_was_released_can_be_undone(checked, waiting):
    release(checked, waiting)
    done = undo(checked, waiting)
    assert (done.state, done.tidied) == (ImportState.UNDONE, True)
    assert checked.amounts("A", "B", "N") == [100, 200, None]
    assert ("boss", f"imports undo SCHOOL01 {waiting}") in audited(checked)


def test_withdrawals_are_undone_too(pupils):
    pupils.take("bills", FIRST)
    result = pupils.take("bills", bills_of("A,C1,1.00,2026-12"), withdraw_missing=True)
    undo(pupils, result.record.import_id)
    assert pupils.bill("B").mark is None


def test_customers_that_an_import_brought_are_taken_back(pupils):
    result = pupils.take("customers", "客户编号,姓名,学号\nC9,韩梅梅,2026030199\n")
    undo(pupils, result.record.import_id)
    with pytest.raises(ImportRefusedError):
        pupils.take("bills", bills_of("Z,C9,1.00,2026-12"))


def test_an_import_is_not_undone_once_a_bill_is_paid(checked, waiting):
    release(checked, waiting)
    checked.pay("N")
    with pytest.raises(UndoRefusedError, match=r"stays in effect: has been paid at least in part: N$"):
        undo(checked, waiting)
    assert checked.amounts("A", "B", "N") == [150, 200, 400]
    with checked.store.snapshot() as reading:
        assert get_import(reading, waiting).state is ImportState.RELEASED


def test_an_import_is_not_undone_once_another_changed_its_bills(pupils):
    first = pupils.take("bills", FIRST).record.import_id
    pupils.take("bills", SECOND)
    with pytest.raises(UndoRefusedError):
        undo(pupils, first)
    assert pupils.amounts("A", "B", "N") == [150, 200, 400]


@pytest.mark.parametrize("tidied", [0, 1])
def test_an_import_is_not_undone_under_a_later_one_that_a_killed_process_left(checked, monkeypatch, tidied):
    first = checked.take("bills", SECOND, who="maker").record.import_id
    release(checked, first)
    later = checked.take("bills", THIRD).record.import_id
    monkeypatch.setattr(imports, "tidy_one", lambda *_: None)
    release(checked, later)
    monkeypatch.undo()
    if tidied:
        with checked.store.transaction() as tx:
            assert not tidy_import(tx, later, tidied)
    with pytest.raises(UndoRefusedError) as refusal:
        undo(checked, first)
    assert str(refusal.value) == (
        f"import {first} is not undone, and stays in effect:"
        f" import {later} has changed 2 rows of it since: undo that first (A, N)"
    )
    assert checked.amounts("A", "B", "N") == [900, 200, 900]
    undo(checked, later)
    undo(checked, first)
    assert checked.amounts("A", "B", "N") == [100, 200, None]
    with checked.store.snapshot() as reading:
        assert verify(reading).whole


@pytest.fixture
def put_back(checked, monkeypatch):
    """The number of an import in force; an earlier import was undone after it, as older versions allowed."""
    earlier = checked.take("bills", SECOND, who="maker").record.import_id
    release(checked, earlier)
    later = checked.take("bills", THIRD).record.import_id
    with monkeypatch.context() as careless:
        careless.setattr(imports, "tidy_one", lambda *_: None)
        release(checked, later)
        careless.setattr(imports, "tidy", lambda *_: None)
        careless.setattr(imports, "_refuse_if_changed_since", lambda *_: None)
        careless.setattr(undo_rules, "changed_since", lambda *_: None)
        careless.setattr(releasing, "_named_by_others", lambda *_: [])
        undo(checked, earlier)
    return later


@pytest.mark.parametrize(("mends", "amounts"), [("again", [900, 200, 900]), ("undo", [100, 200, None])])
def test_what_was_put_back_under_a_later_import_is_found_and_mended(checked, put_back, mends, amounts):
    assert checked.amounts("A", "B", "N") == [100, 200, None]
    with checked.store.snapshot() as reading:
        found = [each.subject for each in verify(reading).findings]
    assert found == [f"SCHOOL01 {number} of import {put_back}" for number in ("A", "N")]
    if mends == "again":
        release(checked, checked.take("bills", THIRD, again=True).record.import_id)
    else:
        undo(checked, put_back)
    assert checked.amounts("A", "B", "N") == amounts
    with checked.store.snapshot() as reading:
        assert verify(reading).whole


def test_an_undo_that_was_begun_before_a_later_import_is_given_up(checked, waiting, monkeypatch):
    """The later import took rows that the undo had not checked yet."""
    release(checked, waiting)
    with checked.store.transaction() as tx:
        begin_undo(tx, waiting)
    later = checked.take("bills", bills_of("A,C1,9.00,2026-12")).record.import_id
    with pytest.raises(UndoRefusedError, match=rf"import {later}, which waits, is to change 1 row of it"):
        undo(checked, waiting)
    with checked.store.snapshot() as reading:
        assert get_import(reading, waiting).tidied
    release(checked, later)
    assert checked.amounts("A", "B", "N") == [900, 200, 400]


def test_customers_who_have_bills_are_not_taken_back(pupils):
    pupils.take("bills", FIRST)
    with pytest.raises(UndoRefusedError, match=r"has bills by now: C1$"):
        undo(pupils, 1)


def test_what_stands_in_the_way_is_told_by_its_reason():
    paid = [Obstacle(f"B{at}", Touch.PAID) for at in range(7)]
    changed = [Obstacle("B8", ChangedSince(None))]
    assert str(UndoRefusedError(3, [*paid, *changed])) == (
        "import 3 is not undone, and stays in effect: has been paid at least in part: B0, B1, B2, B3, B4, and 2 more;"
        " was changed by hand since: B8"
    )
    assert str(UndoRefusedError(3, paid, complete=False)).endswith("B4, and at least 2 more")
    assert str(UndoRefusedError(3, changed, complete=False)).endswith(
        "was changed by hand since: B8, and maybe more"
    )
    many = [Obstacle(f"B{at}", ChangedSince(at)) for at in range(6)]
    assert str(UndoRefusedError(3, many)).endswith("was changed by import 4 since: undo that first: B4; …")
    later = [LaterImport(at, waits=False, rows=2, numbers=("B1",)) for at in range(4, 10)]
    told = str(UndoRefusedError(3, later=later))
    assert "import 4 has changed 2 rows of it since: undo that first (B1, …)" in told
    assert told.endswith("; …")


def test_an_undo_looks_no_further_than_what_stands_in_the_way(pupils, monkeypatch):
    pupils.take("bills", FIRST)
    monkeypatch.setattr(imports, "PAGE", 1)
    with pytest.raises(UndoRefusedError, match=r"has bills by now: C1, and maybe more$"):
        undo(pupils, 1)


@pytest.mark.parametrize("state", ["waiting", "undone"])
def test_only_what_is_in_effect_is_undone(checked, waiting, state):
    if state == "undone":
        release(checked, waiting)
        undo(checked, waiting)
    with pytest.raises(StoreError):
        undo(checked, waiting)


def test_undoing_stops_at_a_payment_that_comes_in_between(checked, waiting):
    release(checked, waiting)

    def pay(step, _rows, _share):
        if step == "looking through":
            checked.pay("N")

    with pytest.raises((UndoRefusedError, StoreError)):
        imports.undo(checked.store, waiting, user("boss"), NOW, pay)
    assert checked.amounts("A", "B", "N") == [150, 200, 400]


def test_a_number_of_nobodys_is_refused(pupils):
    for work in (
        lambda: release(pupils, 99),
        lambda: imports.reject(pupils.store, 99, user("checker"), NOW),
        lambda: undo(pupils, 99),
    ):
        with pytest.raises(NotFoundError, match="99"):
            work()


def test_what_is_in_effect_is_not_rejected(pupils):
    with pytest.raises(StoreError, match="RELEASED"):
        imports.reject(pupils.store, 1, user("checker"), NOW)


def test_imports_are_listed_the_latest_first(checked, waiting):
    with checked.store.snapshot() as reading:
        everything = [found.import_id for found in list_imports(reading)]
        (latest,) = list_imports(reading, "SCHOOL01", ImportState.WAITING)
    assert everything == sorted(everything, reverse=True)
    assert latest.import_id == waiting


def test_what_a_killed_process_left_is_tidied_later(checked, waiting, monkeypatch):
    """Killed between the release and its tidying: all of it is in effect, and the next command tidies."""
    monkeypatch.setattr(imports, "tidy_one", lambda *_: None)
    release(checked, waiting)
    monkeypatch.undo()
    assert checked.amounts("A", "B", "N") == [150, 200, 400]
    imports.tidy(checked.store, "SCHOOL01")
    with checked.store.snapshot() as reading:
        assert get_import(reading, waiting).tidied
    assert checked.amounts("A", "B", "N") == [150, 200, 400]


def test_a_preview_is_not_misled_by_what_a_killed_process_left(checked, waiting, monkeypatch):
    """It shows what an import would do, and an import tidies first."""
    monkeypatch.setattr(imports, "tidy_one", lambda *_: None)
    release(checked, waiting)
    monkeypatch.undo()
    found = checked.preview("bills", bills_of("A,C1,9.00,2026-12"))
    assert (found.counts[Change.CHANGED], found.problems.count) == (1, 0)


def test_a_maker_rejects_his_own_import_and_nobody_elses(checked):
    own = checked.take("bills", SECOND).record.import_id
    with pytest.raises(NotPermittedError, match="release, reject and undo imports"):
        imports.reject(checked.store, own, user("another", Role.MAKER), NOW)
    assert imports.reject(checked.store, own, user(checked.who, Role.MAKER), NOW).tidied

"""The audit trail: what a search finds, and that no change stays undetected."""

import datetime as dt
import threading

import pytest
from sqlalchemy import delete, insert, select, update

from offline_collect.domain.access.audit import SubjectType
from offline_collect.store import (
    AuditFilter,
    AuditHead,
    BrokenLink,
    StoreError,
    StoreSettings,
    append_audit,
    audit_rows,
    check_chain,
    open_store,
)
from offline_collect.store.backoffice.audit import audit_hash
from offline_collect.store.schema.tables import serial_counters
from offline_collect.store.schema.user_tables import audit_trail
from tests.fakes.bank import NOON
from tests.support.audited import about

WRITERS, CHANGES = 4, 12
CHANGED = [
    ("anna", "merchant add SCHOOL01", None, {"name": "阳光小学"}),
    ("li.na", "merchant suspend SCHOOL01", {"status": "ACTIVE"}, {"status": "SUSPENDED"}),
    ("anna", "merchant add SCHOOL01_B", None, {"name": "b"}),
    ("张伟", "bills set SCHOOL01 S1", {"amount": "1.00"}, None),
]


@pytest.fixture
def trail(store):
    """A store with four changes, one hour apart."""
    with store.transaction() as tx:
        for hour, (who, what, before, after) in enumerate(CHANGED):
            append_audit(tx, who, *about(what), before, after, NOON + dt.timedelta(hours=hour))
    return store


def found(store, **wanted):
    with store.snapshot() as reading:
        return [row.sequence for row in audit_rows(reading, AuditFilter(**wanted))]


def checked(store, known=None):
    with store.snapshot() as reading:
        return list(check_chain(reading, known))


def broken(store, known=None):
    return [(link.sequence, link.problem) for link in checked(store, known) if isinstance(link, BrokenLink)]


def tamper(store, *statements):
    with store.transaction() as tx:
        for statement in statements:
            tx.connection.execute(statement)


def test_a_row_is_read_as_it_was_written(trail):
    with trail.snapshot() as reading:
        row = list(audit_rows(reading, AuditFilter()))[1]
    assert (row.sequence, row.actor, row.what) == (2, "li.na", "merchant suspend SCHOOL01")
    assert (row.before, row.after) == ({"status": "ACTIVE"}, {"status": "SUSPENDED"})
    assert row.at == NOON + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, [1, 2, 3, 4]),
        ({"most": 2}, [3, 4]),
        ({"merchant_id": "SCHOOL01"}, [1, 2, 4]),
        ({"merchant_id": "SCHOOL01_B"}, [3]),
        ({"merchant_id": "SCHOOL0%"}, []),
        ({"merchant_id": "SCHOOL01", "most": 1}, [4]),
        ({"actor": "anna"}, [1, 3]),
        ({"action": "merchant add"}, [1, 3]),
        ({"action": "merchant"}, []),
        ({"subject_type": SubjectType.BILL}, [4]),
        ({"subject_type": SubjectType.MERCHANT, "subject_id": "SCHOOL01"}, [1, 2]),
        ({"merchant_id": "S1"}, []),
        ({"actor": "nobody"}, []),
        ({"since": NOON + dt.timedelta(hours=1)}, [2, 3, 4]),
        ({"until": NOON + dt.timedelta(hours=1)}, [1]),
        ({"since": NOON, "until": NOON + dt.timedelta(hours=3), "actor": "anna"}, [1, 3]),
    ],
)
def test_rows_are_found_by_merchant_person_and_moment(trail, wanted, rows):
    assert found(trail, **wanted) == rows


def test_a_whole_chain_tells_its_head(trail):
    (head,) = checked(trail)
    with trail.snapshot() as reading:
        (last,) = audit_rows(reading, AuditFilter(most=1))
    assert head == AuditHead(4, last.hash)
    assert broken(trail, head) == []


def test_an_empty_trail_is_whole(store):
    assert [head.sequence for head in checked(store)] == [0]


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "somebody"},
        {"action": "merchant add X"},
        {"subject_id": "SCHOOL02"},
        {"merchant_id": None},
        {"after": '{"name":"他校"}'},
        {"before": "{}"},
        {"at": NOON - dt.timedelta(days=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_edited_row_breaks_the_chain_where_it_stands(trail, changed):
    tamper(trail, update(audit_trail).where(audit_trail.c.sequence == 1).values(changed))
    assert broken(trail) == [(1, "the audit row was changed")]


def test_a_row_that_was_edited_and_hashed_anew_breaks_the_chain_behind_it(trail):
    with trail.snapshot() as reading:
        query = select(audit_trail).where(audit_trail.c.sequence == 2)
        row = {**reading.connection.execute(query).mappings().one(), "actor": "somebody"}
    hashed = audit_hash(row["previous_hash"], row)
    tamper(
        trail, update(audit_trail).where(audit_trail.c.sequence == 2).values(actor="somebody", hash=hashed)
    )
    ((sequence, problem),) = broken(trail)
    assert sequence == 3
    assert "not chained to the one before it" in problem


@pytest.mark.parametrize(
    ("gone", "where", "problem"),
    [
        (1, 2, "rows before this one are gone"),
        (3, 4, "rows before this one are gone"),
        (4, 3, "rows after this"),
    ],
)
def test_a_removed_row_breaks_the_chain(trail, gone, where, problem):
    tamper(trail, delete(audit_trail).where(audit_trail.c.sequence == gone))
    ((sequence, told),) = broken(trail)
    assert sequence == where
    assert problem in told


def test_a_row_that_was_put_in_is_found(trail):
    (head,) = checked(trail)
    row = dict.fromkeys(column.name for column in audit_trail.columns)
    row |= {"sequence": 5, "version": 2, "at": NOON, "actor": "somebody", "action": "merchant add"}
    row |= {"hash": audit_hash(head.hash, row), "previous_hash": head.hash}
    tamper(trail, insert(audit_trail).values(row))
    assert broken(trail) == [(5, "the audit row was put in by something else than this program")]


def test_a_chain_that_was_made_anew_is_found_by_a_head_that_is_known(trail):
    (head,) = checked(trail)
    counter = update(serial_counters).where(serial_counters.c.name == "audit_trail").values(next_number=1)
    tamper(trail, delete(audit_trail), counter)
    assert broken(trail) == []
    assert broken(trail, head) == [(0, "audit rows after this one are gone")]
    with trail.transaction() as tx:
        for who, what, before, after in CHANGED:
            append_audit(tx, who, *about(what), before, after, NOON)
    assert broken(trail) == []
    assert broken(trail, head) == [(4, "the audit row is not the one that is known")]


def test_writers_at_the_same_time_make_one_chain(migrated_url):
    began = threading.Barrier(WRITERS)
    failures = []

    def write(name):
        store = open_store(StoreSettings(migrated_url, lock_timeout_ms=30_000))
        began.wait()
        try:
            for number in range(CHANGES):
                with store.transaction() as tx:
                    append_audit(tx, name, *about(f"change {number}"), None, {"n": number}, NOON)
        except StoreError as error:
            failures.append(error)
        finally:
            store.dispose()

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    store = open_store(StoreSettings(migrated_url))
    try:
        (head,) = checked(store)
        assert head.sequence == WRITERS * CHANGES
        for n in range(WRITERS):
            with store.snapshot() as reading:
                own = list(audit_rows(reading, AuditFilter(actor=f"writer {n}")))
            assert [row.after["n"] for row in own] == list(range(CHANGES))
    finally:
        store.dispose()


def test_a_change_that_is_rolled_back_leaves_no_row_and_no_gap(trail):
    def fail():
        with trail.transaction() as tx:
            append_audit(tx, "anna", *about("merchant add X"), None, None, NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with trail.transaction() as tx:
        append_audit(tx, "anna", *about("merchant add Y"), None, None, NOON)
    assert found(trail) == [1, 2, 3, 4, 5]
    assert broken(trail) == []

"""Imports as the tests carry them out: each step in its own transaction, as in separate processes."""

from offline_collect.merchant.imports.refusal_words import refusal_words, undo_words
from offline_collect.store import (
    ImportCounts,
    ImportFile,
    ImportKind,
    ImportState,
    begin_import,
    begin_undo,
    cancel_undo,
    discard_staged,
    finish_staging,
    finish_undo,
    get_import,
    mark_undo,
    reject_import,
    release_import,
    stage_bills,
    stage_customers,
    stage_withdrawals,
    tidy_import,
)
from tests.fakes.bank import NOON

MOST = 3
"""Rows of one step: few, so that the tests' rows need several steps."""


def file_of(kind=ImportKind.BILLS, merchant="SCHOOL01", sha256="0" * 64):
    """Return a file to import."""
    return ImportFile(merchant, kind, sha256, "bills.csv", 10, "ann", {"sheet": "一"})


def begin(store, **more):
    """Begin an import; return its number."""
    with store.transaction() as tx:
        return begin_import(tx, file_of(**more), NOON)


def stage(store, number, *records, withdrawn=()):
    """Stage bills, and the withdrawal of others; return the outcomes."""
    with store.transaction() as tx:
        outcomes = stage_bills(tx, number, records)
        return outcomes + stage_withdrawals(tx, number, withdrawn)


def stage_people(store, number, *records):
    """Stage customers; return the outcomes."""
    with store.transaction() as tx:
        return stage_customers(tx, number, records)


def finish(store, number, count=1):
    """Make an import WAITING."""
    with store.transaction() as tx:
        finish_staging(tx, number, ImportCounts(read=count, new=count))


def staged(store, *records, withdrawn=(), **more):
    """Return the number of an import of bills that waits."""
    number = begin(store, **more)
    outcomes = stage(store, number, *records, withdrawn=withdrawn)
    assert not [refusal_words(outcome.refusal) for outcome in outcomes if outcome.refusal]
    finish(store, number, len(outcomes))
    return number


def staged_people(store, *records, **more):
    """Return the number of an import of customers that waits."""
    number = begin(store, kind=ImportKind.CUSTOMERS, **more)
    assert not [
        refusal_words(outcome.refusal) for outcome in stage_people(store, number, *records) if outcome.refusal
    ]
    finish(store, number, len(records))
    return number


def release(store, number):
    """Release an import."""
    with store.transaction() as tx:
        return release_import(tx, number, "bob", NOON)


def reject(store, number):
    """Reject an import."""
    with store.transaction() as tx:
        return reject_import(tx, number, "bob", NOON)


def tidy(store, number):
    """Tidy an import to the end; return it."""
    step = tidy_import if look(store, number).state is ImportState.RELEASED else discard_staged
    done = False
    while not done:
        with store.transaction() as tx:
            done = step(tx, number, MOST)
    return look(store, number)


def look(store, number):
    """Return an import."""
    with store.snapshot() as reading:
        return get_import(reading, number)


def start_undo(store, number):
    """Begin to undo an import."""
    with store.transaction() as tx:
        begin_undo(tx, number)


def mark(store, number):
    """Check an import that is being undone; return the obstacles."""
    while True:
        with store.transaction() as tx:
            done, obstacles = mark_undo(tx, number, MOST)
        if done or obstacles:
            return [(obstacle.number, undo_words(obstacle.reason)) for obstacle in obstacles]


def finish_undoing(store, number):
    """Take an import's rows out of effect."""
    with store.transaction() as tx:
        return finish_undo(tx, number, "bob", NOON)


def cancel(store, number):
    """Put an import that is being undone into effect again."""
    with store.transaction() as tx:
        return cancel_undo(tx, number)


def undo(store, number):
    """Undo an import completely, and tidy it."""
    start_undo(store, number)
    assert mark(store, number) == []
    finish_undoing(store, number)
    return tidy(store, number)

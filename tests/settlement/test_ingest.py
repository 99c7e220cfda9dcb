"""A front-end processor's file against our day: every class, whole files only, nothing twice."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from offline_collect.domain.access.actor import NotPermittedError
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.records import DayFile, FepRow
from offline_collect.settlement.reconciliation import staging
from offline_collect.store import AlreadyExistsError, WrongStateError
from offline_collect.store.reconciliation.files import begin_file, files_of, stage_keys, stage_rows
from offline_collect.store.schema.reconciliation_tables import recon_keys, recon_rows
from tests.fakes.bank import DAY
from tests.settlement.fep import Book
from tests.support.actors import user

NEXT = BusinessDate(2026, 11, 23)


def told(items):
    return sorted(
        (item.kind.value[0], item.match_key.split("|")[3], item.difference, item.follow_up.value)
        for item in items
    )


def test_every_planted_difference_is_found_and_nothing_else(desk, planted):
    book, expected = planted
    desk.cutover(DAY)
    done = desk.ingest(book)
    assert told(desk.items()) == expected
    their_items = sum(item.theirs_minor is not None for item in desk.items())
    assert (done.file.rows_read, done.file.rows_matched) == (len(book.rows), len(book.rows) - their_items)
    ours = sum(
        12_345 for item in desk.items() if item.difference == "PLATFORM_ONLY" and item.kind == "PAYMENT"
    )
    assert ours == 2 * 12_345
    assert desk.teller.report().whole


@pytest.mark.parametrize(
    "migrated_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_postgresql_has_looked_at_the_rows_before_it_joins_them(desk, planted):
    """Otherwise it takes the file for an empty table, and a day of 200,000 payments takes hours."""
    book, _ = planted
    desk.cutover(DAY)
    desk.ingest(book)
    asked = text("SELECT reltuples FROM pg_class WHERE relname = 'recon_rows'")
    with desk.store.snapshot() as reading:
        assert reading.connection.execute(asked).scalar_one() == len(book.rows)


def test_the_keys_are_those_of_the_rows_however_they_are_made(desk, planted, monkeypatch):
    book, _ = planted
    desk.cutover(DAY)
    monkeypatch.setattr(staging, "CHUNK", 2)
    desk.ingest(book)
    columns = [(table.c.match_key, table.c.reverses, table.c.line) for table in (recon_rows, recon_keys)]
    with desk.store.snapshot() as reading:
        rows, keys = ([tuple(row) for row in reading.connection.execute(select(*each))] for each in columns)
    assert len(rows) == len(book.rows)
    assert sorted(keys) == sorted(rows)


def test_a_clean_day_opens_nothing(desk):
    command, _ = desk.teller.pay("S1")
    book = Book()
    book.pay(command)
    desk.cutover(DAY)
    done = desk.ingest(book)
    assert (done.items, done.file.rows_matched, desk.items()) == (0, 1, [])


def test_the_same_file_is_taken_once_and_a_corrected_one_replaces_what_is_open(desk, planted):
    book, expected = planted
    desk.cutover(DAY)
    path = book.write(desk.folder / "day.dat")
    desk.take(path)
    with pytest.raises(AlreadyExistsError, match="taken before"):
        desk.take(path)
    assert told(desk.items()) == expected
    invented = next(row for row in book.rows if row.stan == "900001")
    done = desk.ingest(book.without(invented))
    assert done.replaced == 1
    left = [row for row in expected if row[1] != "900001"]
    assert told(desk.items(open_only=True)) == left
    with desk.store.snapshot() as reading:
        assert [file.file_id for file in files_of(reading, DAY)] == [done.file.file_id]
    assert desk.teller.count(recon_rows) == len(book.rows) - 1


def test_rows_of_neighbouring_days_match(desk):
    teller = desk.teller
    late, early = teller.pay("S1")[0], None
    desk.cutover(DAY)
    early = teller.pay("S2")[0]
    first = Book()
    # Theirs are on the other side of the cutover.
    first.pay(early)
    desk.ingest(first)
    assert told(desk.items(open_only=True)) == [("P", late.stan, "PLATFORM_ONLY", "CONTRA")]
    desk.cutover(NEXT)
    second = Book(day=NEXT)
    second.pay(late)
    done = desk.ingest(second)
    assert (done.matched, desk.items(open_only=True)) == (1, [])
    assert told(desk.items(difference="DAY_DIFFERS")) == [
        ("P", late.stan, "DAY_DIFFERS", "NONE"),
        ("P", early.stan, "DAY_DIFFERS", "NONE"),
    ]
    # A corrected file that lacks the row opens the item of the day before again.
    third = Book(day=NEXT)
    third.made_up(900_002)
    desk.ingest(third)
    assert told(desk.items(open_only=True)) == sorted(
        [
            ("P", late.stan, "PLATFORM_ONLY", "CONTRA"),
            ("P", "900002", "FEP_ONLY_UNKNOWN", "SUSPENSE"),
        ]
    )


def test_a_corrected_file_matches_the_neighbouring_day_as_the_former_did(desk):
    late = desk.teller.pay("S1")[0]
    desk.cutover(DAY)
    desk.ingest(Book())
    desk.cutover(NEXT)
    second = Book(day=NEXT)
    second.pay(late)
    assert desk.ingest(second).matched == 1
    second.made_up(900_002)
    assert desk.ingest(second).matched == 1
    assert told(desk.items(open_only=True)) == [("P", "900002", "FEP_ONLY_UNKNOWN", "SUSPENSE")]


def test_a_corrected_file_without_a_late_payment_asks_to_post_nothing_for_its_reversal(desk):
    teller = desk.teller
    late = teller.pay("S1")[0]
    desk.cutover(DAY)
    assert teller.ask(teller.terminal.reversal(teller.now, late)).approved
    desk.ingest(Book())
    desk.cutover(NEXT)
    second = Book(day=NEXT)
    second.pay(late)
    desk.ingest(second)
    assert told(desk.items(open_only=True)) == [("R", late.stan, "STATE_DIFFERS", "POST")]
    desk.ingest(Book(day=NEXT))
    assert told(desk.items(open_only=True)) == [
        ("P", late.stan, "PLATFORM_ONLY", "NOTE"),
        ("R", late.stan, "PLATFORM_ONLY", "NOTE"),
    ]


def test_a_row_that_is_listed_on_two_days_is_a_duplicate(desk):
    command, _ = desk.teller.pay("S1")
    first, second = Book(), Book(day=NEXT)
    first.pay(command)
    second.pay(command)
    desk.cutover(DAY)
    desk.ingest(first)
    desk.cutover(NEXT)
    desk.ingest(second)
    assert told(desk.items()) == [("P", command.stan, "DUPLICATE_ROW", "NOTE")]


@pytest.mark.parametrize(
    ("offset", "content", "words"),
    [
        (-30, b"0", "is not that of the lines above"),
        (-100, b"9", "the details have"),
        (40, b"9999", "is neither a payment nor a reversal"),
    ],
)
def test_a_file_that_was_changed_is_refused_as_a_whole(desk, offset, content, words):
    command, _ = desk.teller.pay("S1")
    book = Book()
    book.pay(command)
    desk.cutover(DAY)
    path = book.write(desk.folder / "changed.dat")
    raw = bytearray(path.read_bytes())
    at = offset if offset > 0 else len(raw) + offset
    raw[35 + 11 : 35 + 15] = content if offset > 0 else raw[35 + 11 : 35 + 15]
    if offset < 0:
        raw[at : at + 1] = b"0" if raw[at : at + 1] != b"0" else b"1"
    path.write_bytes(raw)
    with pytest.raises(ReconciliationError, match=words):
        desk.take(path)
    assert desk.items() == []
    assert (desk.teller.count(recon_rows), desk.teller.count(recon_keys)) == (0, 0)
    # It can be taken once it is right.
    assert desk.ingest(book).file.rows_matched == 1


def test_only_a_day_that_is_cut_is_reconciled(desk):
    book = Book()
    with pytest.raises(ReconciliationError, match="2026-11-22 is open"):
        desk.ingest(book)
    with pytest.raises(ReconciliationError, match="no business day 2026-11-29"):
        desk.ingest(replace(book, day=BusinessDate(2026, 11, 29)))


def test_who_may_take_a_file(desk):
    desk.cutover(DAY)
    with pytest.raises(NotPermittedError):
        desk.ingest(Book(), user("li.na", Role.CHECKER))
    assert desk.ingest(Book(), user("ops", Role.OPERATOR)).file.rows_read == 0


def test_a_run_that_was_killed_leaves_nothing_in_the_way(desk):
    """It staged rows and ended: the next run gives its file up, takes the same file, and deletes its rows."""
    command, _ = desk.teller.pay("S1")
    book = Book()
    book.pay(command)
    desk.cutover(DAY)
    path = book.write(desk.folder / "killed.dat")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with desk.store.transaction() as tx:
        number = begin_file(tx, DayFile(digest, "killed.dat", 1, "12345678", DAY, "ops"), desk.teller.now)
    with desk.store.transaction() as tx:
        left = FepRow(
            line=1,
            reverses=0,
            match_key=command.key,
            message_key=command.key,
            terminal="T",
            merchant_id="SCHOOL01",
            bill_no=None,
            amount_minor=1,
        )
        stage_rows(tx, number, [[left]])
        stage_keys(tx, number, [(command.key, 0, 1)])
    assert desk.take(path).file.rows_matched == 1
    assert (desk.teller.count(recon_rows), desk.teller.count(recon_keys)) == (1, 1)
    # The killed run, if it lives after all, is told.
    with pytest.raises(WrongStateError, match="given up by another run"), desk.store.transaction() as tx:
        stage_rows(tx, number, [[left]])

"""An evening: a clean one ends by itself, one with a difference stops at the person, and a second run goes on."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import delete

from offline_collect.domain.access.actor import NotPermittedError, ScopeError
from offline_collect.domain.access.organisation import BANK, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.business_days.cutover import CutoverTimes
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.days import DayState
from offline_collect.domain.business_days.evening import Ended, Question, Step
from offline_collect.domain.errors import ReconciliationError
from offline_collect.merchant.postings.reconciliation import ResolveOrder, resolve
from offline_collect.settlement.evening import Evening, run_evening
from offline_collect.settlement.payouts.write_file import write_unwritten
from offline_collect.settlement.reconciliation.days import reconcile_day, settle_day
from offline_collect.settlement.reconciliation.voucher_file import VoucherOrder, write_vouchers
from offline_collect.store.schema.voucher_tables import day_documents
from offline_collect.store.sql.business_days import get_day
from tests.fakes.bank import BEIJING, DAY
from tests.settlement.evening import OUT
from tests.settlement.evening import Evening as Days
from tests.settlement.fep import Book
from tests.support.actors import user

OPS = user("ops", Role.OPERATOR)
NEXT = BusinessDate(2026, 11, 23)
TIMES = CutoverTimes(BEIJING, dt.time(23, 30))


@pytest.fixture
def night(desk):
    """An open day with two payments, at an hour after its cutover time; and the front end's book."""
    book = Book()
    for bill_no in ("S1", "S2"):
        book.pay(desk.teller.pay(bill_no)[0])
    desk.teller.now = dt.datetime(2026, 11, 22, 23, 40, tzinfo=BEIJING)
    return book


class Files:
    """The files' side: takes a book when it has one, and writes vouchers."""

    def __init__(self, desk, folder):
        self.desk = desk
        self.folder = folder
        self.book = None
        self.fails = False

    def work(self):
        return {Step.INGEST: self.ingest, Step.VOUCHER: self.voucher}

    def ingest(self, _):
        if self.book is None:
            return []
        self.desk.ingest(self.book)
        self.book = None
        return ["taken"]

    def voucher(self, date):
        if self.fails:
            raise OSError(28, "No space left on device", str(self.folder))
        order = VoucherOrder(date, self.folder, BEIJING, actor=OPS, now=self.desk.teller.now)
        return map(str, write_vouchers(self.desk.store, order))


@pytest.fixture
def files(desk, tmp_path):
    return Files(desk, tmp_path)


def run(desk, files, actor=OPS, date=None, times=TIMES):
    evening = Evening(times, date, files.work())
    return list(run_evening(desk.store, actor, evening, lambda: desk.teller.now))


def whats(happened):
    return [each.what for each in happened]


def state(desk, date=DAY):
    with desk.store.snapshot() as reading:
        return get_day(reading, date).state


def test_a_clean_evening_ends_by_itself(desk, night, files):
    files.book = night
    found = run(desk, files)
    assert whats(found) == [
        *(Step.CUTOVER, Step.INGEST, Step.RECONCILE, Step.SETTLE, Step.VOUCHER),
        *(Ended.DONE, Ended.NOT_DUE),
    ]
    assert [each.date for each in found] == [DAY] * 6 + [NEXT]
    assert (state(desk), state(desk, NEXT)) == (DayState.SETTLED, DayState.OPEN)
    assert list(files.folder.glob("voucher-20261122-*.xlsx"))
    assert whats(run(desk, files)) == [Step.INGEST, Ended.DONE, Ended.NOT_DUE]
    assert desk.teller.report().whole


def test_it_stops_at_each_person_and_goes_on_from_there(desk, night, files):
    assert whats(run(desk, files)) == [Step.CUTOVER, Step.INGEST, Question.FILES_MISSING]
    night.made_up(900_001)
    files.book = night
    found = run(desk, files)
    assert whats(found) == [Step.INGEST, Question.ITEMS_OPEN]
    assert found[-1].standing.items == 1
    (item,) = desk.items(open_only=True)
    resolve(desk.store, ResolveOrder(item.item_no, None, "found", "156"), user("ann"), desk.teller.now)
    assert whats(run(desk, files))[1:4] == [Step.RECONCILE, Step.SETTLE, Step.VOUCHER]
    assert state(desk) is DayState.SETTLED


def test_a_run_that_failed_in_a_step_begins_again_with_it(desk, night, files):
    files.book, files.fails = night, True
    with pytest.raises(OSError, match="No space"):
        run(desk, files)
    assert state(desk) is DayState.SETTLED
    files.fails = False
    assert whats(run(desk, files))[:2] == [Step.INGEST, Step.VOUCHER]


def settled_without_files(desk, days):
    """Settle so many days by command, from the first one on."""
    day = desk.store.open_day().date
    for _ in range(days):
        following = desk.cutover(day)
        reconcile_day(desk.store, OPS, day, desk.teller.now)
        settle_day(desk.store, OPS, day, desk.teller.now)
        day = following


def vouchers(happened):
    return [each.date for each in happened if each.what is Step.VOUCHER]


def test_settled_days_whose_files_lack_are_ended_too(desk, files):
    settled_without_files(desk, 3)
    days = [BusinessDate.of(DAY + dt.timedelta(days=days)) for days in range(3)]
    assert vouchers(run(desk, files)) == days
    assert vouchers(run(desk, files)) == []
    with desk.store.transaction() as tx:
        tx.connection.execute(delete(day_documents).where(day_documents.c.business_date == days[1]))
    assert vouchers(run(desk, files)) == [days[1]], "one in between"
    with desk.store.transaction() as tx:
        tx.connection.execute(delete(day_documents).where(day_documents.c.business_date == days[0]))
    assert vouchers(run(desk, files)) == [], "days before the first one that has files are left alone"


def test_without_a_step_for_files_no_day_lacks_them(desk, files):
    settled_without_files(desk, 2)
    found = run_evening(desk.store, OPS, Evening(TIMES, None, {}), lambda: desk.teller.now)
    assert next((each.date, each.what) for each in found) == (NEXT, Ended.DONE)


def test_a_day_whose_statements_lack_does_not_stop_the_others(desk, files):
    settled_without_files(desk, 2)
    work = {
        **files.work(),
        Step.STATEMENTS: lambda date: [f"no statement of {date}"],
        Step.PAYOUTS: lambda _: [],
    }
    evening = Evening(TIMES, None, work)
    for vouchers_too in (True, False):
        found = list(run_evening(desk.store, OPS, evening, lambda: desk.teller.now))
        ended = [(each.date, each.what) for each in found if isinstance(each.what, Ended)][:2]
        assert ended == [(DAY, Ended.FILES_LACK), (NEXT, Ended.FILES_LACK)]
        assert bool(vouchers(found)) is vouchers_too


def test_payouts_of_each_day_that_a_run_ends_are_written(desk, files):
    bank = Days(desk)
    for bill_no in ("S1", "S2"):
        bank.pay(bill_no)
        assert bank.end()
    written = []

    def pay_out(date):
        written.append(date)
        acting = OPS, desk.teller.now
        return [each.run.run_no for each in write_unwritten(desk.store, date, files.folder, OUT, acting)]

    work = {Step.PAYOUTS: pay_out, Step.VOUCHER: files.voucher}
    list(run_evening(desk.store, OPS, Evening(TIMES, None, work), lambda: desk.teller.now))
    assert written == [DAY, NEXT]


def test_only_the_day_that_is_named(desk, night, files):
    assert whats(run(desk, files, date=DAY))[:1] == [Step.CUTOVER]
    assert whats(run(desk, files, date=NEXT)) == [Ended.NOT_DUE]
    by_command = replace(TIMES, at=None)
    assert whats(run(desk, files, date=NEXT, times=by_command)) == [Ended.NOT_DUE]
    with pytest.raises(ReconciliationError, match="there is no business day"):
        run(desk, files, date=BusinessDate(2027, 1, 1))


def test_days_that_wait_are_ended_one_after_the_other(desk, night, files):
    run(desk, files)
    desk.teller.now += dt.timedelta(days=1)
    assert whats(run(desk, files))[:3] == [Step.CUTOVER, Step.INGEST, Question.FILES_MISSING]
    files.book = night
    found = run(desk, files)
    settled = [each.date for each in found if each.what is Step.SETTLE]
    assert settled == [DAY, NEXT], "nobody paid on the second one"


def test_another_user_who_is_faster_does_not_stop_it(desk, night, files):
    files.book = night
    taken = []

    def faster():
        if Step.RECONCILE in taken and state(desk) is DayState.RECONCILED:
            settle_day(desk.store, user("ann"), DAY, desk.teller.now)
        return desk.teller.now

    for each in run_evening(desk.store, OPS, Evening(TIMES, None, files.work()), faster):
        taken += [each.what]
    assert state(desk) is DayState.SETTLED
    assert Ended.DONE in taken


def test_who_may(desk, night, files):
    for role in (Role.CHECKER, Role.AUDITOR):
        with pytest.raises(NotPermittedError):
            run(desk, files, user("x", role))
    with pytest.raises(ScopeError):
        run(desk, files, replace(OPS, scope=Scope(BANK.path)))
    evening = Evening(TIMES, None, {Step.DEBITS: lambda _: []})
    assert run_evening(desk.store, OPS, evening, lambda: desk.teller.now)
    assert state(desk) is DayState.OPEN, "nothing is done before it is asked for"

"""What the console keeps in the store: credentials, sessions, forms that were sent, and the day by hour."""

import datetime as dt
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.access.sessions import SessionState, SessionTimes
from offline_collect.merchant.access.sent_forms import SentBefore, answer_form, give_form_back, take_form
from offline_collect.merchant.access.sessions import KEEP_FORMS, begin, resume
from offline_collect.merchant.access.users import register_user
from offline_collect.store.backoffice.console_sessions import (
    ConsoleSession,
    add_session,
    forget_sessions,
    get_session,
    living_sessions,
    put_session,
)
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from offline_collect.store.reports.day_hours import HourSum, hour_sums
from offline_collect.store.schema.console_tables import console_forms
from tests.fakes.bank import DAY, NOON

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def users(teller):
    """A store with two users."""
    for name, role in (("carl", Role.CHECKER), ("olga", Role.OPERATOR)):
        register_user(teller.store, name, [role], SYSTEM, NOON)
    return teller.store


def session(name="olga", digest="d1", began=NOON, **changed):
    made = ConsoleSession(
        digest=digest,
        name=name,
        state=SessionState.OPEN,
        address="192.0.2.1",
        began_at=began,
        seen_at=began,
        confirmed_at=began,
    )
    return replace(made, **changed)


def test_credentials_are_kept_as_they_were_put(users):
    whole = Credentials(
        "olga",
        password_hash="$argon2id$x",
        must_change=True,
        proposed_hash="$argon2id$y",
        totp_secret="ABC",
        proposed_totp="DEF",
        totp_step=59_000_000,
        failures=3,
        failed_at=NOON,
    )
    with users.transaction() as tx:
        assert get_credentials(tx, "olga") is None
        put_credentials(tx, whole)
        assert get_credentials(tx, "olga", lock=True) == whole
        put_credentials(tx, Credentials("olga"))
        assert get_credentials(tx, "olga") == Credentials("olga")
    assert "argon2" not in repr(whole)


def test_sessions_are_found_listed_and_forgotten(users):
    with users.transaction() as tx:
        for one in (session(), session("carl", "c1"), session(digest="d2", state=SessionState.ENDED)):
            add_session(tx, one)
        assert get_session(tx, "d1", lock=True) == session()
        assert get_session(tx, "no") is None
        assert [one.digest for one in living_sessions(tx)] == ["c1", "d1"]
        assert [one.digest for one in living_sessions(tx, "olga")] == ["d1"]
        assert [one.digest for one in living_sessions(tx, after=("carl", "c1"))] == ["d1"]
        assert [one.digest for one in living_sessions(tx, most=1)] == ["c1"]
        put_session(tx, session(state=SessionState.ENDED, ended_at=NOON))
        assert get_session(tx, "d1").ended_at == NOON
        forget_sessions(tx, "olga", NOON)
        assert get_session(tx, "d2") is not None
        forget_sessions(tx, "olga", NOON + dt.timedelta(seconds=1))
        assert get_session(tx, "d2") is None
        assert get_session(tx, "c1") is not None


def test_sessions_of_users_out_of_sight_are_not_found(users):
    with users.transaction() as tx:
        add_session(tx, session())
    with users.within(Scope("/BANK2/")).transaction() as tx:
        assert get_session(tx, "d1") is None
        assert living_sessions(tx) == []


def test_a_session_that_has_expired_is_marked_when_it_is_asked_for(users):
    from offline_collect.merchant.access.sessions import digest_of_key  # noqa: PLC0415

    digest, times = digest_of_key("key"), SessionTimes()
    with users.transaction() as tx:
        begin(tx, session(digest=digest), NOON)
    assert resume(users, "other", NOON, times) is None
    assert resume(users, "key", NOON + dt.timedelta(minutes=1), times).seen_at == NOON
    late = NOON + dt.timedelta(minutes=16)
    assert resume(users, "key", late, times) is None
    with users.snapshot() as reading:
        assert get_session(reading, digest).state is SessionState.EXPIRED


def test_a_forms_token_is_taken_once_and_keeps_where_the_answer_is(users):
    assert take_form(users, TOKEN, session(), NOON) is None
    assert take_form(users, TOKEN, session(), NOON) == SentBefore(None)
    answer_form(users, TOKEN, "/users")
    assert take_form(users, TOKEN, session(), NOON) == SentBefore("/users")
    assert take_form(users, TOKEN, session(digest="d2"), NOON) == SentBefore(None)
    give_form_back(users, TOKEN)
    assert take_form(users, TOKEN, session(), NOON) is None


def test_of_two_sendings_at_the_same_time_one_makes_the_change(users):
    together, found = Barrier(2), []

    def send():
        together.wait()
        found.append(take_form(users, TOKEN, session(), NOON))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=str) == [None, SentBefore(None)]


def test_forms_that_were_sent_are_forgotten_after_a_day(users):
    take_form(users, TOKEN, session(), NOON)
    for after, left in ((KEEP_FORMS, 1), (KEEP_FORMS + dt.timedelta(seconds=1), 0)):
        with users.transaction() as tx:
            begin(tx, session(digest=str(left)), NOON + after)
            assert len(tx.connection.execute(console_forms.select()).all()) == left


def test_the_payments_of_a_day_are_summed_by_hour(teller):
    pay = teller.terminal.payment
    for minutes, bill in ((0, "S1"), (10, "S2"), (65, "S3")):
        teller.now = NOON + dt.timedelta(minutes=minutes)
        teller.submit(pay(teller.now, "SCHOOL01", bill, 12_345))
    paid = pay(teller.now, "SCHOOL01", "S4", 12_345)
    teller.submit(paid)
    teller.submit(teller.terminal.reversal(teller.now, paid))
    with teller.store.snapshot() as reading:
        first, second = hour_sums(reading, DAY)
    assert first == HourSum(
        first_at=NOON,
        institution="12345678",
        currency="156",
        count=2,
        amount_minor=24_690,
        reversed_count=0,
        reversed_minor=0,
    )
    assert (second.first_at, second.count, second.amount_minor) == (
        NOON + dt.timedelta(minutes=65),
        2,
        24_690,
    )
    assert (second.reversed_count, second.reversed_minor) == (1, 12_345)
    with teller.store.within(Scope("/", frozenset({"WATER001"}))).snapshot() as reading:
        assert hour_sums(reading, DAY) == []

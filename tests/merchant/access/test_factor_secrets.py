"""The secrets of second factors at rest: under the master key, bound to their user, re-encrypted with the keys."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import Role
from offline_collect.domain.access.sessions import SessionState
from offline_collect.merchant.access.credentials import propose_totp
from offline_collect.merchant.access.errors import SecondFactorError
from offline_collect.merchant.access.factor_secrets import open_secret, seal_secret, seal_stored
from offline_collect.merchant.access.second_factor import new_secret
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys.custody import Custody
from offline_collect.merchant.keys.rewrap import rewrap
from offline_collect.store.backoffice.console_sessions import ConsoleSession
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from offline_collect.wire.security.sealing import MasterKey
from tests.merchant.documents import NOW

OLD, NEW = (MasterKey(bytes([number]) * 32) for number in (1, 2))
HOUR = dt.timedelta(hours=1)
BEFORE, BOTH, AFTER = Custody(OLD, HOUR), Custody(OLD, HOUR, following=NEW), Custody(NEW, HOUR)
SECRET, OTHER = new_secret(), new_secret()


@pytest.fixture
def users(store):
    """A store with olga and carl."""
    for name in ("olga", "carl"):
        register_user(store, name, [Role.OPERATOR], SYSTEM, NOW)
    return store


def put(store, name="olga", **fields):
    with store.transaction() as tx:
        put_credentials(tx, Credentials(name, **fields))


def sealed(store, name="olga", secret=SECRET, custody=BEFORE):
    with store.transaction() as tx:
        return seal_secret(tx, custody, name, secret)


def read(store, name="olga"):
    with store.snapshot() as reading:
        return get_credentials(reading, name)


def session_of(name):
    return ConsoleSession("d", name, SessionState.OPEN, "192.0.2.1", NOW, NOW, NOW)


def test_a_stored_secret_shows_nothing_and_opens_for_its_user_alone(users):
    stored = sealed(users)
    assert SECRET not in stored
    assert SECRET.encode().hex() not in stored.lower()
    assert open_secret(BEFORE, "olga", stored) == SECRET
    assert stored != sealed(users), "each has a nonce of its own"
    with pytest.raises(SecondFactorError, match="cannot be decrypted") as caught:
        open_secret(BEFORE, "carl", stored)
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    ("custody", "reason"), [(AFTER, "another master key"), (None, r"set keys\.master_key_file")]
)
def test_without_its_master_key_no_secret_opens(users, custody, reason):
    stored = sealed(users)
    with pytest.raises(SecondFactorError, match=reason):
        open_secret(custody, "olga", stored)


def test_what_is_proposed_is_encrypted_and_stays_the_same(users):
    rules = SignInRules(custody=BEFORE)
    proposed = propose_totp(users, session_of("olga"), rules)
    assert proposed not in read(users).proposed_totp
    assert propose_totp(users, session_of("olga"), rules) == proposed
    with pytest.raises(SecondFactorError, match="need the master key"):
        propose_totp(users, session_of("carl"), SignInRules())


def test_secrets_of_a_store_of_before_are_encrypted_once(users):
    put(users, totp_secret=SECRET, proposed_totp=OTHER, failures=2)
    assert seal_stored(users, BEFORE) == 1
    known = read(users)
    assert (SECRET in known.totp_secret, OTHER in known.proposed_totp, known.failures) == (False, False, 2)
    assert open_secret(BEFORE, "olga", known.totp_secret) == SECRET
    assert open_secret(BEFORE, "olga", known.proposed_totp) == OTHER
    assert seal_stored(users, BEFORE) == 0
    assert read(users).totp_secret == known.totp_secret


@pytest.mark.parametrize("custody", [None, AFTER], ids=["no master key", "another master key"])
def test_secrets_that_cannot_be_kept_or_opened_are_refused_and_left(users, custody):
    put(users, totp_secret=sealed(users))
    put(users, "carl", totp_secret=OTHER)
    before = read(users).totp_secret
    with pytest.raises(SecondFactorError):
        seal_stored(users, custody)
    assert (read(users).totp_secret, read(users, "carl").totp_secret) == (before, OTHER)


def test_a_store_without_second_factors_needs_no_master_key(users):
    assert seal_stored(users, None) == 0


def test_a_change_of_the_master_key_takes_second_factors_along(users):
    put(users, totp_secret=sealed(users), proposed_totp=sealed(users, secret=OTHER))
    put(users, "carl", totp_secret=OTHER)
    done = rewrap(users, BOTH, SYSTEM, NOW)
    assert (done.keys, done.second_factors) == (0, 2)
    assert open_secret(AFTER, "olga", read(users).totp_secret) == SECRET
    assert open_secret(AFTER, "olga", read(users).proposed_totp) == OTHER
    assert open_secret(AFTER, "carl", read(users, "carl").totp_secret) == OTHER
    assert seal_secret_after(users).startswith(NEW.check_value), "further ones are under the next one too"
    with pytest.raises(KeyRefusedError, match="no key is under the master key"):
        rewrap(users, BOTH, SYSTEM, NOW)


def seal_secret_after(store):
    return sealed(store, custody=BOTH)


def test_a_second_factor_that_opens_under_neither_stops_the_change(users):
    put(users, totp_secret=sealed(users))
    put(users, "carl", totp_secret=sealed(users, "carl"))
    changed = replace(BOTH, master=MasterKey(bytes(32)))
    before = read(users).totp_secret
    with pytest.raises(SecondFactorError):
        rewrap(users, changed, SYSTEM, NOW)
    assert read(users).totp_secret == before

"""`user add --password-file` and `user password`: passwords for the console."""

import pytest

from offline_collect.merchant.access.password_hashes import matches
from offline_collect.store import StoreSettings, open_store
from offline_collect.store.backoffice.credentials import get_credentials
from tests.app.cli.passwords import put_password

INIT = ("init", "--business-date", "2026-11-22", "--yes")


@pytest.fixture
def bank(prepared, done, tmp_path):
    """A store with a checker, whom nobody has given a password yet."""
    prepared(INIT, ("user", "add", "carl", "--role", "CHECKER"))
    put_password(tmp_path)
    return done


def credentials(name):
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with store.snapshot() as reading:
        found = get_credentials(reading, name)
    store.dispose()
    return found


def test_the_first_users_get_their_passwords_with_their_roles(bank):
    bank("user", "add", "anna", "--role", "ADMIN", "--password-file", "password")
    known = credentials("anna")
    assert matches(known.password_hash, "several plain words")
    assert known.must_change
    assert "user password anna" in bank("audit", "show", "--as", "anna")


def test_a_password_is_set_once_another_user_has_approved_it(bank, cli):
    bank("user", "add", "anna", "--role", "ADMIN")
    asked = bank("user", "password", "carl", "--password-file", "password", "--as", "anna")
    assert asked.startswith("asked: approval 1 waits for another user")
    assert credentials("carl").password_hash is None
    shown = bank("approvals", "show", "1", "--as", "anna")
    assert "argon2" not in shown
    assert "several plain words" not in shown
    bank("approvals", "approve", "1", "--as", "carl")
    known = credentials("carl")
    assert matches(known.password_hash, "several plain words")
    assert (known.must_change, known.proposed_hash) == (True, None)
    assert "argon2" not in bank("audit", "show", "--as", "anna")


def test_a_request_for_one_password_does_not_set_another(bank, refused, tmp_path):
    bank("user", "add", "cleo", "--role", "CHECKER")
    bank("user", "add", "anna", "--role", "ADMIN")
    bank("user", "password", "carl", "--password-file", "password", "--as", "anna")
    put_password(tmp_path, "four other plain words")
    bank("user", "password", "carl", "--password-file", "password", "--as", "anna")
    said = refused("approvals", "approve", "1", "--as", "cleo")
    assert "was changed after it" in said
    bank("approvals", "approve", "2", "--as", "cleo")
    assert matches(credentials("carl").password_hash, "four other plain words")


def test_a_user_who_must_be_approved_gets_the_password_afterwards(bank, refused):
    bank("user", "add", "anna", "--role", "ADMIN")
    said = refused("user", "add", "max", "--role", "MAKER", "--password-file", "password", "--as", "anna")
    assert "the user must be approved first" in said
    assert credentials("max") is None


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("several plain words", 0o644, "others can read the password: run chmod 600 password"),
        ("short", 0o600, "a password has 12 to 128 characters"),
        ("", 0o600, "a password has 12 to 128 characters"),
        ("my name is carl", 0o600, "does not contain the user's name"),
    ],
)
def test_a_password_that_others_can_read_or_guess_is_refused(bank, refused, tmp_path, text, mode, said):
    put_password(tmp_path, text, mode)
    assert said in refused("user", "password", "carl", "--password-file", "password")
    assert credentials("carl") is None


def test_a_file_that_is_not_there_is_refused(bank, refused):
    assert "none: the password cannot be read" in refused(
        "user", "password", "carl", "--password-file", "none"
    )


def test_the_second_factor_of_a_lost_device_is_forgotten_only_on_demand(bank):
    store = open_store(StoreSettings("sqlite:///bank.db"))
    with store.transaction() as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO user_credentials (name, must_change, failures, totp_secret) VALUES ('carl', 0, 9, 'ABC')"
        )
    store.dispose()
    bank("user", "password", "carl", "--password-file", "password")
    assert (credentials("carl").totp_secret, credentials("carl").failures) == ("ABC", 0)
    bank("user", "password", "carl", "--password-file", "password", "--forget-second-factor")
    assert credentials("carl").totp_secret is None

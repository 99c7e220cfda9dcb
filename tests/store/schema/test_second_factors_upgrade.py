"""Secrets of second factors through the versions: as they are until the console encrypts them; none goes back."""

import pytest
from alembic import command

from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.factor_secrets import seal_stored
from offline_collect.merchant.access.users import register_user
from offline_collect.store import StoreSettings, open_store, upgrade
from offline_collect.store.backoffice.credentials import Credentials, get_credentials, put_credentials
from tests.console.town import CUSTODY
from tests.fakes.bank import NOON
from tests.store.schema.test_upgrade import migrate
from tests.store.teller import Teller

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def old_url(store_url):
    """A store of version 0028 with a second factor, and a user without one."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store):
        for name, secret in (("olga", SECRET), ("carl", None)):
            register_user(store, name, [Role.OPERATOR], SYSTEM, NOON)
            with store.transaction() as tx:
                put_credentials(tx, Credentials(name, "hash", totp_secret=secret))
    store.dispose()
    migrate(store_url, command.downgrade, "0028")
    return store_url


def credentials(url):
    store = open_store(StoreSettings(url))
    with store.snapshot() as reading:
        found = {name: get_credentials(reading, name) for name in ("olga", "carl")}
    store.dispose()
    return found


def test_a_secret_stays_and_is_encrypted_when_the_console_starts(old_url):
    assert upgrade(StoreSettings(old_url))
    assert credentials(old_url)["olga"].totp_secret == SECRET
    store = open_store(StoreSettings(old_url))
    assert seal_stored(store, CUSTODY) == 1
    store.dispose()
    assert len(credentials(old_url)["olga"].totp_secret) > 64


def test_back_at_the_version_before_nobody_with_a_second_factor_has_a_password(old_url):
    upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    seal_stored(store, CUSTODY)
    store.dispose()
    migrate(old_url, command.downgrade, "0028")
    upgrade(StoreSettings(old_url))
    found = credentials(old_url)
    assert (found["olga"].password_hash, found["olga"].totp_secret) == (None, None)
    assert found["carl"].password_hash == "hash"

"""Mobile numbers of an older store: as an import would write them since."""

import pytest
from alembic import command

from offline_collect.domain.imports.telephones import usual_mobile
from offline_collect.store import CustomerRecord, StoreSettings, open_store, put_customers, upgrade
from offline_collect.store.backoffice.customers import customers_by_number
from tests.store.schema.test_upgrade import migrate
from tests.store.teller import Teller

WRITTEN = {
    "N1": "+86 138-0000-1234",
    "N2": "0086 13800001234",
    "N3": "8613800001234",
    "N4": "13800001234",
    "N5": "+852 9123 4567",
    "N6": "0571-88000000",
    "N7": None,
}


@pytest.fixture
def old_url(store_url):
    """A store of version 0031 with customers whose mobiles are written as their merchants liked."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store), store.transaction() as tx:
        people = [CustomerRecord(number, "王", {}, mobile=text) for number, text in WRITTEN.items()]
        put_customers(tx, "SCHOOL01", people)
    store.dispose()
    migrate(store_url, command.downgrade, "0031")
    return store_url


def mobiles(url):
    store = open_store(StoreSettings(url))
    with store.snapshot() as reading:
        found = customers_by_number(reading, "SCHOOL01", WRITTEN)
    store.dispose()
    return {number: each.mobile for number, each in found.items()}


def test_numbers_are_written_in_their_usual_form_and_another_upgrade_changes_nothing(old_url):
    upgrade(StoreSettings(old_url))
    usual = {number: text and usual_mobile(text) for number, text in WRITTEN.items()}
    assert mobiles(old_url) == usual
    migrate(old_url, command.downgrade, "0031")
    upgrade(StoreSettings(old_url))
    assert mobiles(old_url) == usual

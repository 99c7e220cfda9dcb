"""Mobile numbers of an older store: as an import would write them since."""

import pytest
from alembic import command

from offline_collect.domain.notices.addresses import Address, AddressKind, address_digest, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.texts.telephones import usual_mobile
from offline_collect.store import CustomerRecord, StoreSettings, open_store, put_customers, upgrade
from offline_collect.store.backoffice.customers import customers_by_number
from offline_collect.store.notices.address_faults import StoredAddress, get_address, put_address
from offline_collect.store.notices.addresses import address_key
from offline_collect.store.notices.opt_outs import OptOut, add_opt_out, get_opt_out
from tests.fakes.bank import NOON
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
    "N8": "00852 6123 4567",
    "N9": "+1 380-000-1234",
    "N10": "ask - mother",
}

OPTED_OUT = {"N8": "0085261234567", "N9": "13800001234"}
"""Customers who want no more, and their numbers as version 0031 compared them: by their digits alone."""

MOBILE = AddressKind.MOBILE


@pytest.fixture
def old_url(store_url):
    """A store of version 0031 with customers whose mobiles are written as their merchants liked."""
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store), store.transaction() as tx:
        people = [CustomerRecord(number, "王", {}, mobile=text) for number, text in WRITTEN.items()]
        put_customers(tx, "SCHOOL01", people)
        key = address_key(tx)
        for number, digits in OPTED_OUT.items():
            digest = address_digest(key, Address(MOBILE, digits))
            said = OptOut("SCHOOL01", digest, NoticeClass.SERVICE, "masked", OptOutSource.OPERATOR, NOON)
            add_opt_out(tx, said)
            put_address(tx, StoredAddress("SCHOOL01", digest, number, refused_at=NOON), there=False)
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


def test_what_was_said_of_a_number_of_another_country_is_still_said(old_url):
    upgrade(StoreSettings(old_url))
    store = open_store(StoreSettings(old_url))
    with store.transaction() as reading:
        key = address_key(reading)
        digests = [address_digest(key, address_of(MOBILE, WRITTEN[number])) for number in OPTED_OUT]
        assert all(get_opt_out(reading, "SCHOOL01", each, NoticeClass.SERVICE) for each in digests)
        other = address_digest(key, address_of(MOBILE, WRITTEN["N5"]))
        assert get_opt_out(reading, "SCHOOL01", other, NoticeClass.SERVICE) is None
        refused = [get_address(reading, "SCHOOL01", each) for each in digests]
        assert [each.customer_no for each in refused] == list(OPTED_OUT)
    store.dispose()

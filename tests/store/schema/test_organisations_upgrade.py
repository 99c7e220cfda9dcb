"""A store older than organisations gets a group and a bank, and everything belongs to that bank."""

from alembic import command
from sqlalchemy import create_engine, select, text

from offline_collect.domain.access.organisation import BANK, GROUP
from offline_collect.store import (
    StoreSettings,
    get_customer,
    get_user,
    list_organisations,
    open_store,
    organisations_of_merchants,
    upgrade,
    verify,
)
from offline_collect.store.database.connection import database_url
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.tables import merchants
from tests.store.schema.test_upgrade import migrate
from tests.store.teller import Teller
from tests.support.samples import PUPIL

USERS = ("ADMIN", "ADMIN,OPERATOR", "CHECKER,OPERATOR", "MERCHANT")


def test_all_of_an_older_store_belongs_to_its_one_bank_and_administrators_to_the_group(store_url):
    upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with Teller(store) as teller:
        teller.pay("S2")
    store.dispose()
    migrate(store_url, command.downgrade, "0007")
    engine = create_engine(database_url(store_url))
    with engine.begin() as connection:
        for roles in USERS:
            row = f"'{roles.lower()}', '{roles}', 0, '2026-11-22T12:00:00.000000+00:00'"
            connection.execute(text(f"INSERT INTO users (name, roles, disabled, added_at) VALUES ({row})"))
    engine.dispose()
    assert upgrade(StoreSettings(store_url))
    store = open_store(StoreSettings(store_url))
    with store.snapshot() as reading:
        assert list_organisations(reading) == [GROUP, BANK]
        assert organisations_of_merchants(reading) == {"SCHOOL01": "BANK", "WATER001": "BANK"}
        belonging = [get_user(reading, roles.lower()).organisation_id for roles in USERS]
        assert belonging == ["GROUP", "GROUP", "BANK", "BANK"]
        assert get_customer(reading, "SCHOOL01", PUPIL.customer_no).inputs == PUPIL.inputs
        assert verify(reading).whole
        if reading.connection.dialect.name == "sqlite":
            assert reading.connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    store.dispose()


def test_the_organisations_of_a_new_store_are_those_of_the_domain(store):
    with store.snapshot() as reading:
        assert reading.connection.execute(select(organisations.c.path)).scalars().all() == ["/", "/BANK/"]
        assert list_organisations(reading) == [GROUP, BANK]


def test_what_a_merchant_belongs_to_is_its_last_column(store):
    """The code that makes a merchant from a row reads the columns before this one."""
    assert merchants.columns.keys()[-1] == "organisation_id"

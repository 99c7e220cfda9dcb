"""A server refuses links of organisations that the store does not have."""

import pytest

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import DatabaseSettings, Settings
from offline_collect.app.serving.start_checks import (
    UnknownOrganisationError,
    check_store,
    refuse_unknown_organisations,
)
from offline_collect.store import StoreSettings, open_store, upgrade
from tests.store.teller import fill


def settings(*organisations):
    links = tuple(
        LinkSettings(name=f"fep-{place}", listen=f"127.0.0.1:{9000 + place}", organisation=organisation)
        for place, organisation in enumerate(organisations)
    )
    return Settings(links=links)


def test_links_of_known_organisations_are_served():
    assert LinkSettings().organisation == "BANK"
    refuse_unknown_organisations(settings("BANK", "BR2"), {"GROUP", "BANK", "BR2"})


def test_a_link_of_an_organisation_that_is_not_there_is_named():
    with pytest.raises(
        UnknownOrganisationError, match=r"^links: fep-1: organisation BR2: the store has none of this id;"
    ):
        refuse_unknown_organisations(settings("BANK", "BR2"), {"GROUP", "BANK"})


def test_serve_looks_into_the_store_before_it_listens(tmp_path):
    database = DatabaseSettings(url=f"sqlite:///{tmp_path / 'bank.db'}")
    upgrade(StoreSettings(database.url))
    store = open_store(StoreSettings(database.url))
    fill(store)
    store.dispose()
    links = (LinkSettings(name="fep-9", organisation="BR2"),)
    with pytest.raises(UnknownOrganisationError, match="fep-9"):
        check_store(Settings(database=database, links=links))

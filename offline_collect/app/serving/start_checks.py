"""What is checked before a server starts, and by `config check`."""

from __future__ import annotations

from collections.abc import Collection

from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import AppError
from offline_collect.app.serving.link_keys import check_keys
from offline_collect.app.serving.link_parts import check_links
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.business_days.days import BusinessDay
from offline_collect.store import check_numbers, list_organisations, open_store


class UnknownOrganisationError(AppError):
    """A link of the configuration belongs to an organisation that the store does not have."""

    def __init__(self, link: str, organisation: str) -> None:
        super().__init__(
            f"links: {link}: organisation {organisation}: the store has none of this id;"
            " `offline-collect organisation list` shows them all, `organisation add` adds one"
        )


def check_start(settings: Settings, *, with_store: bool) -> None:
    """Refuse the settings that `serve` refuses, with the same words; nothing listens, and nothing is written.

    Args:
        settings: all settings.
        with_store: whether to ask the store too, and to open the links' keys in it.

    Raises:
        AppError, StoreError, MerchantError, WireError: a server with these settings cannot start.
    """
    check_links(settings)
    if with_store:
        check_store(settings)
        check_keys(settings, SystemClock().now())


def refuse_unknown_organisations(settings: Settings, known: Collection[str]) -> None:
    """Refuse a link of an unknown organisation.

    Raises:
        UnknownOrganisationError: the store has no such organisation; names the link.
    """
    for link in settings.links:
        if link.organisation not in known:
            raise UnknownOrganisationError(link.name, link.organisation)


def check_store(settings: Settings) -> BusinessDay:
    """Check once that the store can be used, and leave no connection open before the fork.

    Returns:
        the open business day.
    """
    store = open_store(store_settings(settings))
    try:
        day = store.open_day()
        with store.snapshot() as reading:
            check_numbers(reading)
            known = {each.organisation_id for each in list_organisations(reading)}
        refuse_unknown_organisations(settings, known)
        return day
    finally:
        store.dispose()

"""The time zone in which a front-end processor's file has its times: that of its messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from offline_collect.app.config.load import Configuration
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone

_IDENTITY = (32, 41, 11, 7)
"""The elements that a row of the file has: those of the key that they make."""


def zone_of_institution(configuration: Configuration) -> Callable[[str], dt.tzinfo | None]:
    """Return the function that finds an institution's time zone by its link; None if no link has it."""

    def zone_of(institution: str) -> dt.tzinfo | None:
        for link in configuration.settings.links:
            if institution not in {each.lstrip("0") for each in link.institutions}:
                continue
            dialect = configuration.schemas().dialect(link.dialect)
            if dialect.identity != _IDENTITY:
                raise UsageError(
                    f"link {link.name}: dialect {link.dialect} names messages by other elements than"
                    " institution, terminal, STAN and transmission time, so the file's rows name none of its messages"
                )
            return timezone(configuration.settings) if dialect.transmission_local else dt.UTC
        return None

    return zone_of

"""All that a server makes of its configuration before it listens; `config check` makes the same and throws it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.schemas import Schemas
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import AppError, TlsFilesError
from offline_collect.app.wiring.key_custody import custody
from offline_collect.app.wiring.server import credentials, translator
from offline_collect.files.errors import LayoutError
from offline_collect.merchant.common.errors import MerchantError
from offline_collect.server.connections.key_ring import KeyRing
from offline_collect.server.connections.translator import Translator
from offline_collect.server.errors import CertificateError
from offline_collect.server.tls.credentials import Credentials
from offline_collect.wire.errors import WireError

Made = TypeVar("Made")
RingOf = Callable[[str], KeyRing]
"""Returns the ring of a name of keys."""


class NotStartingError(AppError):
    """Several things stop a server from starting: one line for each."""


@dataclass(frozen=True, slots=True)
class LinkParts:
    """What links are made of, by their names.

    Attributes:
        credentials: of links with TLS.
    """

    translators: Mapping[str, Translator]
    credentials: Mapping[str, Credentials]


def link_parts(settings: Settings, read_keys: Callable[[], RingOf]) -> LinkParts:
    """Make the parts of all links.

    Args:
        settings: all settings.
        read_keys: finds the keys of links with MACs.

    Raises:
        AppError, LayoutError, MerchantError, WireError: a server with these settings cannot start. All reasons are reported at once.
    """
    attempts = _Attempts()
    ring_of = attempts.make(read_keys) or _stand_in
    schemas = Schemas(settings.schemas_dir)
    messages = attempts.make(schemas.message_set)
    # No link needs them, but what is wrong with them shows now instead of at the end of the day.
    attempts.make(schemas.fixed_layouts)
    attempts.make(schemas.reason_codes)
    attempts.make(schemas.payout_codes)
    translators: dict[str, Translator] = {}
    found: dict[str, Credentials] = {}
    for link in settings.links:
        own = attempts.make(partial(_credentials, link))
        if own is not None:
            found[link.name] = own
        if messages is not None:
            ring = ring_of(link.key_name) if link.has_mac else None
            spoken = attempts.make(partial(translator, link, settings, schemas, messages, ring))
            if spoken is not None:
                translators[link.name] = spoken
    attempts.end()
    return LinkParts(translators, found)


def check_links(settings: Settings) -> None:
    """Refuse the settings that :func:`link_parts` refuses, without the store: keys are not read, only the master key.

    Raises:
        AppError, LayoutError, MerchantError, WireError: as there.
    """
    link_parts(settings, partial(_without_keys, settings))


def _without_keys(settings: Settings) -> RingOf:
    if any(link.has_mac for link in settings.links):
        custody(settings)
    return _stand_in


def _stand_in(_: str) -> KeyRing:
    """A ring without keys."""
    return KeyRing(lambda _: None)


def _credentials(link: LinkSettings) -> Credentials | None:
    try:
        return credentials(link)
    except CertificateError as error:
        raise TlsFilesError(str(error)) from None


class _Attempts:
    """Makes one thing after the other, and keeps the refusals for the end."""

    def __init__(self) -> None:
        self._refusals: dict[str, Exception] = {}

    def make(self, thing: Callable[[], Made]) -> Made | None:
        try:
            return thing()
        except (AppError, LayoutError, MerchantError, WireError) as error:
            # Links of one dialect are refused in the same words; once is enough.
            self._refusals.setdefault(str(error), error)
            return None

    def end(self) -> None:
        """Raise what was refused."""
        refusals = list(self._refusals.values())
        if len(refusals) == 1:
            raise refusals[0]
        if refusals:
            raise NotStartingError("\n".join(self._refusals))

"""Runs the console on the store of a configuration."""

from __future__ import annotations

import logging
import socket
import ssl
from dataclasses import replace

from pydantic import ValidationError

from offline_collect.app.config.console_settings import ConsoleSettings
from offline_collect.app.config.load import Configuration
from offline_collect.app.config.types import Address, parse_address
from offline_collect.app.errors import ListenError, MasterKeyError, TlsFilesError, UsageError
from offline_collect.app.serving.heap import keep_one_heap
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.app.wiring.console import (
    bank_file_parts,
    console_office,
    day_end_parts,
    form_parts,
    import_desk,
)
from offline_collect.app.wiring.console_links import link_desk
from offline_collect.console.run import listen, run
from offline_collect.console.server_kept import ServerKept
from offline_collect.console.settings import Office
from offline_collect.console.site import build
from offline_collect.domain.texts.text import counted
from offline_collect.merchant.access.errors import SecondFactorError
from offline_collect.merchant.access.factor_secrets import seal_stored
from offline_collect.server.errors import CertificateError
from offline_collect.server.tls.certificates import read_certificates, read_public_key
from offline_collect.store import open_store

_PAGE_CACHE_KIB = 2_000
"""SQLite's own default. Each connection has one, several are open when people click at the same time, and the system keeps
the file's pages too: with 8 MB no page took less time."""

_log = logging.getLogger(__name__)


def run_console(configuration: Configuration, host: str | None, port: int | None) -> None:
    """Listen until SIGTERM or Ctrl-C.

    Args:
        configuration: with the console's own settings.
        host, port: in place of those in the configuration.

    Raises:
        MasterKeyError: the master key cannot be read, or is not the one that the store's second factors are under.
        TlsFilesError: its certificate or key cannot be used.
        UsageError: the address is not one that the console may listen on.
        ListenError: it is taken.
        StoreError: there is no store, or it cannot be reached.
    """
    own = _on(configuration.settings.console, host, port)
    settings = configuration.settings.model_copy(update={"console": own})
    _check_certificate(own)
    keep_one_heap()
    store = open_store(replace(store_settings(settings), page_cache_kib=_PAGE_CACHE_KIB))
    desk, links = import_desk(configuration.schemas()), link_desk(configuration)
    try:
        office = console_office(
            settings,
            store,
            desk,
            form_parts(configuration),
            day_end_parts(configuration),
            bank_file_parts(configuration),
            links,
            ServerKept(links.ask_server, SystemClock().monotonic),
        )
        _seal_second_factors(office)
        with _listening(parse_address(own.listen)) as opened:
            scheme = "https" if own.certificate is not None else "http"
            place = Address(*opened.getsockname()[:2])
            _log.info("the console listens: %s://%s/", scheme, place)
            run(build(office), office.settings, opened)
    finally:
        desk.close()
        store.dispose()


def _seal_second_factors(office: Office) -> None:
    """Encrypt the secrets of a store of before; refuse to start where users could not sign in."""
    try:
        sealed = seal_stored(office.store, office.rules.custody)
    except SecondFactorError as error:
        raise MasterKeyError(f"console: {error}") from None
    if sealed:
        _log.info(
            "the second factors of %s are encrypted under the master key from now on", counted(sealed, "user")
        )


def _on(own: ConsoleSettings, host: str | None, port: int | None) -> ConsoleSettings:
    known = parse_address(own.listen)
    address = Address(known.host if host is None else host, known.port if port is None else port)
    try:
        return ConsoleSettings.model_validate({**own.model_dump(), "listen": str(address)})
    except ValidationError as error:
        raise UsageError(f"--host {address.host}: {error.errors()[0]['msg']}") from None


def _check_certificate(own: ConsoleSettings) -> None:
    """Check the files before the store is opened: later they would be a fault of the web server."""
    if own.certificate is None or own.key is None:
        return
    try:
        read_certificates(own.certificate, "console.certificate")
        read_public_key(own.key, "console.key")
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(own.certificate, own.key)
    except CertificateError as error:
        raise TlsFilesError(str(error)) from None
    except ssl.SSLError:
        raise TlsFilesError(
            f"console.key: {own.key}: is not the key of the certificate {own.certificate}"
        ) from None


def _listening(address: Address) -> socket.socket:
    try:
        return listen(address.host, address.port)
    except OSError as error:
        raise ListenError(f"console: cannot listen on {address}: {error.strerror}") from None

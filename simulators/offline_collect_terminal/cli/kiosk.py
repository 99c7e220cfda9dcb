"""``offline-collect-terminal kiosk``: joins terminal, link, journal and web server."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
import uvicorn
from starlette.applications import Starlette

from offline_collect.domain.commands import NetworkFunction
from offline_collect.translations import Language
from offline_collect_terminal.errors import KioskError
from offline_collect_terminal.kiosk.allowed import check_allowed
from offline_collect_terminal.kiosk.app import make_app
from offline_collect_terminal.kiosk.kiosk import Kiosk
from offline_collect_terminal.kiosk.settling import Settling
from offline_collect_terminal.kiosk.terminal import KioskTerminal
from offline_collect_terminal.teller.link.requests import Feature
from offline_collect_terminal.teller.opening import TerminalSettings, open_journal, open_link, open_session
from offline_collect_terminal.wire.dialects import load_codec

ADDRESS = "127.0.0.1"
"""Where browsers find the kiosk: on this machine only."""

STOP_S = 10
"""How long a stop waits for requests of browsers."""


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """The settings of the kiosk.

    Attributes:
        at: of its terminal.
        language: the first one of each visit.
        web_port: where browsers find it; 0 for a free port.
        config: the platform's configuration, which marks links for tests; None without one.
    """

    at: TerminalSettings
    language: Language
    web_port: int
    config: Path | None = None


def run_kiosk(settings: KioskSettings, clock: Callable[[], dt.datetime]) -> bool:
    """Serve browsers until a signal ends it.

    Returns:
        Whether every payment has an answer.

    Raises:
        KioskError: the platform is not for tests, or the port is taken.
        ScenarioError: there is no such dialect.
        JournalError: the journal cannot be used.
    """
    check_allowed(settings.at.host, settings.at.port, settings.config)
    with listening(settings.web_port) as listener, open_journal(settings.at, clock) as journal:
        codec = load_codec(settings.at.dialect, settings.at.mac)
        sessions = {
            language: open_session(settings.at, codec, journal, language, clock) for language in Language
        }
        english = sessions[Language.EN]
        link = open_link(
            settings.at,
            codec,
            lambda: (
                english.requests.network(NetworkFunction.SIGN_ON) if english.can(Feature.SIGN_ON) else None
            ),
        )
        terminal = KioskTerminal(sessions, link.deliver)
        kiosk = Kiosk(terminal, time.monotonic, settings.language)
        typer.echo(f"kiosk: http://{ADDRESS}:{listener.getsockname()[1]}/ (for tests: simulated money)")
        try:
            _serve(make_app(kiosk, Settling(terminal, time.monotonic)), listener)
        finally:
            link.close()
        left = len(journal.unresolved)
    if left:
        typer.echo(
            f"{left} payments without an answer: start the kiosk or the shell again to ask for them", err=True
        )
    return not left


def _serve(app: Starlette, listener: socket.socket) -> None:
    """Serve until a signal; the server raises it once more at its end, which must not end the process before the rest."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    # No access log: it would name who pays whom.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=200,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=STOP_S,
        h11_max_incomplete_event_size=16_384,
    )
    uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Listen on a port of this machine, 0 for any free one.

    Raises:
        KioskError: it is taken.
    """
    try:
        listener = socket.create_server((ADDRESS, port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise KioskError(f"{ADDRESS}:{port}: {reason}; name another port with --web-port") from None
    with listener:
        # Connections inherit it. A page is written in two parts, and the second would wait 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener

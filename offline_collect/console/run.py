"""Runs the console until it is told to stop: uvicorn, with bounds on what a browser may send and leave open."""

from __future__ import annotations

import signal
import socket

import uvicorn
from starlette.applications import Starlette

from offline_collect.console.settings import ConsoleSettings

_CONNECTIONS_MAX = 200
_KEEP_ALIVE_S = 30
_DRAIN_S = 10
_HEADERS_MAX = 32 * 1024


def run(app: Starlette, settings: ConsoleSettings, listening: socket.socket) -> None:
    """Serve on an open socket until SIGTERM or Ctrl-C, then finish the pages in progress."""
    # The server takes both signals, ends well, and sends them again to whoever had them before: nobody.
    for ends in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ends, signal.SIG_IGN)
    server_of(app, settings).run([listening])


def server_of(app: Starlette, settings: ConsoleSettings) -> uvicorn.Server:
    """Return the server of an application, which has not begun."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(settings.proxies),
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.key,
            limit_concurrency=_CONNECTIONS_MAX,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_DRAIN_S,
            h11_max_incomplete_event_size=_HEADERS_MAX,
        )
    )

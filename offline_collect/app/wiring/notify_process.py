"""The process that sends by HTTP, as a program: it has no configuration, no store and no arguments.

All that it knows comes from the sender, over its standard input.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from offline_collect.app.config.environment import PREFIX
from offline_collect.app.gc_tuning import spare_the_collector
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.notify.channels.http_process import HttpProcessTerms
from offline_collect.notify.channels.port import NoticePort
from offline_collect.notify.channels.terms import GatewayTerms, HttpChannelTerms, WebhookTerms


def http_process_terms(
    channels: Mapping[NoticeChannel, HttpChannelTerms], batch_s: float
) -> HttpProcessTerms:
    """Return how the process is begun. It gets none of the settings that stand in the environment."""
    own = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return HttpProcessTerms([sys.executable, "-P", "-m", __name__], own, channels, batch_s)


def open_http_channel(reactor: Any, terms: HttpChannelTerms) -> NoticePort:
    """Open a channel. Twisted is imported here alone: the sender itself starts without it."""
    from offline_collect.notify.channels.gateway import GatewayChannel  # noqa: PLC0415
    from offline_collect.notify.channels.kannel import KannelChannel  # noqa: PLC0415
    from offline_collect.notify.channels.webhook import WebhookChannel  # noqa: PLC0415

    if isinstance(terms, WebhookTerms):
        return WebhookChannel(reactor, SystemClock(), terms)
    if isinstance(terms, GatewayTerms):
        return GatewayChannel(reactor, SystemClock(), terms, lambda: secrets.token_hex(16))
    return KannelChannel(reactor, terms)


def main() -> None:
    """Send until the sender ends."""
    # Ctrl-C and a service manager's SIGTERM reach both processes; the sender decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    from twisted.internet import reactor  # noqa: PLC0415

    from offline_collect.notify.channels.http_process_host import host_channels  # noqa: PLC0415

    spare_the_collector()
    host_channels(Connection(os.dup(sys.stdin.fileno())), reactor, open_http_channel)


if __name__ == "__main__":
    main()

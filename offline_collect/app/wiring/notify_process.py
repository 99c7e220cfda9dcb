"""The process that sends by HTTP, as a program: it has no configuration, no store and no arguments.

All that it knows comes from the sender, over its standard input.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

from offline_collect.app.gc_tuning import relax_the_collector, spare_the_collector
from offline_collect.app.wiring.clock import SystemClock
from offline_collect.notify.channels.port import NoticePort
from offline_collect.notify.channels.terms import HttpChannelTerms, KannelTerms, WebhookTerms


def open_http_channel(reactor: Any, terms: HttpChannelTerms) -> NoticePort:
    """Open a channel. Only what it needs is imported: the process is to be small, and ready soon."""
    if isinstance(terms, WebhookTerms):
        from offline_collect.notify.channels.webhook import WebhookChannel  # noqa: PLC0415

        return WebhookChannel(reactor, SystemClock(), terms)
    if isinstance(terms, KannelTerms):
        from offline_collect.notify.channels.kannel import KannelChannel  # noqa: PLC0415

        return KannelChannel(reactor, SystemClock(), terms)
    from offline_collect.notify.channels.gateway import GatewayChannel  # noqa: PLC0415

    return GatewayChannel(reactor, SystemClock(), terms, lambda: secrets.token_hex(16))


def main() -> None:
    """Send until the sender ends."""
    # Ctrl-C and a service manager's SIGTERM reach both processes; the sender decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    relax_the_collector()
    from twisted.internet import reactor  # noqa: PLC0415

    from offline_collect.notify.channels.http_process_host import host_channels  # noqa: PLC0415

    spare_the_collector()
    host_channels(Connection(os.dup(sys.stdin.fileno())), reactor, open_http_channel)


if __name__ == "__main__":
    main()

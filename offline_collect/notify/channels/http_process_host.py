"""What runs in the process that sends by HTTP; see :mod:`~offline_collect.notify.channels.http_process`."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

from twisted.internet.error import ReactorNotRunning

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.notify.channels.http_process import packed
from offline_collect.notify.channels.port import NoticePort
from offline_collect.notify.channels.terms import HttpChannelTerms

_log = logging.getLogger(__name__)

Opener = Callable[[Any, HttpChannelTerms], NoticePort]
"""Opens a channel, given the reactor and its terms."""


def host_channels(link: Connection, reactor: Any, opened: Opener) -> None:
    """Send what the sender hands over, until it closes its end or dies: then nothing that waits is sent any more.

    Args:
        link: this process's end; the first that comes are the terms.
        reactor: it runs here until then.
    """
    try:
        terms: Mapping[NoticeChannel, HttpChannelTerms] = _received(link)
    except EOFError:
        return
    channels = {name: opened(reactor, each) for name, each in terms.items()}
    # Its bound is the sender's: it has at most two batches under way. It must never wait for this end to read.
    waiting: SimpleQueue[Any] = SimpleQueue()
    for work in (lambda: _read(link, waiting), lambda: _send(link, waiting, channels)):
        Thread(target=_until_ended, args=(work, reactor), daemon=True).start()
    reactor.run(installSignalHandlers=False)


def _until_ended(work: Callable[[], None], reactor: Any) -> None:
    try:
        work()
    except (EOFError, OSError):
        pass  # the sender has ended
    except Exception:  # noqa: BLE001 - whatever it is, the sender sees that this process has ended
        _log.exception("the process that sends by HTTP failed")
    finally:
        reactor.callFromThread(_stopped, reactor)


def _stopped(reactor: Any) -> None:
    # Both threads end when the sender does: the second one finds nothing to stop.
    with suppress(ReactorNotRunning):
        reactor.stop()


def _read(link: Connection, waiting: SimpleQueue[Any]) -> None:
    while True:
        waiting.put(_received(link))


def _send(link: Connection, waiting: SimpleQueue[Any], channels: Mapping[NoticeChannel, NoticePort]) -> None:
    while True:
        serial, channel, messages = waiting.get()
        link.send_bytes(packed((serial, channels[channel].send(messages))))


def _received(link: Connection) -> Any:
    return pickle.loads(link.recv_bytes())  # noqa: S301 - the sender wrote it, see `packed`

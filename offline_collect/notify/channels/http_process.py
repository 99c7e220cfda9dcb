"""The sender's end of the process that sends by HTTP: so the store's work and that of HTTP use two cores.

The process gets its terms, with their secrets, over a pair of sockets that nobody else has. It ends when the sender closes
its end, or dies.
"""

from __future__ import annotations

import logging
import pickle
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import Result, Verdict
from offline_collect.domain.values import value
from offline_collect.notify.channels.outlet import Results
from offline_collect.notify.channels.terms import HttpChannelTerms

_log = logging.getLogger(__name__)

_END_S = 5.0
"""Seconds in which the process ends after its socket is closed; then it is killed."""

ENDED = Result(Verdict.TRY_AGAIN, reason_of(Reason.SENDER_ENDED))
"""The result of each message that it had, or was about to get."""


@value
class HttpProcessTerms:
    """How the process is begun, and what it is told.

    Attributes:
        command: its standard input is its end of the sockets.
        environment: of the process.
        batch_s: seconds that a batch takes at most; the process is killed if it says nothing for two of them.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    channels: Mapping[NoticeChannel, HttpChannelTerms]
    batch_s: float


class HttpProcess:
    """The process; it is begun again, with the next batch, if it has ended. One thread uses it."""

    def __init__(self, terms: HttpProcessTerms) -> None:
        """Begin the process; it gets ready while the sender looks for what is due.

        Raises:
            OSError: the system cannot begin another process.
        """
        self._terms, self._serial = terms, 0
        self._child, self._link = _begun(terms)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._child.pid

    def begin(self, channel: NoticeChannel, messages: Sequence[OutgoingMessage]) -> Results:
        """Hand a channel's messages over; see :class:`~offline_collect.notify.channels.outlet.Outlet`.

        It raises nothing: if the process has ended, all its messages are to be tried again, under their ids.
        """
        self._serial += 1
        try:
            if self._child.poll() is not None:
                _log.warning(
                    "the process that sends by HTTP had ended (%s): another one begins",
                    self._child.returncode,
                )
                self._child, self._link = _begun(self._terms)
            self._link.send_bytes(packed((self._serial, channel, messages)))
        except OSError as error:
            _log.warning("messages cannot be handed to the process that sends by HTTP: %s", error.strerror)
            return lambda: [ENDED] * len(messages)
        return partial(self._results, self._link, self._serial, len(messages))

    def _results(self, link: Connection, serial: int, number: int) -> Sequence[Result]:
        """Return the results of a batch; what it said before of batches that nobody asked about is passed over."""
        said, results = 0, list[Result]()
        try:
            while said != serial:
                if not link.poll(2 * self._terms.batch_s):
                    _log.warning("the process that sends by HTTP says nothing, and is killed")
                    self._child.kill()
                    return [ENDED] * number
                said, results = pickle.loads(link.recv_bytes())  # noqa: S301 - see `packed`
        except (EOFError, OSError):
            return [ENDED] * number
        return results

    def close(self) -> None:
        """End the process."""
        self._link.close()
        try:
            self._child.wait(_END_S)
        except subprocess.TimeoutExpired:
            _log.warning("the process that sends by HTTP did not end in time and is killed")
            self._child.kill()
            self._child.wait()


class HttpOutlet:
    """One channel of the process; see :class:`~offline_collect.notify.channels.outlet.Outlet`."""

    def __init__(self, process: HttpProcess, channel: NoticeChannel) -> None:
        self._process, self._channel = process, channel

    def begin(self, messages: Sequence[OutgoingMessage]) -> Results:
        """See :class:`~offline_collect.notify.channels.outlet.Outlet`."""
        return self._process.begin(self._channel, messages)


def packed(said: object) -> bytes:
    """Return what one end tells the other. Both are one program, and nobody else can reach the pair: so pickle is safe."""
    return pickle.dumps(said, pickle.HIGHEST_PROTOCOL)


def _begun(terms: HttpProcessTerms) -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = socket.socketpair()
    link = Connection(ours.detach())
    try:
        with theirs:
            child = subprocess.Popen(  # noqa: S603 - our own module, run by the interpreter that runs us
                terms.command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=dict(terms.environment)
            )
    except OSError:
        link.close()
        raise
    # One that has ended already is noticed with the first batch.
    with suppress(OSError):
        link.send_bytes(packed(terms.channels))
    return child, link

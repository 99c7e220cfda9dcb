"""E-mail over SMTP (RFC 5321), by the standard library's client.

The mails of a batch go out over several connections at once, each in a thread: the sender waits for its store and its
channels alike. Each connection has one deadline for all its mails, however slowly the server answers.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import field
from threading import Timer
from typing import Any

from offline_collect.domain.notices.addresses import is_mailbox
from offline_collect.domain.notices.messages import OutgoingMessage
from offline_collect.domain.notices.reasons import Reason, reason_of
from offline_collect.domain.notices.results import ACCEPTED, Result, Verdict
from offline_collect.domain.ports import Clock
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value
from offline_collect.notify.channels.mail import MailTerms, mail_of

_FINAL = 500
_NOT_LET_IN = frozenset({530, 534, 535, 538})
"""The server does not know the sender, which has nothing to do with a mail."""

_NO_MAILBOX = frozenset({550, 551, 553})
_POLICY = b"5.7."
"""The enhanced code (RFC 3463) of a refusal by a rule, which says nothing of the mailbox."""


@value
class SmtpTerms:
    """How mails leave.

    Attributes:
        implicit: whether TLS begins at once, and not by STARTTLS.
        tls: checks the server's certificate and name; None for a connection that anyone on the way can read.
        user: None to send without a password.
        timeout_s: for one mail, with its share of the connection.
        at_once: connections at a time.
    """

    host: str
    port: int
    implicit: bool
    tls: ssl.SSLContext | None
    timeout_s: float
    at_once: int
    mail: MailTerms
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class SmtpChannel:
    """Sends mails by one server; see :class:`~offline_collect.notify.channels.port.NoticePort`."""

    def __init__(self, clock: Clock, terms: SmtpTerms) -> None:
        self._clock, self._terms = clock, terms

    def send(self, messages: Sequence[OutgoingMessage]) -> Sequence[Result]:
        """See :class:`~offline_collect.notify.channels.port.NoticePort`."""
        used = min(self._terms.at_once, len(messages))
        shares = [messages[place::used] for place in range(used)]
        with ThreadPoolExecutor(used, "smtp") as pool:
            results = list(pool.map(self._send_share, shares))
        return [results[place % used][place // used] for place in range(len(messages))]

    def _send_share(self, messages: Sequence[OutgoingMessage]) -> list[Result]:
        """Send mails over one connection, or another one when that has ended."""
        with _Session(self._terms, len(messages)).opened() as session:
            return [self._send_one(session, each) for each in messages]

    def _send_one(self, session: _Session, message: OutgoingMessage) -> Result:
        if not is_mailbox(message.to.address):
            return Result(Verdict.STOP, reason_of(Reason.MAIL_NO_MAILBOX), bad_address=True)
        if session.failed is not None:
            return session.failed
        mail = mail_of(message, self._terms.mail, self._clock.now())
        return session.send(message.to.address, mail)


class _Session:
    """A connection, made when it is needed, with a deadline for all that is sent over it.

    Attributes:
        failed: why no connection can be made; the mails that are left get this result.
    """

    def __init__(self, terms: SmtpTerms, mails: int) -> None:
        self._terms = terms
        self._seconds = terms.timeout_s * mails
        self._server: smtplib.SMTP | None = None
        self._over = False
        self.failed: Result | None = None

    @contextmanager
    def opened(self) -> Iterator[_Session]:
        """Watch the deadline; end the connection afterwards."""
        timer = Timer(self._seconds, self._end)
        timer.start()
        try:
            yield self
            self._quit()
        finally:
            timer.cancel()

    def send(self, address: str, mail: bytes) -> Result:
        """Send a mail; return what became of it."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._quit()
            self.failed = Result(Verdict.TRY_AGAIN, self._reason(error))
            return self.failed
        try:
            server.sendmail(self._terms.mail.sender, [address], mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[address]
            nobody = code in _NO_MAILBOX and not text.startswith(_POLICY)
            return _refused(code, nobody=nobody)
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, nobody=False)
        except (OSError, smtplib.SMTPException) as error:
            self._quit()
            return Result(Verdict.TRY_AGAIN, self._reason(error))
        return ACCEPTED

    def _connected(self) -> smtplib.SMTP:
        self.refuse_late()
        if self._server is not None and self._server.sock is not None:
            return self._server
        terms = self._terms
        where = (terms.host, terms.port, terms.mail.domain)
        server: smtplib.SMTP
        if terms.implicit:
            server = _TlsServer(self, *where, timeout=terms.timeout_s, context=terms.tls)
        else:
            server = _Server(self, *where, timeout=terms.timeout_s)
            if terms.tls is not None:
                server.starttls(context=terms.tls)
        if terms.user is not None:
            server.login(terms.user, terms.password or "")
        return server

    def watch(self, server: smtplib.SMTP) -> None:
        """Have the deadline end a connection, which begins."""
        self._server = server

    def refuse_late(self) -> None:
        """Refuse to wait for another answer after the deadline.

        Raises:
            TimeoutError: it is over.
        """
        if self._over:
            raise TimeoutError

    def _reason(self, error: Exception) -> Phrase:
        """Return why nothing was sent, without names and addresses."""
        # The library says of an answer that takes too long that the connection was closed.
        if self._over or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return reason_of(Reason.TOO_LATE_MAIL, seconds=f"{self._terms.timeout_s:g}")
        if isinstance(error, ssl.SSLCertVerificationError):
            return reason_of(Reason.MAIL_CERTIFICATE)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return reason_of(Reason.MAIL_LOGIN, status=error.smtp_code)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return reason_of(Reason.MAIL_NO_STARTTLS)
        if isinstance(error, smtplib.SMTPResponseException):
            return reason_of(Reason.ANSWERED, status=error.smtp_code)
        if isinstance(error, socket.gaierror):
            return reason_of(Reason.MAIL_NAME_UNKNOWN)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return reason_of(Reason.CLOSED)
        return reason_of(Reason.MAIL_UNCONNECTED, why=type(error).__name__)

    def _end(self) -> None:
        """End a connection on which a server takes too long, from the timer's thread."""
        self._over = True
        server = self._server
        if server is not None and server.sock is not None:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def _quit(self) -> None:
        server, self._server = self._server, None
        if server is None or server.sock is None:
            return
        if not self._over:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        server.close()


class _Watched(smtplib.SMTP):
    """A connection that its session's deadline ends, also while it begins."""

    def __init__(self, session: _Session, *where: Any, **more: Any) -> None:
        self._session = session
        super().__init__(*where, **more)

    def connect(self, *where: Any, **more: Any) -> tuple[int, bytes]:
        """Connect, and read the greeting."""
        self._session.watch(self)
        return super().connect(*where, **more)

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer."""
        self._session.refuse_late()
        return super().getreply()


class _Server(_Watched):
    """Begins without TLS."""


class _TlsServer(_Watched, smtplib.SMTP_SSL):
    """Begins with TLS."""


def _refused(code: int, *, nobody: bool) -> Result:
    """Return what an answer that refuses a mail means; its text may have the address in it, the reason has none.

    Args:
        nobody: whether it says that there is no such mailbox.
    """
    reason = reason_of(Reason.ANSWERED, status=code)
    if code < _FINAL or code in _NOT_LET_IN:
        return Result(Verdict.TRY_AGAIN, reason)
    return Result(Verdict.STOP, reason, bad_address=nobody)

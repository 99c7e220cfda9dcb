"""A real mail server for tests (aiosmtpd), with TLS and passwords; it keeps what it gets."""

import ssl
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.notify.receiver import free_port

PASSWORD = "pass word"


class MailServer:
    """Keeps mails, and answers as it is told.

    Attributes:
        says: answers by command (``RCPT``, ``DATA``) instead of taking a mail.
    """

    def __init__(self, files=None, *, implicit=False, login=False):
        self.mails, self.envelopes, self.says, self.sessions = [], [], {}, set()
        tls = None
        if files is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(files.certificate, files.key)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_port(),
            ssl_context=tls if implicit else None,
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            authenticator=_authenticated,
            auth_required=login,
            auth_require_tls=True,
        )
        self._controller.start()

    @property
    def port(self):
        return self._controller.port

    def close(self):
        self._controller.stop()

    async def handle_MAIL(self, _server, session, envelope, address, options):  # noqa: N802 - aiosmtpd calls it so
        self.sessions.add(id(session))
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd calls it so
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd calls it so
        if "DATA" in self.says:
            return self.says["DATA"]
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def _authenticated(_server, _session, _envelope, _mechanism, data):
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)

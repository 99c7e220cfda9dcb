"""A link's TLS: its certificate and key, the peers that it accepts, and reading all of it again at run time."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from cryptography import x509
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator, IOpenSSLServerConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from offline_collect.server.errors import CertificateError
from offline_collect.server.settings import TlsSettings
from offline_collect.server.tls.certificates import (
    expires_first,
    institutions_of,
    is_address,
    names_host,
    public_bytes,
    read_certificates,
    read_public_key,
)

_log = logging.getLogger(__name__)

CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL"
"""For TLS 1.2; all ciphers of TLS 1.3 are good enough."""

_LEAST = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}


@implementer(IOpenSSLServerConnectionCreator, IOpenSSLClientConnectionCreator)
class Credentials:
    """A link's certificate for its peers, and its requirements on their certificates.

    Args:
        link: the link's name, for errors and the log.
        partner: the host that the link connects to; None for a link that listens.

    Attributes:
        expires_at: when the first of its own certificates expires.

    Raises:
        CertificateError: a file cannot be used.
    """

    def __init__(self, link: str, settings: TlsSettings, partner: str | None = None) -> None:
        self._link = link
        self._partner = partner
        self._settings = settings
        self._context, self.expires_at = self._read()

    def _read(self) -> tuple[SSL.Context, dt.datetime]:
        settings, place = self._settings, f"{self._link}: tls."
        chain = read_certificates(settings.certificate, f"{place}certificate")
        if read_public_key(settings.key, f"{place}key") != public_bytes(chain[0].public_key()):
            raise CertificateError(
                f"{place}key: {settings.key}: is not the key of the first certificate in {settings.certificate}"
            )
        context = _context(
            settings, SSL.TLS_SERVER_METHOD if self._partner is None else SSL.TLS_CLIENT_METHOD
        )
        context.use_certificate_chain_file(settings.certificate)
        context.use_privatekey_file(settings.key)
        if settings.client_ca is not None:
            authorities = read_certificates(settings.client_ca, f"{place}client_ca")
            _ask_for_certificates(context, settings.client_ca)
            return context, expires_first([*chain, *authorities])
        return context, expires_first(chain)

    def reload(self) -> None:
        """Read the files again: new connections use the new contents, open ones do not change.

        Raises:
            CertificateError: a file cannot be used; the link continues with the former contents.
        """
        self._context, self.expires_at = self._read()

    def serverConnectionForTLS(self, _protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Return the TLS side of a new connection; Twisted asks for it."""
        return SSL.Connection(self._context, None)

    def clientConnectionForTLS(self, _protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Return the TLS side of a connection that the platform makes; Twisted asks for it."""
        assert self._partner is not None
        connection = SSL.Connection(self._context, None)
        if not is_address(self._partner):
            connection.set_tlsext_host_name(self._partner.encode("ascii"))
        return connection

    def institutions(self, transport: Any) -> frozenset[str] | None:
        """Return the institutions that a peer may speak for after its handshake; None: all of the link's.

        Without names in ``clients``, a partner that the platform connects to must have a certificate for its host.
        """
        if not self._settings.clients and self._partner is None:
            return None
        certificate: x509.Certificate = transport.getPeerCertificate().to_cryptography()
        if self._settings.clients:
            return institutions_of(certificate, self._settings.clients)
        assert self._partner is not None
        return None if names_host(certificate, self._partner) else frozenset()

    def note(self, now: dt.datetime) -> str | None:
        """Return a note for operators if a certificate expires soon, in the zone of ``now``; None if not."""
        left = self.expires_at - now
        if left > dt.timedelta(days=self._settings.warn_days):
            return None
        when = self.expires_at.astimezone(now.tzinfo).isoformat(" ", "minutes")
        if left < dt.timedelta(0):
            return f"link {self._link}: a certificate expired {when}: replace it and send SIGHUP"
        return f"link {self._link}: a certificate expires in {left.days} days ({when}): replace it and send SIGHUP"


def _context(settings: TlsSettings, method: int) -> SSL.Context:
    """Return a context without session resumption, so that each connection shows its certificate."""
    context = SSL.Context(method)
    context.set_min_proto_version(_LEAST[settings.minimum])
    context.set_cipher_list(CIPHERS)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION)
    return context


def _ask_for_certificates(context: SSL.Context, authorities: str) -> None:
    context.load_verify_locations(authorities)
    context.load_client_ca(authorities.encode())
    # OpenSSL has checked the chain before it calls this; its result is used unchanged.
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *found: bool(found[-1]))

"""Connects to a host by the addresses that were checked, so that a name cannot lead into the bank's own network."""

from __future__ import annotations

import ipaddress
from collections.abc import Generator
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.web.client import URI, BrowserLikePolicyForHTTPS
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

_CONNECT_S = 5
_TRIED_MAX = 3
"""Addresses of one name that are tried."""


_WITH_IPV4 = tuple(ipaddress.IPv6Network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96", "::/96"))
"""IPv6 addresses with an IPv4 address in their last 32 bits: mapped, translated (RFC 6052), compatible (RFC 4291)."""


def is_public(address: str) -> bool:
    """Whether an IP address is one machine's in the public internet: not loopback, private, link-local or reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in each for each in _WITH_IPV4):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast


@implementer(IStreamClientEndpoint)
class CheckedEndpoint:
    """A host and port, whose name is resolved once, checked, and connected by address."""

    def __init__(self, reactor: Any, host: str, port: int, *, private: bool) -> None:
        self._reactor, self._host, self._port, self._private = reactor, host, port, private

    @inlineCallbacks
    def connect(self, factory: IProtocolFactory) -> Generator[Deferred[Any], Any, IProtocol]:
        """Connect to the first address that answers."""
        found = yield self._resolved()
        allowed = [each for each in found if self._private or is_public(each.host)]
        if found and not allowed:
            raise ConnectError(string="the name leads to a private address, and private_addresses is false")
        failed: Exception = DNSLookupError("the name is not known")
        for each in allowed[:_TRIED_MAX]:
            kind = TCP6ClientEndpoint if ":" in each.host else TCP4ClientEndpoint
            try:
                made: IProtocol = yield kind(self._reactor, each.host, self._port, _CONNECT_S).connect(
                    factory
                )
            except ConnectError as error:
                failed = error
            else:
                return made
        raise failed

    def _resolved(self) -> Deferred[list[Any]]:
        done: Deferred[list[Any]] = Deferred()
        self._reactor.nameResolver.resolveHostName(_Addresses(done), self._host, self._port)
        return done


class _Addresses:
    """Collects the addresses of a name (``IResolutionReceiver``)."""

    def __init__(self, done: Deferred[list[Any]]) -> None:
        self._done, self._found = done, []  # type: ignore[var-annotated] # addresses, which Twisted does not annotate

    def resolutionBegan(self, resolution: Any) -> None:
        """The search begins."""

    def addressResolved(self, address: IAddress) -> None:
        """One address is found."""
        self._found.append(address)

    def resolutionComplete(self) -> None:
        """All are found."""
        self._done.callback(self._found)


@implementer(IAgentEndpointFactory)
class CheckedEndpoints:
    """Endpoints for Twisted's agent, with TLS for https."""

    def __init__(self, reactor: Any, *, private: bool) -> None:
        self._reactor, self._private = reactor, private
        self._policy = BrowserLikePolicyForHTTPS()
        self._made: dict[tuple[bytes, bytes, int], Any] = {}

    def endpointForURI(self, uri: URI) -> Any:
        """Return the endpoint of a URL; the agent asks for it with each request, also if it has a connection."""
        place = (uri.scheme, uri.host, uri.port)
        if place not in self._made:
            self._made[place] = self._endpoint(uri)
        return self._made[place]

    def _endpoint(self, uri: URI) -> Any:
        plain = CheckedEndpoint(self._reactor, uri.host.decode("ascii"), uri.port, private=self._private)
        if uri.scheme == b"http":
            return plain
        made: IStreamClientEndpoint = plain  # type: ignore[assignment] # mypy does not know zope's interfaces
        return wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), made)

"""The address of a partner that listens: unlike our own addresses, it may be a host name."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from offline_collect.app.config.types import PORT_MAX

_FORM = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>[0-9]{1,5})")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


class Partner(NamedTuple):
    """The host and port of a partner."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether it is this machine itself; a host name never counts as that."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_partner(text: str) -> Partner:
    """Return the partner that ``switch.example:8583``, ``10.1.2.3:8583`` or ``[fd00::1]:8583`` names.

    Raises:
        ValueError: it is none of these.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError('must be a host and a port, such as "10.1.2.3:8583" or "switch.example:8583"')
    host, port = found["v6"] or found["host"], int(found["port"])
    if not 1 <= port <= PORT_MAX:
        raise ValueError(f"must have a port from 1 to {PORT_MAX}")
    if host == "localhost":
        host = "127.0.0.1"
    if not _is_host(host):
        raise ValueError("must name a host by its name or its IP address")
    return Partner(host, port)


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # Digits and dots alone are an address that is wrong, not a name.
        return _NAME.fullmatch(host) is not None and not host.replace(".", "").isdigit()
    return True


def _normal(text: str) -> str:
    return str(parse_partner(text))


PartnerAddress = Annotated[str, AfterValidator(_normal)]

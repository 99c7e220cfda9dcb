"""Types of settings: addresses, networks, times, time zones, database URLs."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import zoneinfo
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from offline_collect.domain.currencies import CURRENCIES
from offline_collect.merchant.common.yaml_documents import matching
from offline_collect.merchant.profile.definition import currency_number

PORT_MAX = 65535
SECRET_SHOWN = "***"  # noqa: S105 - stands where a password would be
ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>[0-9]{1,5})")
_CUTOVER = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DATABASE = re.compile(
    r"(?P<kind>sqlite|postgresql|oracle)(?:\+(?P<driver>[a-z0-9_]+))?://(?P<rest>.*)", re.DOTALL
)
_DRIVERS = {"sqlite": {"pysqlite"}, "postgresql": {"psycopg"}, "oracle": {"oracledb", "cx_oracle"}}
_IN_QUERY = re.compile(r"((?:password|passwd|pwd|secret|token|sslpassword)=)[^&]*", re.IGNORECASE)


class Address(NamedTuple):
    """An address to listen on (IP address and port, 0 for any free port), or a partner's (also a host name)."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether it is reachable only from this machine; a host name never counts as that."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Return the address that ``127.0.0.1:8583``, ``[::1]:8583`` or ``localhost:8583`` names.

    Raises:
        ValueError: it is none of these.
    """
    found = ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError('must be an address and a port, such as "127.0.0.1:8583" or "[::1]:8583"')
    host, port = found["v6"] or found["host"], int(found["port"])
    if host == "localhost":
        host = "127.0.0.1"
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("must name an IP address of this machine, not a host name") from None
    if port > PORT_MAX:
        raise ValueError(f"must have a port from 0 to {PORT_MAX}")
    return Address(str(known), port)


def _normal_address(text: str) -> str:
    return str(parse_address(text))


def _network(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be a network in quotes")  # noqa: TRY004 - pydantic asks for ValueError
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        raise ValueError('must be a network such as "10.1.0.0/16" (no bits set behind the /)') from None


def _known_timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA database, such as Asia/Shanghai") from None
    return name


def _cutover_time(value: object) -> object:
    if value is None:
        return None
    # YAML reads 23:30 without quotes as the sexagesimal number 1410.
    if not isinstance(value, str) or not _CUTOVER.fullmatch(value):
        raise ValueError('must be "HH:MM" in quotes, or null for cutover by command only')
    return dt.time.fromisoformat(value)


def _hours_minutes(time: dt.time | None) -> str | None:
    return None if time is None else f"{time:%H:%M}"


def _currency_code(value: object) -> str:
    return CURRENCIES[currency_number(value)].code


def _institution(text: str) -> str:
    if not re.fullmatch("[0-9]{1,11}", text) or not text.strip("0"):
        raise ValueError('must be 1 to 11 digits in quotes, such as "12345678"')
    return text.lstrip("0")


def _database_url(text: str) -> str:
    found = _DATABASE.fullmatch(text)
    if found is None:
        raise ValueError("must begin with sqlite:///, postgresql:// or oracle://")
    kind, driver = found["kind"], found["driver"]
    if driver and driver not in _DRIVERS[kind]:
        raise ValueError(f"must name a driver of {kind}'s: {', '.join(sorted(_DRIVERS[kind]))}")
    if kind == "sqlite" and (
        not found["rest"].startswith("/") or found["rest"].split("?")[0] in ("/", "/:memory:")
    ):
        raise ValueError("must name a database file: sqlite:///var/offline-collect.db")
    return text


def mask_url(url: str) -> str:
    """Return a database URL without its passwords; an ambiguous URL is hidden completely."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return SECRET_SHOWN
    rest = _IN_QUERY.sub(rf"\g<1>{SECRET_SHOWN}", rest)
    # The last @ ends the credentials: a password may hold an unquoted one.
    credentials, at, place = rest.rpartition("@")
    if at:
        user, colon, _ = credentials.partition(":")
        credentials = f"{user}:{SECRET_SHOWN}" if colon else user
    return f"{scheme}://{credentials}{at}{place}"


ListenAddress = Annotated[str, AfterValidator(_normal_address)]
Network = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(_network)]
Timezone = Annotated[str, AfterValidator(_known_timezone)]
CutoverTime = Annotated[
    dt.time | None, BeforeValidator(_cutover_time), PlainSerializer(_hours_minutes, return_type=str | None)
]
CurrencyCode = Annotated[str, BeforeValidator(_currency_code)]
InstitutionId = Annotated[str, AfterValidator(_institution)]
BankNumber = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}=[A-Za-z0-9]{1,11}",
        "a bank's id and its number of 1 to 11 letters or digits, such as BANK2=8802",
    ),
]
DatabaseUrl = Annotated[str, AfterValidator(_database_url), Field(repr=False)]
SchemaName = Annotated[
    str, matching(r"[a-z0-9][a-z0-9_-]{0,30}", "small letters, digits, dashes or underscores")
]

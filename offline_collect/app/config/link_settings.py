"""The settings of a link: who may connect, how, and with which limits (docs/configuration.md, Settings)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from offline_collect.app.config.key_settings import MacSettings
from offline_collect.app.config.partner_address import PartnerAddress, parse_partner
from offline_collect.app.config.types import (
    Address,
    InstitutionId,
    ListenAddress,
    Network,
    SchemaName,
    parse_address,
)
from offline_collect.domain.access.organisation import DEFAULT_BANK
from offline_collect.merchant.common.yaml_documents import Document, matching

NOT_YET = "is not available in this version: leave it out"

OrganisationId = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
        "1 to 15 letters, digits, dots, dashes or underscores, beginning with a letter or digit",
    ),
]

CertificateName = Annotated[
    str, matching(r"[!-~][ -~]{0,255}", "a common name, a DNS name, or sha256: and 64 hexadecimal digits")
]


def _some(values: tuple[object, ...]) -> tuple[object, ...]:
    if not values:
        raise ValueError("must name at least one")
    return values


SOME = AfterValidator(_some)


class TlsSettings(Document):
    """TLS of a link."""

    certificate: str = Field(
        min_length=1, description="PEM file: the platform's certificate, then those between it and its root"
    )
    key: str = Field(
        min_length=1, description="PEM file: its private key, without a password; not for others to read"
    )
    client_ca: str | None = Field(
        default=None,
        min_length=1,
        description="PEM file: a peer must have a certificate that one of these has signed; null asks for none",
    )
    clients: Mapping[InstitutionId, Annotated[tuple[CertificateName, ...], SOME, Field(strict=False)]] = (
        Field(
            default={},
            strict=False,
            max_length=10_000,
            description="by institution, its certificates: a common name, a DNS name, or `sha256:` and the fingerprint;"
            " empty: every certificate of `client_ca` may speak for all institutions of the link",
        )
    )
    minimum: Literal["1.2", "1.3"] = Field(default="1.2", description="lowest version of TLS")
    warn_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="how long before a certificate's end `/readyz` has a note of it",
    )

    @model_validator(mode="after")
    def _names_need_certificates(self) -> Self:
        if self.clients and self.client_ca is None:
            raise ValueError(
                "clients: names of certificates say nothing where none are asked for: set client_ca"
            )
        return self


def _requests(description: str) -> Any:
    return Field(
        default=None, ge=1, le=1_000_000, description=f"{description}; more are answered 58; null: no bound"
    )


class ThrottleSettings(Document):
    """The rate limits of a link's senders."""

    requests_per_s: int | None = _requests("requests a second on the link")
    institution_requests_per_s: int | None = _requests("requests a second of one institution")
    terminal_requests_per_s: int | None = _requests("requests a second of one terminal")
    terminal_misses_per_minute: int | None = Field(
        default=30,
        ge=1,
        le=1_000_000,
        description="lookups and payments of one terminal in a minute that name no customer and no bill: more are"
        " answered a second later, and past twice as many the terminal is answered 58; null: no bound",
    )
    institution_misses_per_minute: int | None = Field(
        default=1200,
        ge=1,
        le=1_000_000,
        description="likewise of all terminals of one institution; past twice as many its lookups are answered 58",
    )


class LinkSettings(Document):
    """The link of one front-end processor."""

    name: SchemaName = Field(default="fep-1", description="in logs and metrics")
    listen: ListenAddress = Field(
        default="127.0.0.1:8583", description="address and port; port 0 means a free one"
    )
    connect: PartnerAddress | None = Field(
        default=None,
        description="host and port of a partner that listens: one server at a time connects to it, and none listens for"
        " this link; null: the link listens",
    )
    connect_timeout_s: int = Field(
        default=10, ge=1, le=600, description="with `connect`: how long one attempt may take"
    )
    connect_retry_max_s: int = Field(
        default=60,
        ge=1,
        le=3600,
        description="with `connect`: longest wait between attempts; it starts at 1 second and doubles",
    )
    lease_s: int = Field(
        default=10,
        ge=1,
        le=600,
        description="with `connect`: how long after a server's end another one connects in its place",
    )
    dialect: SchemaName = Field(default="ascii", description="a file of `schemas/dialects`")
    institutions: Annotated[tuple[InstitutionId, ...], SOME] = Field(
        default=("12345678",),
        strict=False,
        max_length=10_000,
        description="DE 32 values accepted here; all others are answered 58",
    )
    organisation: OrganisationId = Field(
        default=DEFAULT_BANK,
        description="the group, bank or branch that its institutions belong to; `serve` refuses one that the store"
        " does not have",
    )
    allow: Annotated[tuple[Network, ...], SOME] = Field(
        default=(ipaddress.IPv4Network("127.0.0.0/8"),),
        strict=False,
        max_length=1000,
        description="networks that may connect",
    )
    sign_on: Literal["required", "optional"] = Field(
        default="optional", description="whether an institution must sign on first"
    )
    mac: MacSettings = MacSettings()
    connections_max: int = Field(
        default=1000, ge=1, le=100_000, description="connections at once; more are closed"
    )
    connections_max_per_peer: int = Field(
        default=250,
        ge=1,
        le=100_000,
        description="connections at once from one IPv4 address or one IPv6 /64; more are closed",
    )
    connections_max_per_institution: int = Field(
        default=250,
        ge=1,
        le=100_000,
        description="connections at once that serve one institution; on more it is answered 58",
    )
    in_flight_max: int = Field(
        default=512,
        ge=1,
        le=100_000,
        description="unanswered requests a connection; past it it is not read, unless it stays behind",
    )
    idle_timeout_s: int = Field(
        default=300, ge=1, le=86_400, description="silence after which a connection is closed"
    )
    frame_timeout_s: int = Field(
        default=30,
        ge=1,
        le=86_400,
        description="a started message must be complete within it, or the connection is closed",
    )
    sign_on_timeout_s: int = Field(
        default=30,
        ge=1,
        le=86_400,
        description="where sign-on is required: a connection without one is closed after this time",
    )
    request_timeout_ms: int = Field(
        default=10_000, ge=100, le=600_000, description="a request that waits longer is answered 68"
    )
    receive_buffer_bytes: int = Field(
        default=32_768,
        ge=4_096,
        le=1_048_576,
        description="how much may wait in a connection's socket before the server reads it",
    )
    tls: TlsSettings | None = Field(default=None, description="certificates; null: the link is not encrypted")
    throttle: ThrottleSettings = ThrottleSettings()
    cutover_notice: bool = Field(
        default=False,
        description="whether the front end is sent an 0800 (DE 70 201) when a business day opens",
    )
    reconcile_by: Literal["file", "totals"] = Field(
        default="file",
        description="what reconciles a day with its institutions: a file of details, or, without one, a totals message (0500,"
        " 0520) in balance",
    )
    test: bool = Field(
        default=False,
        description="a link for tests and demonstrations: the kiosk may use it, and with `business.live: true` its payments"
        " are answered 58",
    )
    insecure: bool = Field(
        default=False, description="allow an address other than loopback without TLS and MAC"
    )

    @property
    def address(self) -> Address:
        """The listening address, in its parts."""
        return parse_address(self.listen)

    @property
    def has_mac(self) -> bool:
        """Whether its messages carry MACs."""
        return self.mac.algorithm != "none"

    @property
    def key_name(self) -> str:
        """The name of its keys in the store."""
        return self.mac.key or self.name

    @model_validator(mode="after")
    def _certificates_are_of_its_institutions(self) -> Self:
        strange = sorted(set(self.tls.clients) - set(self.institutions)) if self.tls else []
        if strange:
            raise ValueError(f"tls.clients: {strange[0]} is not among the link's institutions")
        return self

    @model_validator(mode="after")
    def _listens_or_connects(self) -> Self:
        if self.connect is None:
            return self
        if "listen" in self.model_fields_set:
            raise ValueError("connect: a link listens or connects, not both: leave out listen or connect")
        if self.tls is not None and self.tls.client_ca is None:
            raise ValueError(
                "tls.client_ca: a link that connects must know who signs its partner's certificate"
            )
        return self

    @model_validator(mode="after")
    def _open_links_say_so(self) -> Self:
        address = self.address if self.connect is None else parse_partner(self.connect)
        if address.loopback or self.insecure or self.has_mac or self.tls is not None:
            return self
        if self.connect is not None:
            raise ValueError(
                "connects beyond loopback with neither TLS nor a MAC: anyone on the way can read and change messages;"
                " give it tls or a mac, or set insecure: true where the network itself is protected"
            )
        raise ValueError(
            "listens beyond loopback with neither TLS nor a MAC: anyone on the way can read and change messages;"
            " give it tls or a mac, listen on 127.0.0.1, or set insecure: true where the network itself is protected"
        )

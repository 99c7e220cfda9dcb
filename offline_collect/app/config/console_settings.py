"""Settings of the console."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from offline_collect.app.config.types import ListenAddress, parse_address
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.common.yaml_documents import Document

_PROXIES_MAX = 20


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address in quotes, such as `127.0.0.1`") from None


class ConsoleSettings(Document):
    """The web console, which `offline-collect console` starts."""

    listen: ListenAddress = Field(
        default="127.0.0.1:9584", description="the address and port that browsers, or the proxy, connect to"
    )
    proxies: list[Annotated[str, AfterValidator(_address)]] = Field(
        default_factory=list,
        max_length=_PROXIES_MAX,
        description="addresses of reverse proxies that take https and pass it on; their word for a browser's address counts",
    )
    certificate: str | None = Field(
        default=None,
        min_length=1,
        description="PEM file with the console's own certificate and those that signed it; null: no TLS of its own",
    )
    key: str | None = Field(
        default=None,
        min_length=1,
        description="PEM file with the certificate's private key, without a password",
    )
    idle_minutes: int = Field(
        default=15, ge=1, le=720, description="how long a session lasts without a page being asked for"
    )
    absolute_hours: int = Field(default=12, ge=1, le=24, description="how long a session lasts in any case")
    confirm_minutes: int = Field(
        default=5,
        ge=1,
        le=60,
        description="how long a user need not give the password again for what moves money or lets somebody in",
    )
    require_totp: bool = Field(
        default=False, description="whether each user must add a second factor before going on"
    )
    second_factor_roles: list[Annotated[Role, Strict(strict=False)]] = Field(
        default_factory=list,
        max_length=len(Role),
        description="roles whose users must add a second factor before going on, such as `[ADMIN]`, where not each user must",
    )
    sign_ins_per_address: int | None = Field(
        default=60,
        ge=5,
        le=10_000,
        description="attempts to sign in a minute from one network address, behind a proxy as the proxy tells it; null: no bound",
    )
    sign_ins_per_name: int | None = Field(
        default=10, ge=5, le=1_000, description="attempts to sign in a minute with one name; null: no bound"
    )
    threads: int = Field(default=8, ge=1, le=64, description="pages that are made at a time")
    upload_mib: int = Field(default=64, ge=1, le=1024, description="most MiB of a form with its files")

    @model_validator(mode="after")
    def _nobody_listens_in(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: give both, or neither")
        if self.certificate is None and not self.proxies and not parse_address(self.listen).loopback:
            raise ValueError(
                "listens beyond loopback without TLS: anyone on the network could read passwords; give it certificate and"
                " key, or name the proxies that take https for it, or listen on 127.0.0.1"
            )
        return self

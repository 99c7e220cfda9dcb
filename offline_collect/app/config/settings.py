"""The settings: every key of the configuration, with its default, its bounds and its meaning.

docs/configuration.md lists the same; a test compares them.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from offline_collect.app.config.console_settings import ConsoleSettings
from offline_collect.app.config.file_settings import FileExchangeSettings
from offline_collect.app.config.key_settings import KeySettings
from offline_collect.app.config.link_settings import NOT_YET, SOME, LinkSettings
from offline_collect.app.config.notify_settings import NotifySettings
from offline_collect.app.config.types import (
    Address,
    BankNumber,
    CurrencyCode,
    CutoverTime,
    DatabaseUrl,
    InstitutionId,
    ListenAddress,
    Timezone,
    parse_address,
)
from offline_collect.merchant.common.yaml_documents import Document


class DatabaseSettings(Document):
    """The location of the store."""

    url: DatabaseUrl = Field(
        default="sqlite:///var/offline-collect.db",
        description="SQLAlchemy URL: `sqlite:///FILE`, `postgresql://…` or `oracle://…`; a relative file is"
        " relative to the working directory",
    )

    @property
    def embedded(self) -> bool:
        """Whether it is SQLite, which has one writer."""
        return self.url.startswith("sqlite")


class StoreFileSettings(Document):
    """Who may use a SQLite store besides its owner."""

    group: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="SQLite: a group of this machine that may read the store and write to it, for backups and"
        " commands of other users; null allows only the owner",
    )


class BusinessSettings(Document):
    """Business rules of the bank."""

    timezone: Timezone = Field(
        default="Asia/Shanghai", description="IANA time zone of business dates and of people"
    )
    cutover: CutoverTime = Field(
        default=dt.time(23, 30),
        description='when the business day is cut, `"HH:MM"`; null leaves it to `day cutover`',
    )
    calendar: str | None = Field(
        default=None,
        min_length=1,
        description="a YAML file of weekends and holidays; null: every date is a business day",
    )
    currency: CurrencyCode = Field(
        default="CNY",
        validate_default=True,
        description="currency of merchants without their own; `CNY` or `156`",
    )
    quote_grace_minutes: int = Field(
        default=30,
        ge=0,
        le=1440,
        description="how long after cutover the previous date's payable is still accepted",
    )
    skew_s: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="allowed difference of clocks before a payment counts as lost",
    )
    live: bool = Field(
        default=False,
        description="whether real money is collected: then payments and advices on a link with `test: true` are answered"
        " 58",
    )


class ApprovalSettings(Document):
    """Settings of requests that need two people."""

    expire_after_hours: int = Field(
        default=72,
        ge=1,
        le=8_760,
        description="how long a request waits for another user before it expires",
    )


class LaneSettings(Document):
    """Threads that decide commands, each with its own database connection."""

    write: int = Field(default=1, ge=1, le=64, description="lanes that post; SQLite takes 1")
    read: int = Field(default=1, ge=1, le=64, description="lanes for lookups and forms")
    batch_max: int = Field(default=256, ge=1, le=1000, description="most commands in one transaction")
    queue_max: int = Field(
        default=20000,
        ge=1,
        le=1_000_000,
        description="most commands that wait; past it a socket is read only while it has less than its share",
    )
    cache_mib: int = Field(
        default=128,
        ge=1,
        le=65_536,
        description="most MiB of memory for parsed merchants and forms in each process, about; taken as they are used",
    )
    own_process: bool = Field(
        default=True,
        description="whether lanes run in a process of their own: two processor cores then share the work",
    )

    @model_validator(mode="after")
    def _a_batch_fits_the_queue(self) -> Self:
        if self.queue_max < self.batch_max:
            raise ValueError("queue_max must not be under batch_max")
        return self


_Text5 = Annotated[str, Field(min_length=1, max_length=5)]
_Text34 = Annotated[str, Field(min_length=1, max_length=34)]
_Text35 = Annotated[str, Field(min_length=1, max_length=35)]
_Text140 = Annotated[str, Field(min_length=1, max_length=140)]


class DebitSettings(Document):
    """Batch debits."""

    institution: InstitutionId | None = Field(
        default=None,
        description="the institution that debits payers' accounts, if `debit export` names no other",
    )
    every_evening: bool = Field(
        default=False,
        description="whether `day run` makes a batch of each merchant that has mandates, if the command does not say so",
    )
    format: Literal["fixed", "iso20022"] = Field(
        default="fixed",
        description="how batches go out, if the command names no other: in files of fixed width, or as messages of ISO 20022",
    )
    reports: Literal["all", "rejects-only"] = Field(
        default="all",
        description="ISO 20022: whether the bank reports each debit, or only those that it rejects",
    )
    creditor_account: _Text34 | None = Field(
        default=None,
        repr=False,
        description="ISO 20022: the account to which the bank pays what it debits; no batch goes out without it",
    )
    creditor_name: _Text140 | None = Field(
        default=None, description="ISO 20022: the name that payers see; null for the merchant's own"
    )
    creditor_bank: _Text35 | None = Field(
        default=None,
        description="ISO 20022: the number of that account's bank in its clearing; null if it is the receiver",
    )
    creditor_id: _Text35 | None = Field(
        default=None,
        description="the creditor's number at the payers' banks, if `--creditor-id` names no other; null if they need none",
    )
    initiator: _Text140 | None = Field(
        default=None, description="ISO 20022: the name of who sends the message; null for the creditor's name"
    )
    clearing_system: _Text5 | None = Field(
        default=None,
        description="ISO 20022: ISO's code of the clearing whose numbers banks have, such as `CNAPS`; null leaves it out",
    )


class SettlementSettings(Document):
    """Payouts to merchants."""

    banks: list[BankNumber] = Field(
        default_factory=list,
        max_length=1_000,
        description="numbers of banks in files of payouts, such as `BANK2=8802`; a bank that is not here has its id there",
    )

    def bank_numbers(self) -> dict[str, str]:
        """Return the numbers by the banks' organisations."""
        pairs = (each.partition("=") for each in self.banks)
        return {organisation: number for organisation, _, number in pairs}


class LogSettings(Document):
    """Level and format of the log."""

    format: Literal["console", "json"] = Field(
        default="console", description="for people, or one JSON object a line"
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="lowest severity logged"
    )


class MetricsSettings(Document):
    """Prometheus metrics and health checks over HTTP."""

    listen: ListenAddress | None = Field(
        default="127.0.0.1:9583",
        description="serves `/metrics`, `/healthz`, `/readyz` and `/status`; null serves none",
    )
    insecure: bool = Field(
        default=False,
        description="allow an address other than loopback, although anyone who reaches it may read",
    )

    @model_validator(mode="after")
    def _an_open_address_says_so(self) -> Self:
        if self.listen is None or parse_address(self.listen).loopback or self.insecure:
            return self
        raise ValueError(
            "listens beyond loopback with neither TLS nor a password: anyone who reaches it can read how much is"
            " paid over which link; listen on 127.0.0.1, or set insecure: true where the network itself is protected"
        )


class Settings(Document):
    """The whole configuration."""

    REFUSED: ClassVar[Mapping[str, str]] = dict.fromkeys(("throttle", "tls"), NOT_YET)

    database: DatabaseSettings = DatabaseSettings()
    store: StoreFileSettings = StoreFileSettings()
    business: BusinessSettings = BusinessSettings()
    lanes: LaneSettings = LaneSettings()
    links: Annotated[tuple[LinkSettings, ...], SOME] = Field(strict=False, max_length=1000)
    drain_timeout_s: int = Field(
        default=10, ge=0, le=3600, description="how long a stop waits for requests in progress"
    )
    approvals: ApprovalSettings = ApprovalSettings()
    keys: KeySettings = KeySettings()
    debits: DebitSettings = DebitSettings()
    settlement: SettlementSettings = SettlementSettings()
    files: FileExchangeSettings | None = Field(
        default=None,
        description="folders for files of banks and front-end processors, which `files watch` takes; null: none",
    )
    notify: NotifySettings = NotifySettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    console: ConsoleSettings = ConsoleSettings()
    schemas_dir: str | None = Field(
        default=None,
        min_length=1,
        description="a folder of schemas that takes precedence over the shipped one",
    )

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.database.embedded and self.lanes.write > 1:
            raise ValueError("lanes.write: SQLite has one writer: set it to 1, or use PostgreSQL")
        if self.store.group is not None and not self.database.embedded:
            raise ValueError(
                "store.group: is of SQLite's files: leave it out, the database says who may use it"
            )
        self._refuse_links_of_one_name()
        self._refuse_keys_of_two_kinds()
        self._refuse_shared_addresses()
        return self

    def _refuse_links_of_one_name(self) -> None:
        names = [link.name for link in self.links]
        for i, name in enumerate(names):
            first = names.index(name)
            if first < i:
                raise ValueError(f"links[{i}].name: {name} is the name of links[{first}] too")

    def _refuse_keys_of_two_kinds(self) -> None:
        kinds: dict[str, tuple[int, tuple[str, str, str]]] = {}
        for i, link in enumerate(self.links):
            kind = link.mac.algorithm, link.mac.kek, link.organisation
            first, known = kinds.setdefault(link.key_name, (i, kind)) if link.has_mac else (i, kind)
            if known != kind:
                raise ValueError(
                    f"links[{i}].mac: shares the keys of links[{first}], but has another algorithm, kek or organisation"
                )

    def _refuse_shared_addresses(self) -> None:
        places = [
            (f"links[{i}].listen", link.address) for i, link in enumerate(self.links) if link.connect is None
        ]
        if self.metrics.listen is not None:
            places.append(("metrics.listen", parse_address(self.metrics.listen)))
        places.append(("console.listen", parse_address(self.console.listen)))
        for i, (place, address) in enumerate(places):
            for other, taken in places[:i]:
                if _overlap(address, taken):
                    raise ValueError(f"{place}: {address} is taken by {other} ({taken})")


def _overlap(one: Address, other: Address) -> bool:
    """Whether two addresses cannot be listened on at once; 0.0.0.0 uses every address of its port."""
    if one.port != other.port or not one.port:
        return False
    return one.host == other.host or any(
        ipaddress.ip_address(address.host).is_unspecified for address in (one, other)
    )

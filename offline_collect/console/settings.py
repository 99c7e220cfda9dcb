"""What the console is given: its settings, and what its pages work on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_collect.domain.ports import Clock
from offline_collect.merchant.access.requests import DualControl
from offline_collect.merchant.access.sign_in import SignInRules
from offline_collect.store import SqlStore


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Settings of the console.

    Attributes:
        proxies: addresses of reverse proxies, whose word for the browser's address and https counts.
        certificate, key: PEM files of its own TLS; None without.
        threads: pages that are made at a time.
        body_max: bytes of a form with its files.
    """

    proxies: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    threads: int = 8
    body_max: int = 64 * 1024 * 1024

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https: by its own TLS, or a proxy's."""
        return self.certificate is not None or bool(self.proxies)


@dataclass(frozen=True, slots=True)
class Office:
    """What the pages work on.

    Attributes:
        store: the whole store; a page gets the part that its user sees.
        rules: what is asked of users who sign in.
        control: of requests that need two people.
        zone: the time zone of people.
        parts: what single pages need from the configuration, by its class: ``visit.part(FormParts)``.
    """

    store: SqlStore
    clock: Clock
    rules: SignInRules
    control: DualControl
    zone: dt.tzinfo
    settings: ConsoleSettings = ConsoleSettings()
    parts: tuple[Any, ...] = ()

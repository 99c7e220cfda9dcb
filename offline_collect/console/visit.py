"""One request of a browser as a page sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from offline_collect.console.errors import MissingPageError
from offline_collect.console.forms import Form
from offline_collect.console.page import Page
from offline_collect.console.settings import Office
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.access.requests import DualControl
from offline_collect.store import SqlStore
from offline_collect.store.backoffice.console_sessions import ConsoleSession
from offline_collect.translations import Language

Part = TypeVar("Part")


@dataclass(slots=True)
class Visit:
    """One request.

    Attributes:
        key: what the browser has as its session's cookie; new for one without.
        now: the present time, read once.
        parts_of_path: values of the path's parameters.
        query: the address's query, the last value of each name.
        address: the browser's network address.
        session: None if nobody has signed in.
        user: the acting user; None likewise.
        said: what the page before has done; '' if nothing.
        refused: why the change was refused, when its form is shown again.
        stale: what was changed meanwhile, likewise: what it is about, before, now.
    """

    office: Office
    page: Page
    language: Language
    key: str
    now: dt.datetime
    path: str
    address: str
    parts_of_path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    session: ConsoleSession | None = None
    user: Actor | None = None
    said: str = ""
    refused: str | None = None
    stale: tuple[tuple[str, str, str], ...] = ()

    @property
    def actor(self) -> Actor:
        """The acting user."""
        assert self.user is not None, "pages for anybody have no acting user"
        return self.user

    @property
    def living(self) -> ConsoleSession:
        """The session."""
        assert self.session is not None, "pages for anybody have no session"
        return self.session

    @property
    def store(self) -> SqlStore:
        """The part of the store that the user sees."""
        return self.office.store.within(self.actor.scope)

    @property
    def control(self) -> DualControl:
        """The control of requests that need two people."""
        return self.office.control

    def part(self, kind: type[Part]) -> Part:
        """Return what this page needs of the configuration."""
        return next(each for each in self.office.parts if isinstance(each, kind))

    def may(self, permission: str) -> bool:
        """Whether the user has a permission, by its name: templates show no form that would be refused."""
        return self.actor.may(Permission(permission))

    def number(self, name: str) -> int:
        """Return a parameter of the path that is a number.

        Raises:
            MissingPageError: it is not.
        """
        text = self.parts_of_path[name]
        if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 - digits of a BigInteger
            raise MissingPageError
        return int(text)

    def address_with(self, **changed: str | None) -> str:
        """Return this page's address with other values in its query; None leaves a name out."""
        query: dict[str, Any] = {**self.query, **changed}
        kept = urlencode({name: value for name, value in query.items() if value})
        return f"{self.path}?{kept}" if kept else self.path

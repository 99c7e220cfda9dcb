"""What a page is: its address, who may open it, its title, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from offline_collect.domain.access.audit import Subject
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.translations import Language

if TYPE_CHECKING:
    from offline_collect.console.visit import Visit


class Opens(StrEnum):
    """Who may open a page, besides having its permission."""

    ANYBODY = "ANYBODY"
    PREPARING = "PREPARING"
    SIGNED_IN = "SIGNED_IN"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer: a template with its values.

    Attributes:
        template: the file's name in ``pages/``.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """An answer: look at another page of the console.

    Attributes:
        said: shown at the top of it: what was done.
        language: that the browser remembers from now on.
    """

    to: str
    said: Phrase | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """An answer: a file to keep, which goes out as an attachment and is recorded in the audit trail.

    Attributes:
        content: in pieces; they are read while they go out.
        about: what the file is about, for the audit trail.
    """

    name: str
    content: Iterable[bytes]
    media_type: str
    about: Subject


Answer = Shown | Redirect | Download
Handler = Callable[["Visit"], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One row of the table of pages.

    Attributes:
        path: with parameters in braces: ``/users/{name}``.
        title: of the page, also in the navigation.
        handler: makes the page. It runs in a thread of its own and may block.
        permission: that its user must have; None for any user.
        method: ``GET`` to look, ``POST`` to change.
        opens: who may open it at all.
        menu: its place in the navigation; None if it is not there.
        again: of a POST: shows the form again when the change was refused, with what was typed.
        confirms: of a POST: its user must have given his password within some minutes, since it moves money or lets
            somebody in.
        once: of a POST: a form that is sent twice makes one change.
    """

    path: str
    title: Phrase
    handler: Handler
    permission: Permission | None = Permission.VIEW
    method: str = "GET"
    opens: Opens = Opens.SIGNED_IN
    menu: int | None = None
    again: Handler | None = None
    confirms: bool = False
    once: bool = True

"""Scenarios: what a terminal sends and what it expects, before any variable has a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from offline_collect.domain.codes import ResponseCode

Contents = Mapping[int, str | Mapping[str, str]]
"""Elements by number: a text, or PDS values by tag. Texts may hold placeholders."""

MAIN = "main"
"""The connection that exchanges use unless they name another."""


ORDER_MAX = 999


@dataclass(frozen=True, slots=True)
class Template:
    """A request of the message set as most exchanges send it (requests.yaml)."""

    mti: str
    elements: Contents


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes that no codec would write.

    Attributes:
        content: text in the dialect's character set, or hex digits; may hold placeholders.
        is_hex: which of the two.
        framed: whether the dialect's length header and TPDU are put before it.
    """

    content: str
    is_hex: bool
    framed: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send: exactly one of ``template``, ``again`` and ``raw``.

    Attributes:
        template: the request to make.
        again: name of a message to send once more, as it was.
        raw: bytes instead of a message.
        mti: instead of the template's or the other message's; None to leave it.
        elements: put over those of the template or message; None takes an element or tag out.
        corrupt: bytes, as text, that replace the content of encoded elements of the same length.
        local: variables of this message alone; ``of`` names a message.
    """

    template: Template | None = None
    again: str | None = None
    raw: Bytes | None = None
    mti: str | None = None
    elements: Mapping[int, str | Mapping[str, str | None] | None] = field(default_factory=dict)
    corrupt: Mapping[int, str] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)


class Silence(StrEnum):
    """What may be expected instead of an answer."""

    NOTHING = "nothing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be.

    Attributes:
        mti: None for the one that answers the request by the message set.
        code: response code by name; None for any.
        elements: by number an expectation, or expectations by PDS tag: ``present``, ``absent``, a regular
            expression between slashes, or the exact text.
        capture: variables to set: name to part of the answer (``48.0070``).
    """

    mti: str | None = None
    code: ResponseCode | None = None
    elements: Contents = field(default_factory=dict)
    capture: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what is expected to come of it.

    Attributes:
        path: its place in the file: ``steps[3]``.
        note: what it shows, for the transcript.
        name: keeps message and answer under this name.
        sent: False for a message that is only prepared, to be named or sent later.
        expected: an answer, or none.
        connection: which one it goes over.
    """

    path: str
    outgoing: Outgoing
    expected: Expected | Silence
    note: str | None = None
    name: str | None = None
    sent: bool = True
    connection: str = MAIN


@dataclass(frozen=True, slots=True)
class Step:
    """One or several exchanges whose messages all go out before the first answer is waited for.

    Attributes:
        times: how often, each time with fresh numbers; ``{n}`` counts from 1.
    """

    path: str
    exchanges: tuple[Exchange, ...]
    times: int = 1
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause."""

    path: str
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Drop a connection and open it again."""

    path: str
    connection: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A file of steps that belong together.

    Attributes:
        file: as it was named.
        order: its place among those that are run together by default.
        dialects: those that it can be run in; empty for all.
        data: the customers and bills that it uses up, for people who write the next one.
        variables: its own, which the command line may override.
        keep: names to hand on to a later run (``run --state``).
    """

    file: str
    title: str
    steps: tuple[Step | Wait | Reconnect, ...]
    order: int = ORDER_MAX
    dialects: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()

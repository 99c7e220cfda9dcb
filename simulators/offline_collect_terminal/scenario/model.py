"""Scenarios: the messages that a terminal sends and expects, before variables have values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from offline_collect.domain.codes import ResponseCode
from offline_collect.wire.layouts.layout import Layout

Contents = Mapping[int, str | Mapping[str, str]]
"""Elements by number: a text, or PDS values by tag. Texts may hold placeholders."""

MAIN = "main"
"""The default connection of exchanges."""


ORDER_MAX = 999


@dataclass(frozen=True, slots=True)
class Template:
    """The usual content of a request, of the shared message set (requests.yaml) or of the dialect's own.

    Attributes:
        layouts: of private data in the request, by element number.
        answer_layouts: of private data in its answer.
    """

    mti: str
    elements: Contents
    layouts: Mapping[int, Layout] = field(default_factory=dict)
    answer_layouts: Mapping[int, Layout] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bytes:
    """Raw bytes, which no codec would write.

    Attributes:
        content: text in the dialect's character set, or hex digits; may hold placeholders.
        is_hex: whether ``content`` is hex digits.
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
        again: name of a message to send again unchanged.
        raw: bytes instead of a message.
        mti: replaces the template's or the other message's; None keeps it.
        elements: override those of the template or message; None removes an element or tag.
        corrupt: bytes, as text, that replace the content of encoded elements of the same length.
        local: variables of this message only; ``of`` names a message.
        mac: whether it gets a MAC, on a link with MACs.
    """

    template: Template | None = None
    again: str | None = None
    raw: Bytes | None = None
    mti: str | None = None
    elements: Mapping[int, str | Mapping[str, str | None] | None] = field(default_factory=dict)
    corrupt: Mapping[int, str] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    mac: bool = True


class Silence(StrEnum):
    """The expectations of no answer."""

    NOTHING = "nothing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Expected:
    """The expectations of an answer.

    Attributes:
        mti: None for the answer's MTI by the message set.
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
    """A message and the expected answer.

    Attributes:
        path: its place in the file: ``steps[3]``.
        note: its purpose, for the transcript.
        name: keeps message and answer under this name.
        sent: False for a message that is only prepared, to be named or sent later.
        expected: an answer, or none.
        connection: the connection to use.
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
    """One or several exchanges; all messages are sent before waiting for the first answer.

    Attributes:
        times: how often to run it, each time with new numbers; ``{n}`` counts from 1.
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
class Find:
    """A search for open bills, so that a scenario can run again on any store.

    Attributes:
        lookups: what to ask, one customer each, until one has the bills.
        inputs: the inputs of each lookup.
        bills: how many open bills the customer must have; None for at least one.
        where: what each bill's record must have, by PDS tag.
        name: goes before the names of the variables that are set; None for no name.
    """

    path: str
    merchant: str
    lookups: tuple[Exchange, ...]
    inputs: tuple[tuple[str, ...], ...]
    bills: int | None
    where: Mapping[str, str]
    name: str | None
    note: str | None


AnyStep = Step | Wait | Reconnect | Find


@dataclass(frozen=True, slots=True)
class Scenario:
    """The steps of one file.

    Attributes:
        file: the file's name as given.
        order: its place among the scenarios that run by default.
        dialects: the dialects that it supports; empty for all.
        data: the customers and bills that it uses up, for authors of other scenarios.
        variables: its own variables, which the command line may override.
        keep: names of messages to keep for a later run (``run --state``).
        lines: the line of each place in the file.
    """

    file: str
    title: str
    steps: tuple[AnyStep, ...]
    order: int = ORDER_MAX
    dialects: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

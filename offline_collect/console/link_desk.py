"""What the pages of links need: the configured links, the server that runs, and the decoder of messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.keys.custody import KeyTerms


@dataclass(frozen=True, slots=True)
class ConfiguredLink:
    """A link of the configuration.

    Attributes:
        organisation: the group, bank or branch that it belongs to.
        settings: paths in the configuration and their values; no path of a file.
        keys: the terms of its keys; None without a MAC.
    """

    name: str
    organisation: str
    dialect: str
    settings: Sequence[tuple[str, str]]
    keys: KeyTerms | None


@dataclass(frozen=True, slots=True)
class RunningLink:
    """A link as the server has it now.

    Attributes:
        signed_on: institutions, and over how many connections each.
        in_flight: requests that are being answered.
        waiting: requests that wait for that.
    """

    name: str
    connections: int
    signed_on: Sequence[tuple[str, int]]
    in_flight: int
    waiting: int


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How many answers of a code a link has given since its server started."""

    link: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long a link took to answer messages of a kind since its server started.

    Attributes:
        within: seconds that half of the answers, 95 % and 99 % of them did not exceed: bounds of the
            server's histogram, infinite if they took longer than its last one.
    """

    link: str
    message: str
    count: int
    within: Sequence[float]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """What the server says.

    Attributes:
        says: whether it is ready, a reason a line; or why it was not heard.
        version: of the program; None if no server answers.
        last_errors: lines of its log, masked as the log is.
    """

    says: Sequence[str]
    version: str | None = None
    links: Sequence[RunningLink] = ()
    last_errors: Sequence[str] = ()
    answers: Sequence[AnswerCount] = ()
    times: Sequence[AnswerTimes] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a message.

    Attributes:
        at: the first and the last byte, counted from 0.
        place: element, tag or part.
        value: masked.
    """

    at: str
    place: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message as a dialect reads it.

    Attributes:
        size: bytes.
        pieces: up to what is wrong.
        problem: what is wrong; None if nothing is.
    """

    size: int
    pieces: Sequence[Piece]
    problem: Phrase | None


@dataclass(frozen=True, slots=True)
class LinkDesk:
    """What the pages of links need.

    Attributes:
        dialects: names of all.
        ask_server: asks the server that runs; it may take some seconds.
        decode: reads a message, as hex digits or as text, in a dialect; raises DecoderError for what is none.
    """

    links: Sequence[ConfiguredLink]
    dialects: Sequence[str]
    ask_server: Callable[[], RunningServer]
    decode: Callable[[str, str], Decoded]

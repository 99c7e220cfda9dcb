"""Opens a terminal: its journal, its session and its link, for a teller's shell or a payer's kiosk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from offline_collect.translations import Language
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.messages.message import Message
from offline_collect_terminal.teller.journal.journal import Journal, terminal_folder
from offline_collect_terminal.teller.journal.numbering import Numbering
from offline_collect_terminal.teller.link.answers import Answers
from offline_collect_terminal.teller.link.link import Link
from offline_collect_terminal.teller.link.own_answers import OwnAnswers
from offline_collect_terminal.teller.link.own_requests import OwnRequests
from offline_collect_terminal.teller.link.requests import Requests, Sender
from offline_collect_terminal.teller.screen.words import Words
from offline_collect_terminal.teller.tasks.session import Session, Terminal
from offline_collect_terminal.wire.signing import MacOptions
from offline_collect_terminal.wire.stamps import STANS, Stamps
from offline_collect_terminal.wire.tls import Tls


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """The settings of a terminal.

    Attributes:
        journal: folder of all terminals' journals.
        timeout_s: how long to wait for an answer.
        mac: how messages are authenticated; None on a link without MACs.
    """

    host: str
    port: int
    dialect: str
    institution: str
    terminal: str
    sender: Sender
    timezone: dt.tzinfo
    timeout_s: float
    journal: Path
    tls: Tls | None = None
    mac: MacOptions | None = None


def open_journal(settings: TerminalSettings, clock: Callable[[], dt.datetime]) -> Journal:
    """Open a terminal's journal.

    Raises:
        JournalError: it cannot be read or written, or another program has it open.
    """
    folder = terminal_folder(settings.journal, settings.institution, settings.terminal)
    return Journal(folder, first_stan=int(clock().timestamp() * 1000) % STANS)


def open_session(
    settings: TerminalSettings,
    codec: Codec,
    journal: Journal,
    language: Language,
    clock: Callable[[], dt.datetime],
) -> Session:
    """Return a terminal's session in a language; nothing is sent."""
    numbering = Numbering(journal, lambda first: _stamps(settings, codec, clock, first))
    requests: Requests | OwnRequests
    answers: Answers
    if codec.dialect.messages is None:
        requests = Requests(codec.dialect, numbering.next, settings.sender)
        answers = Answers(codec.dialect)
    else:
        requests = OwnRequests(codec, numbering.next, settings.sender, clock().year)
        answers = OwnAnswers(codec.dialect, settings.sender.currency)
    terminal = Terminal(
        session=f"{clock():%Y%m%dT%H%M%S.%f}",
        platform=f"{settings.host}:{settings.port}",
        institution=settings.institution,
        terminal=settings.terminal,
        timezone=settings.timezone,
        clock=clock,
    )
    return Session(terminal, Words(language), requests, answers, journal)


def open_link(settings: TerminalSettings, codec: Codec, greeting: Callable[[], Message | None]) -> Link:
    """Return a terminal's link, which connects when it is first used.

    Args:
        greeting: returns the first request of a new connection, None for none.
    """
    return Link(
        host=settings.host,
        port=settings.port,
        codec=codec,
        timeout_s=settings.timeout_s,
        greeting=greeting,
        tls=settings.tls,
    )


def _stamps(settings: TerminalSettings, codec: Codec, clock: Callable[[], dt.datetime], first: int) -> Stamps:
    return Stamps(
        institution=settings.institution,
        terminal=settings.terminal,
        timezone=settings.timezone,
        sent=codec.dialect.sent,
        clock=clock,
        first=first,
    )

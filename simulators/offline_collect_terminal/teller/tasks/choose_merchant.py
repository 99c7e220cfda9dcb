"""Chooses a merchant from the platform's directory, page by page or by search."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_collect_terminal.teller.link.answers import Downloaded, Listed
from offline_collect_terminal.teller.link.own_requests import OwnRequests
from offline_collect_terminal.teller.screen.model import Column, Grid, Tone
from offline_collect_terminal.teller.screen.steps import Steps
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.session import Session, numbered, word

MERCHANTS_MAX = 3_000
"""The most merchants that a search reads."""

MERCHANT_ID_MAX = 15
_MORE = frozenset({"", "n", "next", "更多"})
_HINT = msgid(
    "n or Enter: more merchants · a number of the list · an id · a part of a name, an id or a trade"
)


@dataclass(slots=True)
class Directory:
    """The part of the directory that was read so far.

    Attributes:
        cursor: requests the next page; None before the first and after the last.
        whole: whether all of it was read.
        usable: whether the platform has a directory.
    """

    merchants: list[Listed] = field(default_factory=list)
    cursor: str | None = None
    whole: bool = False
    usable: bool = True

    def read_page(self, session: Session) -> Steps[list[Listed]]:
        """Read the next page; return its new merchants."""
        told = yield from session.inquire(session.requests.directory(self.cursor))
        if told is None:
            self.whole, self.usable = True, bool(self.merchants)
            return []
        page = session.answers.merchants(told)
        known = {listed.merchant_id for listed in self.merchants}
        fresh = [listed for listed in page.merchants if listed.merchant_id not in known]
        self.merchants += fresh
        self.whole = page.cursor is None or not fresh or len(self.merchants) >= MERCHANTS_MAX
        self.cursor = page.cursor
        return fresh

    def read_all(self, session: Session) -> Steps[None]:
        """Read the rest, up to :data:`MERCHANTS_MAX`."""
        while not self.whole:
            yield from self.read_page(session)

    def found(self, text: str) -> list[Listed]:
        """Return the merchants that contain a text; only one if the text is its exact id."""
        wanted = word(text)
        exact = [listed for listed in self.merchants if word(listed.merchant_id) == wanted]
        return exact or [
            listed
            for listed in self.merchants
            if any(wanted in word(part) for part in (listed.merchant_id, listed.name, listed.trade))
        ]


def choose_merchant(session: Session) -> Steps[Listed]:
    """Let the teller choose a merchant.

    Raises:
        Back, Leave, ToMenu: the teller leaves the task.
    """
    directory = yield from open_directory(session)
    shown = list(directory.merchants)
    yield from _show(session, directory, shown, 1)
    while True:
        typed = yield from session.read(
            session.words("Merchant (number, id or part of a name)"),
            hint=_HINT,
            completions=_words(directory),
            remembered=True,
        )
        place = numbered(typed)
        if word(typed) in _MORE:
            shown = yield from _next_page(session, directory)
        elif place is not None and 1 <= place <= len(shown):
            return shown[place - 1]
        else:
            found = yield from _search(session, directory, typed)
            if len(found) == 1:
                return found[0]
            shown = found or shown


def open_directory(session: Session) -> Steps[Directory]:
    """Return the directory with its first page; in a dialect with messages of its own, its products' merchants."""
    requests = session.requests
    if isinstance(requests, OwnRequests):
        known = requests.merchants()
        return Directory(known, whole=True, usable=bool(known))
    directory = Directory()
    yield from directory.read_page(session)
    return directory


def download_form(session: Session, merchant: Listed) -> Steps[Downloaded | None]:
    """Return a merchant's form, or None after showing why there is none."""
    if isinstance(session.requests, OwnRequests):
        return session.requests.own_form(merchant)
    told = yield from session.inquire(session.requests.form(merchant.merchant_id))
    return None if told is None else session.answers.form(told)


def _next_page(session: Session, directory: Directory) -> Steps[list[Listed]]:
    """Show the next page below; numbers continue, so every merchant shown can be chosen."""
    before = len(directory.merchants)
    fresh = [] if directory.whole else (yield from directory.read_page(session))
    if fresh:
        yield from _show(session, directory, fresh, before + 1)
    else:
        yield from session.say("There are no more.", tone=Tone.QUIET)
    return directory.merchants


def _search(session: Session, directory: Directory, typed: str) -> Steps[list[Listed]]:
    if not directory.usable and _could_be_id(typed):
        return [Listed(typed, typed, "")]
    yield from directory.read_all(session)
    found = directory.found(typed)
    if len(found) == 1:
        return found
    if not found:
        yield from session.say("No merchant is called {text}.", tone=Tone.BAD, text=typed)
    else:
        yield from _show(session, directory, found, 1, searched=True)
    return found


def _show(
    session: Session, directory: Directory, listed: list[Listed], first: int, *, searched: bool = False
) -> Steps[None]:
    if not listed:
        return
    words = session.words
    columns = (
        Column("", figures=True),
        Column(words("Id")),
        Column(words("Merchant"), wraps=True),
        Column(words("Trade"), wraps=True),
    )
    rows = tuple(
        (str(place), each.merchant_id, each.name, each.trade) for place, each in enumerate(listed, first)
    )
    yield from session.show(Grid(columns, rows))
    if not searched and not directory.whole:
        yield from session.say("n: more merchants", tone=Tone.QUIET)


def _words(directory: Directory) -> tuple[str, ...]:
    return tuple(part for each in directory.merchants for part in (each.merchant_id, each.name))


def _could_be_id(typed: str) -> bool:
    return typed.isascii() and typed.isprintable() and 0 < len(typed) <= MERCHANT_ID_MAX

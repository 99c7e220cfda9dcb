"""The shell's main dialogue: opening, menu, closing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from offline_collect.domain.commands import Channel, NetworkFunction
from offline_collect_terminal.teller.journal.entries import State
from offline_collect_terminal.teller.link.requests import Feature
from offline_collect_terminal.teller.screen.model import Tone
from offline_collect_terminal.teller.screen.steps import Back, Interrupted, Leave, Steps, ToMenu
from offline_collect_terminal.teller.screen.words import msgid
from offline_collect_terminal.teller.tasks.advise import advise, ask_date
from offline_collect_terminal.teller.tasks.guarded import guarded
from offline_collect_terminal.teller.tasks.history import browse, cancel
from offline_collect_terminal.teller.tasks.pay import collect
from offline_collect_terminal.teller.tasks.resolve_unanswered import resolve_all
from offline_collect_terminal.teller.tasks.session import Session
from offline_collect_terminal.teller.tasks.tell_outcome import show_entries
from offline_collect_terminal.teller.tasks.totals import business_dates, compare_totals, show_totals

Dialogue = Callable[[Session], Steps[None]]
CHANNEL_NAMES = {
    Channel.TELLER: msgid("TELLER"),
    Channel.KIOSK: msgid("KIOSK"),
    Channel.MOBILE: msgid("MOBILE"),
    Channel.ONLINE: msgid("ONLINE"),
}


def run(session: Session) -> Steps[bool]:
    """Run the shell from its opening to its end.

    Returns:
        Whether it ends well: all payments and the last request have an answer.
    """
    try:
        yield from _open(session)
        while True:
            yield from _serve_choice(session)
    except Leave:
        yield from _close(session)
    return session.answered and not session.journal.unresolved


def _open(session: Session) -> Steps[None]:
    terminal, sender = session.terminal, session.requests.sender
    yield from session.say(
        "Terminal {terminal} of {institution}, {channel} {teller}, platform {platform}",
        tone=Tone.TITLE,
        terminal=terminal.terminal,
        institution=terminal.institution,
        channel=session.words(CHANNEL_NAMES[sender.channel]),
        teller=sender.teller,
        platform=terminal.platform,
    )
    yield from session.say("Journal: {folder}", tone=Tone.QUIET, folder=session.journal.folder)
    if session.can(Feature.SIGN_ON):
        yield from _served(session, sign_on)
    left = session.journal.unresolved
    if left:
        yield from session.say("Without an answer from before: {count}", tone=Tone.WARNING, count=len(left))
        yield from show_entries(session, left)
        yield from _served(session, lambda shared: resolve_all(shared, left))


def _served(session: Session, dialogue: Dialogue) -> Steps[None]:
    """Run a dialogue; every end of it, except leaving, returns to the menu.

    Raises:
        Leave: the teller leaves the shell.
    """
    with suppress(Back, ToMenu):
        yield from guarded(session, dialogue)


def _serve_choice(session: Session) -> Steps[None]:
    """Show the menu and run the choice; Ctrl-C leaves the shell here."""
    left = len(session.journal.unresolved)
    choices = [(text, do) for text, do, needs in _MENU if needs is None or session.can(needs)]
    yield from session.say("Menu", tone=Tone.TITLE)
    yield from session.show_choices(text for text, _ in choices)
    yield from session.say("q  Leave")
    if left:
        yield from session.say("{count} without an answer: choose 3.", tone=Tone.WARNING, count=left)
    try:
        chosen = yield from session.choose("Choose", len(choices))
    except Interrupted:
        raise Leave from None
    except (Back, ToMenu):
        return
    yield from _served(session, choices[chosen - 1][1])


def sign_on(session: Session) -> Steps[None]:
    """Sign on; from then on every new connection starts with a sign-on."""
    told = yield from session.inquire(session.requests.network(NetworkFunction.SIGN_ON))
    if told is not None:
        session.signed_on = True
        yield from session.say("Signed on.", tone=Tone.GOOD)


def _sign_off(session: Session) -> Steps[None]:
    session.signed_on = False
    told = yield from session.inquire(session.requests.network(NetworkFunction.SIGN_OFF))
    if told is not None:
        yield from session.say("Signed off.", tone=Tone.GOOD)


def _echo(session: Session) -> Steps[None]:
    told = yield from session.inquire(session.requests.network(NetworkFunction.ECHO))
    if told is not None:
        yield from session.say("The platform is there.", tone=Tone.GOOD)


def _totals(session: Session) -> Steps[None]:
    yield from show_totals(session)
    if not session.can(Feature.TOTALS):
        return
    dates = business_dates(session.journal.entries.values())
    default = dates[-1] if dates else session.today
    yield from session.say(
        "A date that is closed can be compared with the platform's totals; back leaves it.", tone=Tone.QUIET
    )
    on = yield from ask_date(session, "Business date to compare (YYYY-MM-DD; Enter: {default})", default)
    yield from compare_totals(session, on)


def _link(session: Session) -> Steps[None]:
    known: tuple[tuple[str, Dialogue, Feature], ...] = (
        (msgid("Sign on"), sign_on, Feature.SIGN_ON),
        (msgid("Sign off"), _sign_off, Feature.SIGN_OFF),
        (msgid("Echo test"), _echo, Feature.ECHO),
    )
    choices = [(text, do) for text, do, needs in known if session.can(needs)]
    yield from session.show_choices(text for text, _ in choices)
    chosen = yield from session.choose("Choose", len(choices))
    yield from choices[chosen - 1][1](session)


def _close(session: Session) -> Steps[None]:
    """Report unanswered payments, sign off, and end."""
    standing = [
        entry
        for entry in session.journal.entries.values()
        if entry.session == session.terminal.session and entry.state is State.APPROVED
    ]
    currency = session.requests.sender.currency
    total = sum(entry.amount_minor for entry in standing if entry.currency == currency)
    yield from session.say(
        "Taken in this session: {count}, {amount}.", count=len(standing), amount=session.money(total)
    )
    left = session.journal.unresolved
    if left:
        yield from show_entries(session, left)
        yield from session.say(
            "{count} without an answer: start the shell again to ask for them.",
            tone=Tone.WARNING,
            count=len(left),
        )
    if session.signed_on and session.answered and session.can(Feature.SIGN_OFF):
        yield from _served(session, _sign_off)


_MENU: tuple[tuple[str, Dialogue, Feature | None], ...] = (
    (msgid("Take a payment"), collect, None),
    (msgid("Write off a payment"), cancel, None),
    (msgid("Payments of this terminal: receipt, status, what has no answer"), browse, None),
    (msgid("Money taken while offline (advice)"), advise, Feature.ADVICE),
    (msgid("Totals"), _totals, None),
    (msgid("Sign on, sign off, echo"), _link, None),
)
"""Each choice, what it does, and what the dialect must have for it."""

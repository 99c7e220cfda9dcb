"""Sessions of the console: one's own, and for who maintains users those of all."""

from __future__ import annotations

from offline_collect.console.listing import ROWS, listing, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.sessions import end_session, view_sessions

TITLE = Phrase("Sessions")
FIRST = ["", ""]


def show(visit: Visit) -> Answer:
    """Show the sessions that live."""
    name, digest = place_of(visit, FIRST)
    found = view_sessions(
        visit.store,
        visit.actor,
        visit.now,
        visit.office.rules.times,
        after=(name, digest) if name and digest else None,
        most=ROWS + 1,
    )
    return Shown("sessions.html", {"found": listing(visit, found, lambda one: [one.name, one.digest], ROWS)})


def end(visit: Visit) -> Answer:
    """End a session."""
    digest, times = visit.form.get("session"), visit.office.rules.times
    ended = end_session(visit.store, digest, visit.actor, visit.now, times)
    return Redirect("/sessions", Phrase("a session of {name} has ended", name=ended.name))


PAGES = (
    Page(path="/sessions", title=TITLE, handler=show, menu=85),
    Page(path="/sessions", title=TITLE, handler=end, method="POST", again=show),
)

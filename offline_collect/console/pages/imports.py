"""Imports: which there were, one of them, and releasing, rejecting and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offline_collect.console.import_desk import ImportDesk
from offline_collect.console.listing import ROWS, listing, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.life import STATES, ImportEnd, ImportEvent, ImportState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.imports import lifecycle
from offline_collect.merchant.imports.kinds import KINDS
from offline_collect.merchant.imports.order import Watch
from offline_collect.merchant.imports.process import state_shown
from offline_collect.merchant.imports.view import steps_open, view_import, view_imports
from offline_collect.store import Import

TITLE = Phrase("Imports")


def show_all(visit: Visit) -> Answer:
    """Show imports, the latest first, and the user's files that are still to be imported."""
    place = place_of(visit, 0)
    state = visit.query.get("state", "")
    found = view_imports(
        visit.store,
        visit.actor,
        visit.query.get("merchant", "").strip() or None,
        state=ImportState(state) if state in set(ImportState) else None,
        most=ROWS + 1,
        before=place or None,
    )
    return Shown(
        "imports.html",
        {
            "listing": listing(visit, found, lambda each: each.import_id),
            "files": visit.part(ImportDesk).files.of_user(visit.actor.name, visit.now),
            "may_import": visit.actor.may(Permission.IMPORT),
            "states": [(each.value, STATES[each]) for each in ImportState],
            "kinds": KINDS,
            "state_of": state_of,
        },
    )


def show(visit: Visit) -> Answer:
    """Show one import, and what may be done with it."""
    found = view_import(visit.store, visit.number("number"), visit.actor)
    job = visit.part(ImportDesk).jobs.find(_key(found.import_id))
    if job is not None and job.error is not None and visit.refused is None:
        visit.refused = words_on_page(job.error)
    steps = steps_open(found, visit.actor)
    return Shown(
        "import.html",
        {
            "found": found,
            "kind": KINDS[found.kind],
            "state_of": state_of,
            "running": job if job is not None and job.runs else None,
            "may_release": ImportEvent.RELEASED in steps,
            "may_reject": ImportEvent.REJECTED in steps,
            "may_undo": ImportEvent.UNDO_BEGUN in steps,
            "waits": found.state is ImportState.WAITING,
        },
    )


def state_of(found: Import) -> Phrase:
    """Return what an import's state is called."""
    shown = state_shown(found)
    return STATES[ImportEnd(shown) if shown in set(ImportEnd) else ImportState(shown)]


def release(visit: Visit) -> Answer:
    """Put a waiting import into effect."""
    visit.actor.require(Permission.RELEASE)
    number = visit.number("number")
    work = partial(lifecycle.release, visit.store, number, visit.actor, visit.now)
    return _begin(visit, number, work, Phrase("import {number} is in effect", number=number))


def undo(visit: Visit) -> Answer:
    """Undo an import."""
    number, reason = visit.number("number"), visit.form.get("reason") or None
    lifecycle.look_at_undo(visit.store, number, visit.actor)
    store, actor, now = visit.store, visit.actor, visit.now

    def work(watch: Watch) -> Import:
        return lifecycle.undo(store, number, actor, now, watch, reason)

    said = Phrase("import {number} is undone: what it replaced is in effect again", number=number)
    return _begin(visit, number, work, said)


def reject(visit: Visit) -> Answer:
    """Reject an import that is not in effect yet."""
    number, reason = visit.number("number"), visit.form.get("reason") or None
    lifecycle.reject(visit.store, number, visit.actor, visit.now, reason)
    said = Phrase("import {number} is rejected: nothing of it was ever in effect", number=number)
    return Redirect(f"/imports/{number}", said)


def _begin(visit: Visit, number: int, work: Callable[[Watch], Import], said: Phrase) -> Answer:
    """Begin what a large import takes long for; what is refused at once is refused here."""
    view_import(visit.store, number, visit.actor)
    job = visit.part(ImportDesk).jobs.begin(_key(number), work)
    job.wait()
    if job.error is not None:
        raise job.error
    return Redirect(f"/imports/{number}", None if job.runs else said)


def _key(number: int) -> str:
    return f"import {number}"


PAGES = (
    Page(path="/imports", title=TITLE, handler=show_all, menu=25),
    Page(path="/imports/{number}", title=TITLE, handler=show),
    Page(
        path="/imports/{number}/release",
        title=TITLE,
        handler=release,
        permission=Permission.RELEASE,
        method="POST",
        again=show,
    ),
    Page(path="/imports/{number}/reject", title=TITLE, handler=reject, method="POST", again=show),
    Page(
        path="/imports/{number}/undo",
        title=TITLE,
        handler=undo,
        permission=Permission.RELEASE,
        method="POST",
        again=show,
    ),
)

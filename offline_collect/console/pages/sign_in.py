"""Sign in and sign out."""

from __future__ import annotations

from offline_collect.console.page import Answer, Opens, Page, Redirect, Shown
from offline_collect.console.safe_path import safe_path
from offline_collect.console.visit import Visit
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.sessions import sign_out
from offline_collect.merchant.access.sign_in import Proof, sign_in
from offline_collect.merchant.access.users import acting_user

TITLE = Phrase("Sign in")
KEPT = "kept."
LOST = "lost"
"""Names the fields whose files must be chosen again."""
"""Begins the names of fields that were typed before the session ended."""


def show(visit: Visit) -> Answer:
    """Show the form to sign in."""
    kept = _kept(visit)
    to = safe_path(visit.form.get("to", visit.query.get("to", "/")))
    posted = bool(visit.form.get("posted"))
    return Shown("sign_in.html", {"to": to, "kept": kept, "lost": visit.form.all(LOST), "posted": posted})


def enter(visit: Visit) -> Answer:
    """Begin a session under a new key; what was typed before the last one ended is shown, to be sent again."""
    proof = Proof(visit.form.get("name"), visit.form.secret("password"), visit.form.get("totp"))
    office = visit.office
    begun = sign_in(office.store, proof, visit.address, visit.now, office.rules)
    if visit.session is not None:
        # Nobody could use it any more: the browser has another key now.
        sign_out(office.store, visit.session, office.rules.times, visit.now)
    visit.key = begun.key
    to = safe_path(visit.form.get("to", "/"))
    if not visit.form.get("posted"):
        return Redirect(to)
    visit.session, visit.user = begun.session, acting_user(office.store, begun.session.name)
    return Shown("typed_before.html", {"to": to, "kept": _kept(visit), "lost": visit.form.all(LOST)})


def leave(visit: Visit) -> Answer:
    """End the session."""
    sign_out(visit.office.store, visit.living, visit.office.rules.times, visit.now)
    return Redirect("/sign-in", Phrase("you have signed out"))


def _kept(visit: Visit) -> tuple[tuple[str, str], ...]:
    prefixed = ((key, value) for key, value in visit.form.fields if key.startswith(KEPT))
    return tuple((key.removeprefix(KEPT), value) for key, value in prefixed)


PAGES = (
    Page(path="/sign-in", title=TITLE, handler=show, permission=None, opens=Opens.ANYBODY),
    Page(
        path="/sign-in",
        title=TITLE,
        handler=enter,
        permission=None,
        method="POST",
        opens=Opens.ANYBODY,
        again=show,
        once=False,
    ),
    Page(
        path="/sign-out",
        title=Phrase("Sign out"),
        handler=leave,
        permission=None,
        method="POST",
        opens=Opens.PREPARING,
        once=False,
    ),
)

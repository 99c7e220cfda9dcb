"""Consents to advertising: nothing commercial goes out without one whose proof is kept."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import merchant_asked
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.consent import HOW_MAX, PROOF_MAX, Consent
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import SearchTermError
from offline_collect.notify.consents import add_consent, view_consents, withdraw_consent

TITLE = Phrase("Consents to advertising")


def find(visit: Visit) -> Answer:
    """List a merchant's consents, each with its proof."""
    merchant_id = merchant_asked(visit)
    found: Listing[object] | None = None
    if merchant_id:
        page = view_consents(visit.store, visit.actor, merchant_id, (place_of(visit, "") or None, ROWS))
        found = listing_to(visit, page.documents, page.following)
    return Shown(
        "consents.html",
        {"merchant": merchant_id, "found": found, "how_most": HOW_MAX, "proof_most": PROOF_MAX},
    )


def add(visit: Visit) -> Answer:
    """Keep a customer's consent with its proof."""
    form, merchant_id = visit.form, merchant_asked(visit)
    given = Consent(merchant_id, form.get("customer"), _moment(visit), form.get("how"), form.get("proof"))
    add_consent(visit.store, visit.actor, given, visit.now)
    return _back(merchant_id, Phrase("the consent is kept"))


def _moment(visit: Visit) -> dt.datetime:
    """Return when a consent was given, in the zone of people.

    Raises:
        SearchTermError: what was typed is no moment.
    """
    text = visit.form.get("given_at")
    try:
        typed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise SearchTermError(
            Phrase("{text} is no date or time; write it like 2026-11-22T09:30", text=text[:40])
        ) from None
    return typed if typed.tzinfo is not None else typed.replace(tzinfo=visit.office.zone)


def withdraw(visit: Visit) -> Answer:
    """Send a customer no more advertising."""
    merchant_id = merchant_asked(visit)
    withdraw_consent(visit.store, visit.actor, merchant_id, visit.form.get("customer"), visit.now)
    return _back(merchant_id, Phrase("the consent is withdrawn; its proof stays"))


def _back(merchant_id: str, said: Phrase) -> Redirect:
    return Redirect(f"/consents?merchant={quote(merchant_id)}", said)


PAGES = (
    Page(path="/consents", title=TITLE, handler=find),
    *(
        Page(
            path=f"/consents/{name}",
            title=TITLE,
            handler=handler,
            permission=Permission.MAINTAIN_CUSTOMERS,
            method="POST",
            again=find,
        )
        for name, handler in (("add", add), ("withdraw", withdraw))
    ),
)

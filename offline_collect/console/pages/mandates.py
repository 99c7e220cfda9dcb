"""Mandates of direct debits: a merchant's by reference, one with its decisions, and deciding about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import merchant_asked
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.debits.mandates import LIFE, MandateEvent, MandateState, Party
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.merchant.mandates import decide
from offline_collect.merchant.mandates.view import view_mandate, view_mandates
from offline_collect.merchant.postings.search_terms import read_day

TITLE, _ONE = Phrase("Mandates"), Phrase("Mandate")
_BY = {Party.PAYER.value: Phrase("the payer"), Party.BANK.value: Phrase("the bank")}
_ADDRESS = "{merchant}/{number:path}"


def find(visit: Visit) -> Answer:
    """List a merchant's mandates by reference, each with its state on the open business day."""
    merchant_id = merchant_asked(visit)
    found: Listing[Any] | None = None
    if merchant_id:
        state = chosen(MandateState, visit.query.get("state", ""))
        states = frozenset() if state is None else frozenset({state})
        place = (place_of(visit, "") or None, ROWS)
        seen = view_mandates(visit.store, merchant_id, states, visit.actor, place)
        found = listing_to(visit, seen.mandates, seen.following)
    return Shown("mandates.html", {"merchant": merchant_id, "found": found, "states": list(MandateState)})


def show(visit: Visit) -> Answer:
    """Show a mandate and the decisions about it; only forms that fit its state."""
    merchant_id, reference = _named(visit)
    found = view_mandate(visit.store, merchant_id, reference, visit.actor)
    fits = {event.name: found["state"] in LIFE[event].sources for event in MandateEvent}
    values = {"merchant": merchant_id, "reference": reference, "fits": fits, "by": _BY}
    document = _readable(found, visit.office.zone)
    return Shown("mandate.html", {**values, "document": document, "seen": _seen(document)})


def _seen(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a decision is made on: all but the decisions before it, which changed the state."""
    return {key: value for key, value in document.items() if not isinstance(value, list)}


def _named(visit: Visit) -> tuple[str, str]:
    return visit.parts_of_path["merchant"], visit.parts_of_path["number"]


def _readable(document: Mapping[str, Any], zone: dt.tzinfo) -> dict[str, Any]:
    """Return a document with its moments in the zone of people."""

    def shown(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(zone).isoformat(" ", "seconds")
        return [_readable(each, zone) for each in value] if isinstance(value, list) else value

    return {key: shown(value) for key, value in document.items()}


def sign(visit: Visit) -> Answer:
    """Make a proposed mandate active; of the signed form, its digest is kept."""
    form = visit.form.files.get("form")
    digest = digest_stream(form.file).sha256 if form is not None and form.size else None
    decide.sign(visit.store, _order(visit), read_day(visit.form.get("signed_on")), digest)
    return _back(visit, Phrase("the mandate is ACTIVE now"))


def suspend(visit: Visit) -> Answer:
    """Keep an active mandate from debits."""
    party = chosen(Party, visit.form.get("by"))
    decide.suspend(visit.store, _order(visit), visit.form.get("reason"), party)
    return _back(visit, Phrase("the mandate is SUSPENDED now"))


def resume(visit: Visit) -> Answer:
    """Allow debits by a suspended mandate again."""
    decide.resume(visit.store, _order(visit), visit.form.get("reason"))
    return _back(visit, Phrase("the mandate is ACTIVE now"))


def cancel(visit: Visit) -> Answer:
    """Cancel a mandate for good."""
    party = chosen(Party, visit.form.get("by")) or Party.PAYER
    decide.cancel(visit.store, _order(visit), visit.form.get("reason"), party)
    return _back(visit, Phrase("the mandate is CANCELLED now"))


def _order(visit: Visit) -> decide.MandateOrder:
    """Return what is to be decided, unless the mandate is another one than its user has seen."""
    found = view_mandate(visit.store, *_named(visit), visit.actor)
    visit.form.refuse_stale(_seen(_readable(found, visit.office.zone)))
    return decide.MandateOrder(*_named(visit), visit.actor, visit.now)


def _back(visit: Visit, said: Phrase) -> Redirect:
    merchant_id, reference = _named(visit)
    return Redirect(f"/mandate/{merchant_id}/{quote(reference, safe='')}", said)


PAGES = (
    Page(path="/mandates", title=TITLE, handler=find),
    Page(path=f"/mandate/{_ADDRESS}", title=_ONE, handler=show),
    *(
        Page(
            path=f"/mandate-{name}/{_ADDRESS}",
            title=_ONE,
            handler=handler,
            permission=Permission.MAINTAIN_MANDATES,
            method="POST",
            again=show,
        )
        for name, handler in (("sign", sign), ("suspend", suspend), ("resume", resume), ("cancel", cancel))
    ),
)

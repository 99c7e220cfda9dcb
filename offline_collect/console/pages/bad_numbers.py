"""Bad numbers: addresses to which no notice goes, each with what to do about it."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.notices import FAULTS, NoticeParts
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import merchant_asked
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NO_CUSTOMER
from offline_collect.domain.notices.opt_out import AddressFault
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.addresses import confirm_mobile, view_faults

TITLE = Phrase("Bad numbers")


def find(visit: Visit) -> Answer:
    """List a merchant's customers whose addresses get no notices."""
    merchant_id = merchant_asked(visit)
    found: Listing[object] | None = None
    if merchant_id:
        failed_max = visit.part(NoticeParts).failed_max
        after = place_of(visit, "") or None
        page = view_faults(visit.store, visit.actor, merchant_id, failed_max, (after, ROWS))
        found = listing_to(visit, page.documents, page.following)
    values = {"merchant": merchant_id, "found": found, "faults": FAULTS, "itself": NO_CUSTOMER}
    return Shown("bad_numbers.html", {**values, "for_good": AddressFault.REFUSED.value})


def confirm(visit: Visit) -> Answer:
    """Send to a customer's mobile although others have it, or messages to it have failed."""
    merchant_id = merchant_asked(visit)
    confirm_mobile(visit.store, visit.actor, merchant_id, visit.form.get("customer"), visit.now)
    said = Phrase("the number is confirmed: notices go to it again")
    return Redirect(f"/numbers?merchant={quote(merchant_id)}", said)


PAGES = (
    Page(path="/numbers", title=TITLE, handler=find),
    Page(
        path="/numbers/confirm",
        title=TITLE,
        handler=confirm,
        permission=Permission.MAINTAIN_CUSTOMERS,
        method="POST",
        again=find,
    ),
)

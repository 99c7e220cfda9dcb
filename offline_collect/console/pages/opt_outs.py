"""Opt-outs: who wants no more notices, as he said it himself or an operator enters it."""

from __future__ import annotations

from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.notices import ADDRESSES, CLASSES, SOURCES, NoticeParts, chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import merchant_asked
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.notices.addresses import AddressKind, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.notices.replies import ReplyMeaning
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.opt_outs import OptOutOrder, opt_in, opt_out, view_opt_outs
from offline_collect.notify.replies import Reply, take_reply

TITLE = Phrase("Who wants no notices")
REPLIED_BY = "console"
"""The way on which an answer came, for the audit trail."""

_MEANINGS = {
    ReplyMeaning.STOP: Phrase("he wants no more"),
    ReplyMeaning.NOT_ME: Phrase("he is not the customer"),
    ReplyMeaning.OTHER: Phrase("something else, of which nothing is kept"),
}


def find(visit: Visit) -> Answer:
    """List a merchant's opt-outs, with masked addresses."""
    merchant_id = merchant_asked(visit)
    found: Listing[object] | None = None
    if merchant_id:
        after = place_of(visit, "") or None
        page = view_opt_outs(visit.store, visit.actor, merchant_id, (after, ROWS))
        found = listing_to(visit, page.documents, page.following)
    return Shown(
        "opt_outs.html",
        {
            "merchant": merchant_id,
            "found": found,
            "kinds": ADDRESSES,
            "classes": CLASSES,
            "sources": SOURCES,
            "brought_by": (OptOutSource.OPERATOR.value, OptOutSource.APP.value),
            "whole": visit.actor.scope.whole,
        },
    )


def _order(visit: Visit) -> OptOutOrder:
    kind = chosen(AddressKind, visit.form.get("kind")) or AddressKind.MOBILE
    return OptOutOrder(
        merchant_asked(visit),
        address_of(kind, visit.form.get("address")),
        chosen(NoticeClass, visit.form.get("class")) or NoticeClass.SERVICE,
        OptOutSource.APP if visit.form.get("source") == OptOutSource.APP.value else OptOutSource.OPERATOR,
    )


def _back(merchant_id: str, said: Phrase) -> Redirect:
    return Redirect(f"/opt-outs?merchant={quote(merchant_id)}", said)


def add(visit: Visit) -> Answer:
    """Send no more of a class to an address."""
    order = _order(visit)
    new = opt_out(visit.store, visit.actor, order, visit.now)
    said = Phrase("nothing of it is sent there any more")
    return _back(order.merchant_id, said if new else Phrase("that was said before: nothing is changed"))


def remove(visit: Visit) -> Answer:
    """Send a class to an address again, because its owner asked for it."""
    order = _order(visit)
    opt_in(visit.store, visit.actor, order, visit.now)
    return _back(order.merchant_id, Phrase("it is sent there again"))


def reply(visit: Visit) -> Answer:
    """Take what a payer answered by SMS."""
    said = Reply(
        visit.form.get("number"),
        visit.form.get("text"),
        visit.now,
        REPLIED_BY,
        visit.form.get("answered") or None,
    )
    taken = take_reply(visit.store, visit.actor, visit.part(NoticeParts).replies, said)
    told = Phrase(
        "{meaning}: the notices of {count} merchants stop",
        meaning=_MEANINGS[taken.meaning],
        count=len(taken.merchants),
    )
    return _back(merchant_asked(visit), told)


PAGES = (
    Page(path="/opt-outs", title=TITLE, handler=find),
    *(
        Page(
            path=f"/opt-outs/{name}",
            title=TITLE,
            handler=handler,
            permission=Permission.NOTIFY,
            method="POST",
            again=find,
        )
        for name, handler in (("add", add), ("remove", remove), ("reply", reply))
    ),
)

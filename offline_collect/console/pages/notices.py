"""Notices: the list with its filters, the story of one, and what a user decides about it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.notices import CHANNELS, EVENTS, STATES, chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import changes, term
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.notices.deliveries import NoticeChannel, NoticeFilter
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import SearchTermError, read_day
from offline_collect.notify.decide import cancel_notice, retry_notice
from offline_collect.notify.view import NoticeStory, view_notices, view_story

TITLE = Phrase("Notices")
_ONE = Phrase("Notice")
_DAY = dt.timedelta(days=1)


def find(visit: Visit) -> Answer:
    """List the notices that senders have taken from the outbox, the latest of each event first."""
    named = term(visit, "notice")
    if named is not None:
        return Redirect(f"/notices/{quote(named, safe='')}")
    found: Listing[object] = Listing((), None, None)
    try:
        wanted = _wanted(visit)
        page = view_notices(visit.store, visit.actor, wanted, (place_of(visit, "") or None, ROWS))
        found = listing_to(visit, page.documents, page.following)
    except SearchTermError as error:
        visit.refused = words_on_page(error)
    return Shown(
        "notices.html",
        {
            "found": found,
            "states": {each.value: STATES[each.value] for each in NoticeState},
            "events": EVENTS,
            "channels": CHANNELS,
        },
        status=422 if visit.refused else 200,
    )


def _wanted(visit: Visit) -> NoticeFilter:
    """Return what is searched for.

    Raises:
        SearchTermError: a term cannot be searched by.
    """
    merchant, customer, bill = term(visit, "merchant"), term(visit, "customer"), term(visit, "bill")
    if merchant is None and (customer or bill):
        raise SearchTermError(Phrase("a bill or a customer is searched within a merchant: name it too"))
    last = _midnight(visit, "to")
    return NoticeFilter(
        merchant_id=merchant,
        state=chosen(NoticeState, visit.query.get("state", "")),
        kind=chosen(NoticeKind, visit.query.get("event", "")),
        channel=chosen(NoticeChannel, visit.query.get("channel", "")),
        customer_no=customer,
        bill_no=bill,
        since=_midnight(visit, "from"),
        until=None if last is None else last + _DAY,
        latest_first=True,
    )


def _midnight(visit: Visit, name: str) -> dt.datetime | None:
    """Return when a day of a search begins, in the zone of people."""
    text = term(visit, name)
    if text is None:
        return None
    return dt.datetime.combine(read_day(text), dt.time(), visit.office.zone)


def show(visit: Visit) -> Answer:
    """Show one notice: what became of it, its message, and what users have decided."""
    story = view_story(visit.store, visit.actor, visit.parts_of_path["notice"])
    notice = story.document
    subject = Subject(SubjectType.NOTICE, notice["notice"], notice["merchant"])
    return Shown(
        "notice.html",
        {
            "notice": notice,
            "together": story.together,
            "possible": {event.name for event in story.possible},
            "seen": _seen(story),
            "changes": changes(visit, subject),
            "states": STATES,
            "events": EVENTS,
            "channels": CHANNELS,
        },
    )


def _seen(story: NoticeStory) -> dict[str, str | int]:
    """Return what a decision is made on."""
    return {key: story.document[key] for key in ("state", "attempts")}


def _decided_on(visit: Visit) -> str:
    """Return the notice of a decision, unless it is in another state than the page showed.

    Raises:
        StaleFormError: it is.
    """
    notice_id = visit.parts_of_path["notice"]
    visit.form.refuse_stale(_seen(view_story(visit.store, visit.actor, notice_id)))
    return notice_id


def retry(visit: Visit) -> Answer:
    """Have a notice sent again."""
    notice_id = _decided_on(visit)
    retry_notice(visit.store, visit.actor, notice_id, visit.now)
    return Redirect(f"/notices/{quote(notice_id, safe='')}", Phrase("the notice is due again"))


def cancel(visit: Visit) -> Answer:
    """Send a notice no more."""
    notice_id = _decided_on(visit)
    cancel_notice(visit.store, visit.actor, notice_id, visit.form.get("reason"), visit.now)
    return Redirect(f"/notices/{quote(notice_id, safe='')}", Phrase("the notice is cancelled"))


_NAME = "{notice:path}"
"""A notice of one of several bills of a payment has a slash in its id."""

PAGES = (
    Page(path="/notices", title=TITLE, handler=find, menu=70),
    Page(path=f"/notices/{_NAME}", title=_ONE, handler=show),
    *(
        Page(
            path=f"/notice-{name}/{_NAME}",
            title=_ONE,
            handler=handler,
            permission=Permission.NOTIFY,
            method="POST",
            again=show,
        )
        for name, handler in (("retry", retry), ("cancel", cancel))
    ),
)

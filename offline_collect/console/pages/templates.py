"""Templates: merchants' own words for notices, and their way from a draft to the words in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.console.listing import ROWS, listing_to, place_of
from offline_collect.console.notices import (
    CHANNELS,
    CLASSES,
    EVENTS,
    LANGUAGES,
    TEMPLATE_STATES,
    NoticeParts,
    chosen,
)
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import term
from offline_collect.console.pages.template_preview import previewed
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.templates import TemplateFilter, TemplateState, unused_words
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.preview import PreviewOrder
from offline_collect.notify.templates import (
    Acting,
    approve_template,
    describe_template,
    reject_template,
    submit_template,
    view_steps,
    view_template,
    view_templates,
)

TITLE = Phrase("Templates of notices")
_ONE = Phrase("Template")


def find(visit: Visit) -> Answer:
    """List the templates by their numbers."""
    language = visit.query.get("language", "")
    wanted = TemplateFilter(
        merchant_id=term(visit, "merchant"),
        state=chosen(TemplateState, visit.query.get("state", "")),
        kind=chosen(NoticeKind, visit.query.get("event", "")),
        channel=chosen(NoticeChannel, visit.query.get("channel", "")),
        language=language if language in LANGUAGES else None,
    )
    page = view_templates(visit.store, visit.actor, wanted, (place_of(visit, 0), ROWS))
    return Shown("templates.html", {"found": listing_to(visit, page.documents, page.following), **words()})


def words() -> dict[str, object]:
    """Return the words of the pages of templates."""
    return {
        "states": TEMPLATE_STATES,
        "events": EVENTS,
        "channels": CHANNELS,
        "languages_of": LANGUAGES,
        "classes": CLASSES,
    }


def show(visit: Visit) -> Answer:
    """Show a template, what it makes of a bill, and what can be decided about it."""
    steps = view_steps(visit.store, visit.actor, visit.number("template"))
    document = steps.document
    order = PreviewOrder(
        NoticeKind(document["kind"]),
        (document["merchant"], visit.query.get("bill", "").strip()),
        NoticeChannel(document["channel"]),
        document["template"],
    )
    preview, why_none = None, None
    try:
        preview = previewed(visit, order)
    except NoticeError as error:
        why_none = words_on_page(error)
    return Shown(
        "template.html",
        {
            "template": document,
            "preview": preview,
            "why_none": why_none,
            "possible": {event.name for event in steps.possible},
            "own": steps.own,
            "unused": _unused(visit, document),
            "seen": _seen(document),
            **words(),
        },
    )


def _unused(visit: Visit, document: Mapping[str, Any]) -> Phrase | None:
    parts = visit.part(NoticeParts)
    return unused_words(
        document["language"],
        NoticeChannel(document["channel"]),
        language=parts.words.language,
        channels=parts.channels,
    )


def _seen(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what a decision is made on."""
    return {"state": document["state"]}


def _decided_on(visit: Visit) -> tuple[int, Acting]:
    """Return the template of a decision and who acts, unless it is in another state than the page showed.

    Raises:
        StaleFormError: it is.
    """
    number = visit.number("template")
    visit.form.refuse_stale(_seen(view_template(visit.store, visit.actor, number)))
    return number, acting(visit)


def acting(visit: Visit) -> Acting:
    """Return who decides about templates, and when."""
    with_url = visit.part(NoticeParts).words.payer_url is not None
    return Acting(visit.actor, visit.now, with_url)


def submit(visit: Visit) -> Answer:
    """Submit a draft."""
    number, who = _decided_on(visit)
    submit_template(visit.store, number, who)
    return Redirect(f"/templates/{number}", Phrase("the template is submitted: another user approves it"))


def approve(visit: Visit) -> Answer:
    """Approve another user's template."""
    number, who = _decided_on(visit)
    approved = approve_template(visit.store, number, visit.form.get("gateway_id") or None, who)
    told = Phrase("the template is approved: notices go out in its words")
    # Its page says why none goes out.
    if _unused(visit, describe_template(approved)) is not None:
        told = Phrase("the template is approved")
    return Redirect(f"/templates/{number}", told)


def reject(visit: Visit) -> Answer:
    """Reject a template."""
    number, who = _decided_on(visit)
    reject_template(visit.store, number, visit.form.get("reason"), who)
    return Redirect(
        f"/templates/{number}", Phrase("the template is rejected: no notice goes out in its words")
    )


PAGES = (
    Page(path="/templates", title=TITLE, handler=find),
    Page(path="/templates/{template}", title=_ONE, handler=show),
    *(
        Page(
            path=f"/templates/{{template}}/{name}",
            title=_ONE,
            handler=handler,
            permission=permission,
            method="POST",
            again=show,
        )
        for name, handler, permission in (
            ("submit", submit, Permission.NOTIFY),
            ("approve", approve, Permission.APPROVE),
            ("reject", reject, Permission.APPROVE),
        )
    ),
)

"""New templates of notices: the words are typed beside what they make of a bill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_collect.console.errors import MissingPageError
from offline_collect.console.notices import LANGUAGES, NoticeParts, chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import merchant_asked
from offline_collect.console.pages.template_preview import ShownPreview, previewed
from offline_collect.console.pages.templates import acting, words
from offline_collect.console.refusals import words_on_page
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.wording import TEMPLATE_MAX, VARIABLES, placeholders_of
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.preview import PreviewOrder
from offline_collect.notify.templates import NewTemplate, view_template, write_template

TITLE = Phrase("New template")
_NAMES = ("merchant", "event", "channel", "language", "class", "text")


def ask(visit: Visit) -> Answer:
    """Show the empty form, or the one of a template that is written anew."""
    former = visit.query.get("of", "")
    if not former:
        texts = {"merchant": merchant_asked(visit), "language": visit.part(NoticeParts).words.language}
        return _page(visit, texts, None)
    if not former.isascii() or not former.isdigit() or len(former) > 18:  # noqa: PLR2004 - digits of a BigInteger
        raise MissingPageError
    known = view_template(visit.store, visit.actor, int(former))
    return _read(visit, {name: known["kind" if name == "event" else name] for name in _NAMES})


def look(visit: Visit) -> Answer:
    """Show what the words that are typed make of a bill; nothing is stored."""
    return _again(visit)


def _again(visit: Visit) -> Answer:
    return _read(visit, {name: visit.form.get(name) for name in _NAMES})


def _read(visit: Visit, texts: Mapping[str, str]) -> Answer:
    """Show words beside what they make of a bill, or why they make nothing."""
    try:
        return _page(visit, texts, _previewed(visit, texts))
    except NoticeError as error:
        return _page(visit, texts, None, words_on_page(error))


def _previewed(visit: Visit, typed: Mapping[str, str]) -> ShownPreview | None:
    if not typed["merchant"] or not typed["text"]:
        return None
    about = (typed["merchant"], visit.form.get("bill"))
    order = PreviewOrder(_kind(typed), about, _channel(typed), text=typed["text"])
    return previewed(visit, order)


def _kind(typed: Mapping[str, str]) -> NoticeKind:
    return chosen(NoticeKind, typed.get("event", "")) or NoticeKind.PAID


def _channel(typed: Mapping[str, str]) -> NoticeChannel:
    return chosen(NoticeChannel, typed.get("channel", "")) or NoticeChannel.FILE


def _page(
    visit: Visit, texts: Mapping[str, Any], preview: ShownPreview | None, why_none: str | None = None
) -> Answer:
    with_url = visit.part(NoticeParts).words.payer_url is not None
    allowed = sorted(placeholders_of(_kind(texts), with_url=with_url))
    return Shown(
        "template_new.html",
        {
            "texts": {name: texts.get(name, "") for name in _NAMES},
            "preview": preview,
            "why_none": why_none,
            "variables": [(name, VARIABLES[name]) for name in allowed],
            "most": TEMPLATE_MAX,
            **words(),
        },
    )


def write(visit: Visit) -> Answer:
    """Store the words as a draft."""
    typed = {name: visit.form.get(name) for name in _NAMES}
    language = typed["language"]
    new = NewTemplate(
        merchant_id=typed["merchant"],
        kind=_kind(typed),
        channel=_channel(typed),
        language=language if language in LANGUAGES else visit.part(NoticeParts).words.language,
        text=typed["text"],
        notice_class=chosen(NoticeClass, typed["class"]) or NoticeClass.SERVICE,
    )
    made = write_template(visit.store, new, acting(visit))
    return Redirect(f"/templates/{made.template_id}", Phrase("the draft is kept: submit it"))


_MAY = Permission.NOTIFY

PAGES = (
    Page(path="/templates/new", title=TITLE, handler=ask, permission=_MAY),
    Page(path="/templates/preview", title=TITLE, handler=look, permission=_MAY, method="POST", once=False),
    Page(path="/templates", title=TITLE, handler=write, permission=_MAY, method="POST", again=_again),
)

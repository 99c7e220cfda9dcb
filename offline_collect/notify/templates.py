"""Templates of merchants: written by one user, approved by another, audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.errors import NoticeError, UnknownNoticeError
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.deliveries import REASON_MAX, NoticeChannel
from offline_collect.domain.notices.templates import (
    GATEWAY_ID_MAX,
    LIFE,
    Template,
    TemplateEvent,
    TemplateFilter,
    TemplateState,
    is_own,
    lacks_gateway_id,
    moved,
    text_problems,
)
from offline_collect.domain.texts.phrases import Phrase, listed
from offline_collect.domain.values import value
from offline_collect.notify.pages import DocumentPage
from offline_collect.store import SqlStore, StoreTransaction, append_audit, require_merchant
from offline_collect.store.notices.templates import (
    add_template,
    get_template,
    list_templates,
    next_template_id,
    set_template,
)


@value
class NewTemplate:
    """A template that a user writes.

    Attributes:
        language: ``zh`` or ``en``.
    """

    merchant_id: str
    kind: NoticeKind
    channel: NoticeChannel
    language: str
    text: str
    notice_class: NoticeClass = NoticeClass.SERVICE


@value
class Acting:
    """Who decides about templates, when, and whether the bank has set a link to the payer's app."""

    actor: Actor
    now: dt.datetime
    with_url: bool


def write_template(store: SqlStore, new: NewTemplate, acting: Acting) -> Template:
    """Store a new template as DRAFT.

    Raises:
        NotPermittedError: the actor may not write one.
        NotFoundError: there is no such merchant.
        NoticeError: no notice can be told in these words.
    """
    acting.actor.require(Permission.NOTIFY)
    refuse_unusable(new.text, new.kind, with_url=acting.with_url)
    with store.transaction() as tx:
        require_merchant(tx, new.merchant_id)
        made = Template(
            template_id=next_template_id(tx),
            merchant_id=new.merchant_id,
            kind=new.kind,
            channel=new.channel,
            language=new.language,
            notice_class=new.notice_class,
            text=new.text,
            state=TemplateState.DRAFT,
            made_by=acting.actor.name,
            made_at=acting.now,
        )
        add_template(tx, made)
        _audit(tx, "add", None, made, acting)
    return made


def refuse_unusable(text: str, kind: NoticeKind, *, with_url: bool) -> None:
    """Refuse words in which notices of a kind cannot be told.

    Args:
        with_url: whether the bank has set a link to the payer's app.

    Raises:
        NoticeError: with each reason.
    """
    problems = text_problems(text, kind, with_url=with_url)
    if problems:
        raise NoticeError(Phrase("the template cannot be used: {problems}", problems=listed(problems)))


def submit_template(store: SqlStore, template_id: int, acting: Acting) -> Template:
    """Submit a DRAFT for approval.

    Raises:
        NotPermittedError: the actor may not submit one.
        NoticeError: there is none of this number, its state does not allow it, or it cannot be published.
    """
    acting.actor.require(Permission.NOTIFY)
    with store.transaction() as tx:
        before = _required(tx, template_id, TemplateEvent.SUBMITTED)
        _refuse_unpublishable(before, acting)
        changes = {"submitted_by": acting.actor.name}
        return _decided(tx, before, TemplateEvent.SUBMITTED, acting, changes)


def approve_template(store: SqlStore, template_id: int, gateway_id: str | None, acting: Acting) -> Template:
    """Approve a SUBMITTED template: from now on notices go out in its words.

    Args:
        gateway_id: the id that an SMS gateway has given to it.

    Raises:
        NotPermittedError: the actor may not approve.
        NoticeError: there is none of this number, its state does not allow it, it cannot be published, or it is the
            actor's own, or is for a gateway and has no id there.
    """
    acting.actor.require(Permission.APPROVE)
    if gateway_id is not None and not _is_code(gateway_id):
        raise NoticeError(
            Phrase(
                "a gateway's id has 1 to {gateway_id_max} printable ASCII characters",
                gateway_id_max=GATEWAY_ID_MAX,
            )
        )
    with store.transaction() as tx:
        before = _required(tx, template_id, TemplateEvent.APPROVED)
        if _must_leave(before, acting.actor):
            raise NoticeError(
                Phrase(
                    "template {template_id} is {actor}'s own: another user must approve it",
                    template_id=template_id,
                    actor=acting.actor.name,
                )
            )
        _refuse_unpublishable(before, acting)
        if lacks_gateway_id(before, gateway_id):
            raise NoticeError(
                Phrase(
                    "template {template_id} is for an SMS gateway, which sends only what it knows: give the id that it has"
                    " given to the template (--gateway-id)",
                    template_id=template_id,
                )
            )
        changes = {**_by(acting), "gateway_id": gateway_id}
        return _decided(tx, before, TemplateEvent.APPROVED, acting, changes)


def reject_template(store: SqlStore, template_id: int, reason: str, acting: Acting) -> Template:
    """Reject a SUBMITTED or APPROVED template: no notice goes out in its words.

    Raises:
        NotPermittedError: the actor may not reject.
        NoticeError: there is none of this number, its state does not allow it, or the reason is none.
    """
    acting.actor.require(Permission.APPROVE)
    text = " ".join(reason.split())
    if not 0 < len(text) <= REASON_MAX:
        raise NoticeError(Phrase("a reason has 1 to {reason_max} characters", reason_max=REASON_MAX))
    with store.transaction() as tx:
        before = _required(tx, template_id, TemplateEvent.REJECTED)
        return _decided(tx, before, TemplateEvent.REJECTED, acting, {**_by(acting), "reason": text})


def view_templates(
    store: SqlStore, actor: Actor, wanted: TemplateFilter, page: tuple[int, int]
) -> DocumentPage[int]:
    """Return a page of templates.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    with store.snapshot() as reading:
        if wanted.merchant_id is not None:
            require_merchant(reading, wanted.merchant_id)
        found = list_templates(reading, wanted, (after, most + 1))
    following = found[most - 1].template_id if len(found) > most else None
    return DocumentPage([describe_template(each) for each in found[:most]], following)


def view_template(store: SqlStore, actor: Actor, template_id: int) -> dict[str, Any]:
    """Return a template as a document.

    Raises:
        NotPermittedError: the actor may not look.
        UnknownNoticeError: there is none of this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return describe_template(required_template(reading, template_id))


@value
class TemplateSteps:
    """A template, and what can be decided about it in its state.

    Attributes:
        document: the template, as people read it.
        own: whether the actor wrote or submitted it, so that another user must approve it.
    """

    document: Mapping[str, Any]
    possible: frozenset[TemplateEvent]
    own: bool


def view_steps(store: SqlStore, actor: Actor, template_id: int) -> TemplateSteps:
    """Return a template, and what can be decided about it.

    Raises:
        NotPermittedError: the actor may not look.
        UnknownNoticeError: there is none of this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        found = required_template(reading, template_id)
    possible = frozenset(event for event, step in LIFE.items() if found.state in step.sources)
    return TemplateSteps(describe_template(found), possible, _must_leave(found, actor))


def _must_leave(template: Template, actor: Actor) -> bool:
    return is_own(template, actor.name) and not actor.alone


def required_template(tx: StoreTransaction, template_id: int, *, lock: bool = False) -> Template:
    """Return a template.

    Raises:
        UnknownNoticeError: there is none of this number.
    """
    found = get_template(tx, template_id, lock=lock)
    if found is None:
        raise UnknownNoticeError(
            Phrase(
                "there is no template {template_id}; `offline-collect notify template list` shows them all",
                template_id=template_id,
            )
        )
    return found


def describe_template(template: Template) -> dict[str, Any]:
    """Return a template as people read it."""
    return {
        "template": template.template_id,
        "state": template.state.value,
        "merchant": template.merchant_id,
        "kind": template.kind.value,
        "channel": template.channel.value,
        "language": template.language,
        "class": template.notice_class.value,
        "text": template.text,
        "made_by": template.made_by,
        "made_at": template.made_at,
        "submitted_by": template.submitted_by,
        "decided_by": template.decided_by,
        "decided_at": template.decided_at,
        "gateway_id": template.gateway_id,
        "reason": template.reason,
    }


def _is_code(text: str) -> bool:
    return 0 < len(text) <= GATEWAY_ID_MAX and text.isascii() and text.isprintable() and text == text.strip()


def _by(acting: Acting) -> dict[str, Any]:
    return {"decided_by": acting.actor.name, "decided_at": acting.now}


def _required(tx: StoreTransaction, template_id: int, event: TemplateEvent) -> Template:
    found = required_template(tx, template_id, lock=True)
    sources = LIFE[event].sources
    if found.state not in sources:
        needed = " or ".join(sorted(sources))
        raise NoticeError(
            Phrase(
                "template {template_id} is {state}: only one that is {needed} can be {event}",
                template_id=template_id,
                state=found.state.value,
                needed=needed,
                event=event.value,
            )
        )
    return found


def _refuse_unpublishable(template: Template, acting: Acting) -> None:
    problems = text_problems(template.text, template.kind, with_url=acting.with_url)
    if problems:
        raise NoticeError(
            Phrase(
                "template {template_id} cannot be published: {problems}",
                template_id=template.template_id,
                problems=listed(problems),
            )
        )


_VERBS = {
    TemplateEvent.SUBMITTED: "submit",
    TemplateEvent.APPROVED: "approve",
    TemplateEvent.REJECTED: "reject",
}


def _decided(
    tx: StoreTransaction,
    before: Template,
    event: TemplateEvent,
    acting: Acting,
    changes: Mapping[str, Any],
) -> Template:
    after = moved(before, event, **changes)
    set_template(tx, after)
    _audit(tx, _VERBS[event], before, after, acting)
    return after


def _audit(tx: StoreTransaction, verb: str, before: Template | None, after: Template, acting: Acting) -> None:
    subject = Subject(SubjectType.NOTICE_TEMPLATE, str(after.template_id), after.merchant_id)
    old = None if before is None else _document(before)
    append_audit(tx, acting.actor, f"notify template {verb}", subject, old, _document(after), acting.now)


def _document(template: Template) -> dict[str, str]:
    kept = ("state", "kind", "channel", "language", "class", "text", "gateway_id", "reason")
    return {
        key: text for key, text in describe_template(template).items() if key in kept and text is not None
    }

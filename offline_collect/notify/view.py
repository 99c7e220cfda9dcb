"""Reads notices for users: no address and no name is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.errors import UnknownNoticeError
from offline_collect.domain.money import format_major
from offline_collect.domain.notices.deliveries import Delivery, NoticeFilter
from offline_collect.domain.notices.life import BY_USERS, NoticeEvent
from offline_collect.domain.notices.life import after as life_after
from offline_collect.domain.payment_story import PaymentStory
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value
from offline_collect.notify.figures import counts_of
from offline_collect.notify.pages import DocumentPage
from offline_collect.store import SqlStore, require_merchant
from offline_collect.store.notices.find import (
    get_notice,
    list_notices,
    notices_among,
    notices_of_message,
)

TOGETHER_MOST = 50
"""Notices of a message that are shown."""


def view_notices(
    store: SqlStore, actor: Actor, wanted: NoticeFilter, page: tuple[str | None, int]
) -> DocumentPage[str]:
    """Return a page of the notices that senders have taken from the outbox.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    after, most = page
    with store.snapshot() as reading:
        if wanted.merchant_id is not None:
            require_merchant(reading, wanted.merchant_id)
        found = list_notices(reading, wanted, (after, most + 1))
    following = found[most - 1].notice.notice_id if len(found) > most else None
    return DocumentPage([describe_notice(each) for each in found[:most]], following)


def view_notice(store: SqlStore, actor: Actor, notice_id: str) -> dict[str, Any]:
    """Return a notice as a document.

    Raises:
        NotPermittedError: the actor may not look.
        UnknownNoticeError: there is no such notice.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return describe_notice(found_or_refused(get_notice(reading, notice_id), notice_id))


@value
class NoticeStory:
    """A notice with what else is known of it.

    Attributes:
        document: the notice, as people read it.
        together: the other notices of its message, likewise; the first :data:`TOGETHER_MOST` of them.
        possible: what a user may decide about it in its state.
    """

    document: Mapping[str, Any]
    together: Sequence[Mapping[str, Any]]
    possible: frozenset[NoticeEvent]


def view_story(store: SqlStore, actor: Actor, notice_id: str) -> NoticeStory:
    """Return a notice, those that go out in the same message, and what can be decided about it.

    Raises:
        NotPermittedError: the actor may not look.
        UnknownNoticeError: there is no such notice.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        found = found_or_refused(get_notice(reading, notice_id), notice_id)
        message = (
            []
            if found.message_id is None
            else notices_of_message(reading, found.message_id, TOGETHER_MOST + 1)
        )
    others = [each for each in message if each.notice.notice_id != notice_id]
    possible = frozenset(event for event in BY_USERS if life_after(found.state, event) is not None)
    return NoticeStory(describe_notice(found), [describe_notice(each) for each in others], possible)


def view_notices_of(store: SqlStore, actor: Actor, story: PaymentStory) -> list[dict[str, Any]]:
    """Return the notices that a payment and its reversal have caused, as documents.

    Raises:
        NotPermittedError: the actor may not look.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        on_way, waiting = notices_among(reading, story.notice_ids)
    untaken = [
        {"notice": each.notice_id, "state": "OUTBOX", "kind": each.kind.value, "created_at": each.created_at}
        for each in waiting
    ]
    return [*map(describe_notice, on_way), *untaken]


def found_or_refused(found: Delivery | None, notice_id: str) -> Delivery:
    """Return what was found.

    Raises:
        UnknownNoticeError: nothing was.
    """
    if found is None:
        raise UnknownNoticeError(
            Phrase(
                "there is no notice {notice_id} on its way; one in the outbox is there once `notify"
                " run` has taken it",
                notice_id=notice_id,
            )
        )
    return found


def view_counts(store: SqlStore, actor: Actor) -> dict[str, int]:
    """Return how many notices are in the outbox and in each state.

    Raises:
        NotPermittedError: the actor may not look.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return counts_of(reading)


def describe_notice(each: Delivery) -> dict[str, Any]:
    """Return a notice as people read it."""
    notice = each.notice
    return {
        "notice": notice.notice_id,
        "state": each.state.value,
        "merchant": notice.merchant_id,
        "kind": notice.kind.value,
        "customer": notice.addressee[1],
        "bill": notice.bill_no,
        "payment": notice.payment_serial,
        "amount": format_major(notice.amount_minor, notice.currency),
        "currency": CURRENCIES[notice.currency].code,
        "created_at": notice.created_at,
        "due_at": each.due_at,
        "attempts": each.attempts,
        "message": each.message_id,
        "channel": None if each.channel is None else each.channel.value,
        "sent_at": each.sent_at,
        "reported_at": each.reported_at,
        "reason": each.reason,
    }

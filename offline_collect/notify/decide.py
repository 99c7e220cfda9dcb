"""What a user decides about a notice: to try again, or to send it no more."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.errors import NoticeError
from offline_collect.domain.notices.deliveries import REASON_MAX, Delivery, moved
from offline_collect.domain.notices.life import LIFE, NoticeEvent, after
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify.view import found_or_refused
from offline_collect.store import SqlStore, append_audit
from offline_collect.store.notices.claims import write_deliveries
from offline_collect.store.notices.find import get_notice


def retry_notice(store: SqlStore, actor: Actor, notice_id: str, now: dt.datetime) -> None:
    """Have a dead or suppressed notice sent again, under its id, with all its attempts.

    Raises:
        NotPermittedError: the actor may not.
        NoticeError: there is no such notice, or its state does not allow it.
    """
    _decide(store, actor, notice_id, NoticeEvent.RETRIED, "notify retry", None, now)


def cancel_notice(store: SqlStore, actor: Actor, notice_id: str, reason: str, now: dt.datetime) -> None:
    """Send a waiting or dead notice no more; what is merged into its message is not sent either.

    Raises:
        NotPermittedError: the actor may not.
        NoticeError: there is no such notice, its state does not allow it, or the reason is none.
    """
    text = " ".join(reason.split())
    if not 0 < len(text) <= REASON_MAX:
        raise NoticeError(Phrase("a reason has 1 to {reason_max} characters", reason_max=REASON_MAX))
    _decide(store, actor, notice_id, NoticeEvent.CANCELLED, "notify cancel", text, now)


def _decide(
    store: SqlStore,
    actor: Actor,
    notice_id: str,
    event: NoticeEvent,
    action: str,
    reason: str | None,
    now: dt.datetime,
) -> None:
    actor.require(Permission.NOTIFY)
    with store.transaction() as tx:
        before = found_or_refused(get_notice(tx, notice_id, lock=True), notice_id)
        decided = _decided(before, event, reason, now)
        write_deliveries(tx, [decided])
        subject = Subject(SubjectType.NOTICE, notice_id, before.notice.merchant_id)
        append_audit(tx, actor, action, subject, _document(before), _document(decided), now)


def _decided(before: Delivery, event: NoticeEvent, reason: str | None, now: dt.datetime) -> Delivery:
    if after(before.state, event) is None:
        needed = " or ".join(sorted(LIFE[event].sources))
        raise NoticeError(
            Phrase(
                "notice {notice_id} is {state}: only one that is {needed} can be {event}",
                notice_id=before.notice.notice_id,
                state=before.state.value,
                needed=needed,
                event=event.value,
            )
        )
    if event is NoticeEvent.RETRIED:
        return moved(before, event, due_at=now, attempts=0, reason=None)
    return moved(before, event, reason=reason)


def _document(each: Delivery) -> dict[str, str | int | None]:
    return {"state": each.state.value, "attempts": each.attempts, "reason": each.reason}

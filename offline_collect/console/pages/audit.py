"""The audit trail: filtered, the latest change first, and its chain proved."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from offline_collect.console.listing import ROWS, listing, place_of
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.view import check_audit, view_audit
from offline_collect.merchant.profile.render import differences
from offline_collect.store import AuditFilter, AuditHead, AuditRow, BrokenLink

TITLE = Phrase("Audit")
CHANGES_MAX = 40
"""Differences shown of one change; a form has hundreds."""

BREAKS_MAX = 100
_VALUE_MAX = 300
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the trail.

    Attributes:
        differences: path, former and present value, as texts.
        more: how many further ones there are.
    """

    row: AuditRow
    differences: list[tuple[str, str, str]]
    more: int


def show(visit: Visit) -> Answer:
    """Show changes, the latest first."""
    query = visit.query
    wanted = AuditFilter(
        merchant_id=_given(visit, "merchant"),
        actor=_given(visit, "actor"),
        action=_given(visit, "action"),
        subject_type=SubjectType(query["subject_type"])
        if query.get("subject_type") in set(SubjectType)
        else None,
        subject_id=_given(visit, "subject_id"),
        since=_midnight(visit, "since"),
        until=_midnight(visit, "to", later=dt.timedelta(days=1)),
        before=place_of(visit, 0) or None,
        most=ROWS + 1,
    )
    found = [_change(row) for row in view_audit(visit.store, wanted, visit.actor)][::-1]
    return Shown(
        "audit.html",
        {
            "found": listing(visit, found, lambda change: change.row.sequence, ROWS),
            "types": list(SubjectType),
        },
    )


def prove(visit: Visit) -> Answer:
    """Prove the chain of the trail, from its first row to its last."""
    known = _HEAD.fullmatch(visit.query.get("known", "").strip())
    head = None if known is None else AuditHead(int(known[1]), known[2])
    breaks: list[BrokenLink] = []
    count, end = 0, None
    for found in check_audit(visit.store, head, visit.actor):
        if isinstance(found, AuditHead):
            end = found
            continue
        count += 1
        if count <= BREAKS_MAX:
            breaks.append(found)
    unread = bool(visit.query.get("known", "").strip()) and head is None
    return Shown("audit_chain.html", {"breaks": breaks, "count": count, "end": end, "unread": unread})


def _given(visit: Visit, name: str) -> str | None:
    return visit.query.get(name, "").strip() or None


def _midnight(visit: Visit, name: str, later: dt.timedelta = dt.timedelta()) -> dt.datetime | None:
    """Return the beginning of a day in the zone of people; None if none is given, or none can be read."""
    try:
        day = dt.date.fromisoformat(visit.query.get(name, ""))
        return dt.datetime.combine(day, dt.time(), visit.office.zone) + later
    except (ValueError, OverflowError):
        return None


def _change(row: AuditRow) -> Change:
    found = differences(row.before or {}, row.after or {})
    shown = [(path, _text(before), _text(after)) for path, before, after in found[:CHANGES_MAX]]
    return Change(row, shown, len(found) - len(shown))


def _text(value: Any) -> str:
    if value is None:
        return "–"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _VALUE_MAX else f"{text[:_VALUE_MAX]}…"


PAGES = (
    Page(path="/audit", title=TITLE, handler=show, permission=Permission.VIEW_AUDIT, menu=90),
    Page(path="/audit/chain", title=TITLE, handler=prove, permission=Permission.VIEW_AUDIT),
)

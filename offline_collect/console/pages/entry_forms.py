"""What the pages of customers and bills share: whose they are, what was typed, and what was changed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject
from offline_collect.merchant.entry.search import Reading
from offline_collect.merchant.entry.view_history import view_changes
from offline_collect.merchant.profile.render import differences
from offline_collect.store import AuditRow


def merchant_asked(visit: Visit) -> str:
    """Return the merchant that a list is of: the one in the address, or a user's only one; '' without."""
    own = visit.actor.scope.merchants
    only = next(iter(own)) if own is not None and len(own) == 1 else ""
    return visit.query.get("merchant", "").strip() or only


def term(visit: Visit, name: str) -> str | None:
    """Return a term of a search; None for an empty one."""
    return visit.query.get(name, "").strip() or None


def reading_asked(visit: Visit) -> Reading:
    """Return how a list is searched: where numbers begin, or anywhere in them, a bounded part of it a page."""
    return Reading(anywhere="anywhere" in visit.query)


def anywhere(visit: Visit) -> str:
    """Return the address of the same search anywhere in numbers, from its first page."""
    return visit.address_with(anywhere="1", after=None)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form, beside what was there.

    Attributes:
        given: new texts by their names.
        cleared: names whose text was taken out.
    """

    given: dict[str, str]
    cleared: tuple[str, ...]


def typed_changes(visit: Visit, before: Mapping[str, str | None]) -> Typed:
    """Return what a form changes.

    Args:
        before: what it showed, by the fields' names.
    """
    sent = {name: visit.form.get(name) for name in before}
    given = {name: text for name, text in sent.items() if text and text != before[name]}
    return Typed(given, tuple(name for name, text in sent.items() if not text and before[name]))


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change as its page shows it.

    Attributes:
        parts: names, former and present values; None for a missing one.
    """

    row: AuditRow
    parts: Sequence[tuple[str, Any, Any]]


def changes(visit: Visit, subject: Subject) -> list[ShownChange]:
    """Return the changes of a customer or bill, the latest first."""
    rows = view_changes(visit.store, subject, visit.actor)
    return [ShownChange(row, differences(row.before or {}, row.after or {})) for row in rows]

"""Messages shown without masks: to users with the right, and on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.store import SqlStore, append_audit

LISTED_MAX = 20
"""Messages that a row of the audit trail names; it counts them all."""


def record_unmasking(
    store: SqlStore, dialect: str, messages: Sequence[Mapping[str, str]], actor: Actor, now: dt.datetime
) -> None:
    """Record that a user sees messages without masks; call it before they are shown.

    Args:
        dialect: the dialect that they were read in.
        messages: what identifies each, such as its MTI and STAN; nothing of a person.

    Raises:
        NotPermittedError: the actor may not see personal data.
    """
    actor.require(Permission.SEE_PERSONAL)
    document: dict[str, Any] = {
        "dialect": dialect,
        "count": len(messages),
        "messages": [dict(message) for message in messages[:LISTED_MAX]],
    }
    with store.transaction() as tx:
        append_audit(tx, actor, "message decode", Subject(SubjectType.MESSAGE), None, document, now)

"""Downloads from the console, on record."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject
from offline_collect.domain.access.roles import Permission
from offline_collect.store import SqlStore, append_audit

DOWNLOAD = "console download"


def record_download(
    store: SqlStore, subject: Subject, file_name: str, actor: Actor, now: dt.datetime
) -> None:
    """Record that a user takes a file away; call it before the first byte goes out.

    Raises:
        NotPermittedError: the actor may not look at anything.
    """
    actor.require(Permission.VIEW)
    with store.transaction() as tx:
        append_audit(tx, actor, DOWNLOAD, subject, None, {"file": file_name}, now)

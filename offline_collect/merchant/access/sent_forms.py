"""A form that is sent twice makes one change: its token is taken before the change, and keeps where the answer is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from offline_collect.domain.ports import ConflictError
from offline_collect.store import SqlStore
from offline_collect.store.backoffice.console_forms import (
    add_form_sent,
    answer_form_sent,
    drop_form_sent,
    get_form_sent,
)
from offline_collect.store.backoffice.console_sessions import ConsoleSession


@dataclass(frozen=True, slots=True)
class SentBefore:
    """A form that was sent before.

    Attributes:
        location: where the answer is; None if it is still carried out, or was broken off.
    """

    location: str | None


def take_form(store: SqlStore, token: str, session: ConsoleSession, now: dt.datetime) -> SentBefore | None:
    """Take a form's token; None if this is the first sending, and the change may be made."""
    try:
        with store.transaction() as tx:
            sent = get_form_sent(tx, token)
            if sent is None:
                add_form_sent(tx, token, session.digest, now)
                return None
    except ConflictError:
        return SentBefore(None)
    return SentBefore(sent.location if sent.digest == session.digest else None)


def answer_form(store: SqlStore, token: str, location: str) -> None:
    """Keep where the answer of a form is."""
    with store.transaction() as tx:
        answer_form_sent(tx, token, location)


def give_form_back(store: SqlStore, token: str) -> None:
    """Give the token of a form back that was refused: corrected, it may be sent again."""
    with store.transaction() as tx:
        drop_form_sent(tx, token)

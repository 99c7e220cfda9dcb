"""Forms that were sent from the console: the second sending of a form finds the first one here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from offline_collect.store.schema.console_tables import console_forms
from offline_collect.store.sql.transaction import StoreTransaction

_OWN = console_forms.c


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that was sent.

    Attributes:
        digest: of the session that sent it.
        location: where its answer is; None while it is carried out.
    """

    digest: str
    location: str | None


def get_form_sent(tx: StoreTransaction, token: str) -> SentForm | None:
    """Return a form that was sent; None if it was not."""
    row = tx.connection.execute(select(_OWN.digest, _OWN.location).where(_OWN.token == token)).first()
    return None if row is None else SentForm(row.digest, row.location)


def add_form_sent(tx: StoreTransaction, token: str, digest: str, now: dt.datetime) -> None:
    """Record that a form is carried out from now on.

    Raises:
        ConflictError: another transaction has just recorded it.
    """
    row = {"token": token, "digest": digest, "sent_at": now, "location": None}
    tx.connection.execute(insert(console_forms), row)


def answer_form_sent(tx: StoreTransaction, token: str, location: str) -> None:
    """Record where the answer of a form is."""
    tx.connection.execute(update(console_forms).where(_OWN.token == token).values(location=location))


def drop_form_sent(tx: StoreTransaction, token: str) -> None:
    """Forget a form that was refused: it may be sent again."""
    tx.connection.execute(delete(console_forms).where(_OWN.token == token))


def forget_forms_sent(tx: StoreTransaction, before: dt.datetime) -> None:
    """Forget forms that were sent before a moment."""
    tx.connection.execute(delete(console_forms).where(_OWN.sent_at < before))

"""The rate of attempts to sign in: refused beyond it before any hash is computed, and put on record once a minute."""

from __future__ import annotations

import datetime as dt
from threading import Lock

from offline_collect.domain.access.attempts import Attempts, address_sender, name_sender
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import SYSTEM_USER
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import TooManyAttemptsError
from offline_collect.store import SqlStore, append_audit, get_user

THROTTLED = "console sign-in throttled"
ADDRESS_PER_MINUTE = 60
NAME_PER_MINUTE = 10

TOO_MANY = Phrase(
    "too many attempts to sign in came from your network address, or with this name: wait a minute, and try again"
)


class SignInRate:
    """Counts attempts by address and by name, for all threads of a console.

    Args:
        address_per_minute: attempts from one address; None for no bound.
        name_per_minute: attempts with one name; likewise.
    """

    def __init__(
        self,
        address_per_minute: int | None = ADDRESS_PER_MINUTE,
        name_per_minute: int | None = NAME_PER_MINUTE,
    ) -> None:
        self._addresses = Attempts(address_per_minute)
        self._names = Attempts(name_per_minute)
        self._recorded = Attempts(1)
        self._lock = Lock()

    def take(self, store: SqlStore, address: str, name: str, now: dt.datetime) -> None:
        """Take one attempt.

        Args:
            store: has the audit trail.
            address: the network address of the browser.
            name: that was typed; it goes on record only if there is such a user, since it may be a password.
            now: the present time.

        Raises:
            TooManyAttemptsError: there were too many from the address, or with the name; it does not say which.
        """
        at, sender = now.timestamp(), name_sender(name)
        with self._lock:
            from_address = self._addresses.take(address_sender(address), at)
            with_name = from_address and self._names.take(sender, at)
            key = f"name {sender}" if from_address else f"address {address_sender(address)}"
            record = not with_name and self._recorded.take(key, at)
        if record:
            _record(store, address, sender if from_address else None, now)
        if not with_name:
            raise TooManyAttemptsError(TOO_MANY)


def _record(store: SqlStore, address: str, name: str | None, now: dt.datetime) -> None:
    with store.transaction() as tx:
        if name is not None and (not name or get_user(tx, name) is None):
            return
        subject = Subject(SubjectType.USER, name)
        append_audit(tx, SYSTEM_USER, THROTTLED, subject, None, {"address": address}, now)

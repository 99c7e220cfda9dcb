"""The acting user of a command: the account's own user, the user named by --as, or the system user.

While no user has an account, the name given by --as is trusted. Once one user has an account,
an account acts as its own user; to act as another user it needs the permission ACT_AS. The system user acts until
the first ADMIN exists; after that only --break-glass lets it act, which raises an alarm.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import SYSTEM_USER, Permission
from offline_collect.merchant.access.errors import SystemEndedError, UnmappedAccountError
from offline_collect.merchant.access.users import acting_user, system_ended
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.store import SqlStore, append_audit, list_users

ALARM = "alarm break-glass"
"""Action of the audit row that each use of the system user leaves after its end."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The identity that a command claims.

    Attributes:
        account: the account of the operating system that runs the command.
        named: the user to act as; None for the account's own user, or the system user.
        break_glass: the reason to let the system user act after its end; None for no such act.
    """

    account: str
    named: str | None = None
    break_glass: str | None = None


def who_acts(store: SqlStore, claim: Claim, now: dt.datetime) -> Actor:
    """Return the acting user.

    Raises:
        UnknownUserError, DisabledUserError: the user does not exist or is disabled.
        NotPermittedError: the account's user may not act as another one.
        UnmappedAccountError: the account belongs to no user, but other accounts do.
        SystemEndedError: the system user does not act any more.
        TextError: the reason to break the glass cannot be kept.
    """
    if claim.break_glass is not None:
        return _break_glass(store, claim, claim.break_glass, now)
    with store.snapshot() as reading:
        users, ended = list_users(reading), system_ended(reading)
    own = next((user.name for user in users if user.os_account == claim.account), None)
    name = claim.named or own or SYSTEM_USER
    if name == SYSTEM_USER and ended:
        raise SystemEndedError
    if own is None:
        if name != SYSTEM_USER and any(user.os_account is not None for user in users):
            raise UnmappedAccountError(claim.account)
        return acting_user(store, name)
    himself = acting_user(store, own)
    if name == own:
        return himself
    himself.require(Permission.ACT_AS)
    return replace(acting_user(store, name), through=own)


def _break_glass(store: SqlStore, claim: Claim, reason: str, now: dt.datetime) -> Actor:
    """Let the system user act, and raise an alarm; the audit row is written before the command runs."""
    document = {"reason": reason_of(reason), "account": claim.account}
    with store.transaction() as tx:
        append_audit(tx, SYSTEM, ALARM, Subject(SubjectType.STORE), None, document, now)
    _log.critical("ALARM: the system user acts by --break-glass; the audit trail says why (%s)", ALARM)
    return SYSTEM

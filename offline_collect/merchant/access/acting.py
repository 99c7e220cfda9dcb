"""Who acts on the command line: the user of the operating system's account, whom he acts as, or the system user.

Where no user has an account yet, who may run the command is trusted to give his own name. From the first account on,
an account acts as its own user only, and as another one by the right ACT_AS. The system user acts until somebody is
made ADMIN; after that it acts by breaking the glass alone, which raises an alarm.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace

from offline_collect.domain.access.actor import SYSTEM, Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import SYSTEM_USER, Permission
from offline_collect.merchant.access.users import acting_user, system_ended
from offline_collect.merchant.common.errors import SystemEndedError, UnmappedAccountError
from offline_collect.merchant.entry.free_text import reason_of
from offline_collect.store import SqlStore, append_audit, list_users

ALARM = "alarm break-glass"
"""Action of the audit row that each use of the system user leaves after its end."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says that he acts.

    Attributes:
        account: of the operating system, that runs the command.
        named: the user that it acts as; None for the account's own, or the system user.
        break_glass: why the system user must act although it has ended; None where it need not.
    """

    account: str
    named: str | None = None
    break_glass: str | None = None


def who_acts(store: SqlStore, claim: Claim, now: dt.datetime) -> Actor:
    """Return the acting user.

    Raises:
        UnknownUserError, DisabledUserError: nobody acts under that name.
        NotPermittedError: the account's user may not act as another one.
        UnmappedAccountError: the account is no user's, and others' are.
        SystemEndedError: it is the system user, who has ended.
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
    """Let the system user act, and raise an alarm: the audit has it before anything is done."""
    document = {"reason": reason_of(reason), "account": claim.account}
    with store.transaction() as tx:
        append_audit(tx, SYSTEM, ALARM, Subject(SubjectType.STORE), None, document, now)
    _log.critical("ALARM: the system user acts by --break-glass; the audit trail says why (%s)", ALARM)
    return SYSTEM

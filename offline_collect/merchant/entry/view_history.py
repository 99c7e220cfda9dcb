"""The history of a customer or bill: what was changed by hand, as the audit trail has it."""

from __future__ import annotations

from collections.abc import Sequence

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject
from offline_collect.domain.access.roles import Permission
from offline_collect.merchant.access.masking import mask_personal, sees_personal
from offline_collect.store import AuditFilter, AuditRow, SqlStore, audit_rows, require_merchant

CHANGES_SHOWN = 100
"""Changes that are shown: the latest ones."""


def view_changes(store: SqlStore, subject: Subject, actor: Actor) -> Sequence[AuditRow]:
    """Return the changes of something of a merchant, the latest first.

    Args:
        subject: a customer or a bill, with its merchant.

    Raises:
        NotPermittedError: the actor may not look.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    assert subject.merchant_id is not None, "a customer or bill is of a merchant"
    wanted = AuditFilter(
        merchant_id=subject.merchant_id,
        subject_type=subject.type,
        subject_id=subject.id,
        most=CHANGES_SHOWN,
    )
    with store.snapshot() as reading:
        require_merchant(reading, subject.merchant_id)
        found = list(audit_rows(reading, wanted))
    shown = found if sees_personal(actor) else [mask_personal(row) for row in found]
    return shown[::-1]

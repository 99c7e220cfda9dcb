"""Adding banks and branches, audited."""

from __future__ import annotations

import datetime as dt

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.organisation import Organisation, OrganisationKind, organisation_under
from offline_collect.domain.access.roles import Permission
from offline_collect.store import (
    SqlStore,
    add_organisation,
    append_audit,
    require_organisation,
)


def register_organisation(
    store: SqlStore,
    organisation_id: str,
    kind: OrganisationKind,
    name: str,
    under: str,
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Add a bank to the group or a branch to a bank, and return it.

    Args:
        store: the store.
        organisation_id: its id, which never changes.
        kind: bank or branch.
        name: its name.
        under: the id of its parent organisation.
        actor: the user who adds it.
        now: the present time.

    Raises:
        NotPermittedError: the actor may not maintain organisations.
        NotFoundError: the parent organisation does not exist.
        OrganisationError: its id or name is not valid, or the parent cannot have such a child.
        AlreadyExistsError: an organisation has this id already.
    """
    actor.require(Permission.MAINTAIN_USERS)
    with store.transaction() as tx:
        added = organisation_under(require_organisation(tx, under), organisation_id, kind, name)
        add_organisation(tx, added)
        document = {"id": added.organisation_id, "kind": kind.value, "name": name, "under": under}
        subject = Subject(SubjectType.ORGANISATION, added.organisation_id)
        append_audit(tx, actor, "organisation add", subject, None, document, now)
    return added

"""The organisation: a group, its banks and their branches; and what of it a user sees.

A bank is a legal entity. Each merchant belongs to a bank or one of its branches, each user to any of the three.
A store has one group and at least one bank. An organisation stays where it was added, so the tree has no cycles.
"""

from __future__ import annotations

import re
from enum import StrEnum

from offline_collect.domain.errors import DomainError
from offline_collect.domain.values import value

GROUP_ID = "GROUP"
"""The group, which every store has."""

DEFAULT_BANK = "BANK"
"""The bank that every store has; what names no organisation belongs to it."""

ROOT = "/"
"""The group's path; every other path begins with it."""

NAME_MAX = 60
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")


class OrganisationError(DomainError):
    """An organisation cannot be added as asked."""


class OrganisationKind(StrEnum):
    """What an organisation is."""

    GROUP = "GROUP"
    BANK = "BANK"
    BRANCH = "BRANCH"


PARENTS = {OrganisationKind.BANK: OrganisationKind.GROUP, OrganisationKind.BRANCH: OrganisationKind.BANK}
"""The kind that each kind stands under. So the tree is three levels deep at most."""

HAS_MERCHANTS = frozenset({OrganisationKind.BANK, OrganisationKind.BRANCH})
"""The kinds that merchants belong to: their money is in the books of one bank."""


@value
class Organisation:
    """A group, a bank or a branch.

    Attributes:
        organisation_id: at most 15 letters, digits, dots, dashes and underscores.
        parent_id: the organisation that it stands under; None for the group.
        path: the ids from the bank down to this one, each followed by ``/``: a subtree is what begins with it.
    """

    organisation_id: str
    kind: OrganisationKind
    name: str
    parent_id: str | None
    path: str

    def for_merchants(self) -> Organisation:
        """Return this organisation, to which a merchant is to belong.

        Raises:
            OrganisationError: it is the group.
        """
        if self.kind not in HAS_MERCHANTS:
            raise OrganisationError(
                f"a merchant belongs to a bank or a branch, and {self.organisation_id} is the group:"
                " name one of its banks"
            )
        return self


GROUP = Organisation(GROUP_ID, OrganisationKind.GROUP, "Group", None, ROOT)
"""The group of a new store."""

BANK = Organisation(DEFAULT_BANK, OrganisationKind.BANK, "Bank", GROUP_ID, f"{ROOT}{DEFAULT_BANK}/")
"""The bank of a new store."""


def organisation_under(
    parent: Organisation, organisation_id: str, kind: OrganisationKind, name: str
) -> Organisation:
    """Return a new organisation that stands under another.

    Raises:
        OrganisationError: its id or name cannot be used, or its kind does not stand under the parent's.
    """
    if not _ID.fullmatch(organisation_id):
        raise OrganisationError(
            f"{organisation_id!r} cannot be an organisation's id: use 1 to 15 letters, digits, dots, dashes"
            " and underscores, beginning with a letter or digit"
        )
    if not name.strip() or name != name.strip() or len(name) > NAME_MAX or not name.isprintable():
        raise OrganisationError(
            f"an organisation's name is 1 to {NAME_MAX} characters, without spaces around it or line breaks"
        )
    wanted = PARENTS.get(kind)
    if wanted is None:
        raise OrganisationError("a store has one group, and it is there already: add a BANK or a BRANCH")
    if parent.kind is not wanted:
        raise OrganisationError(
            f"a {kind} stands under a {wanted}, and {parent.organisation_id} is a {parent.kind}:"
            " name another with --under"
        )
    path = f"{parent.path}{organisation_id}/"
    return Organisation(organisation_id, kind, name, parent.organisation_id, path)


@value
class Scope:
    """What an actor sees: all that does not belong to it is as if it were not there.

    Attributes:
        path: of the organisation whose subtree it is.
        merchants: the only merchants in it; None for all. A merchant's own people see theirs.
    """

    path: str = ROOT
    merchants: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether it is all there is."""
        return self.path == ROOT and self.merchants is None

    @property
    def organisation_id(self) -> str:
        """The organisation whose subtree it is."""
        return GROUP_ID if self.path == ROOT else self.path.split(ROOT)[-2]

    @property
    def new_merchants_belong_to(self) -> str:
        """The organisation of a merchant that somebody of this scope adds without naming another."""
        return DEFAULT_BANK if self.path == ROOT else self.organisation_id

    def covers(self, path: str) -> bool:
        """Whether an organisation of this path is in it."""
        return path.startswith(self.path)

    def sees(self, merchant_id: str, path: str) -> bool:
        """Whether a merchant is in it that belongs to the organisation of this path."""
        return self.covers(path) and (self.merchants is None or merchant_id in self.merchants)


def scope_of(organisation: Organisation, merchants: frozenset[str] | None, *, one_bank: bool) -> Scope:
    """Return what a user sees.

    Args:
        organisation: his.
        merchants: the only ones that he sees; None for all of his organisation.
        one_bank: whether there is no other bank; then a bank's users see the group too, as there is no other.
    """
    whole = one_bank and organisation.kind is OrganisationKind.BANK
    return Scope(ROOT if whole else organisation.path, merchants)


WHOLE = Scope()
"""All there is."""

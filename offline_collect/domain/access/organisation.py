"""The organisation: a group, its banks and their branches; and the part of it that a user sees.

A bank is a legal entity. Each merchant belongs to a bank or one of its branches, each user to any of the three.
A store has one group and at least one bank. An organisation never moves, so the tree has no cycles.
"""

from __future__ import annotations

import re
from enum import StrEnum

from offline_collect.domain.errors import DomainError
from offline_collect.domain.texts.characters import INVISIBLE
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.values import value

GROUP_ID = "GROUP"
"""The group, which every store has."""

DEFAULT_BANK = "BANK"
"""The bank that every store has; the default if no organisation is named."""

ROOT = "/"
"""The group's path; every other path begins with it."""

NAME_MAX = 60
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")


class OrganisationError(DomainError):
    """An organisation cannot be added as asked."""


class OrganisationKind(StrEnum):
    """The kinds of organisations."""

    GROUP = "GROUP"
    BANK = "BANK"
    BRANCH = "BRANCH"


PARENTS = {OrganisationKind.BANK: OrganisationKind.GROUP, OrganisationKind.BRANCH: OrganisationKind.BANK}
"""The parent's kind of each kind; so the tree has at most three levels."""

HAS_MERCHANTS = frozenset({OrganisationKind.BANK, OrganisationKind.BRANCH})
"""The kinds that merchants can belong to: a merchant's money is in the books of one bank."""


@value
class Organisation:
    """A group, a bank or a branch.

    Attributes:
        organisation_id: at most 15 letters, digits, dots, dashes and underscores.
        parent_id: the parent organisation; None for the group.
        path: the ids from the bank down to this one, each followed by ``/``; all paths of its subtree begin with it.
    """

    organisation_id: str
    kind: OrganisationKind
    name: str
    parent_id: str | None
    path: str

    def for_merchants(self) -> Organisation:
        """Return this organisation if a merchant can belong to it.

        Raises:
            OrganisationError: it is the group.
        """
        if self.kind not in HAS_MERCHANTS:
            raise OrganisationError(
                Phrase(
                    "a merchant belongs to a bank or a branch, and {organisation_id} is the group: name"
                    " one of its banks",
                    organisation_id=self.organisation_id,
                )
            )
        return self


GROUP = Organisation(GROUP_ID, OrganisationKind.GROUP, "Group", None, ROOT)
"""The group of a new store."""

BANK = Organisation(DEFAULT_BANK, OrganisationKind.BANK, "Bank", GROUP_ID, f"{ROOT}{DEFAULT_BANK}/")
"""The bank of a new store."""


def organisation_under(
    parent: Organisation, organisation_id: str, kind: OrganisationKind, name: str
) -> Organisation:
    """Return a new organisation under a parent.

    Raises:
        OrganisationError: its id or name is invalid, or the parent is of the wrong kind.
    """
    if not _ID.fullmatch(organisation_id):
        raise OrganisationError(
            Phrase(
                "{organisation_id} cannot be an organisation's id: use 1 to 15 letters, digits, dots,"
                " dashes and underscores, beginning with a letter or digit",
                organisation_id=repr(organisation_id),
            )
        )
    if (
        not 0 < len(name) <= NAME_MAX
        or name != name.strip()
        or not name.isprintable()
        or INVISIBLE.search(name)
    ):
        raise OrganisationError(
            Phrase(
                "an organisation's name is 1 to {name_max} characters, without spaces around it, line"
                " breaks or invisible characters",
                name_max=NAME_MAX,
            )
        )
    wanted = PARENTS.get(kind)
    if wanted is None:
        raise OrganisationError(
            Phrase("a store has one group, and it is there already: add a BANK or a BRANCH")
        )
    if parent.kind is not wanted:
        raise OrganisationError(
            Phrase(
                "the parent of a {kind} is a {wanted}, and {organisation_id} is a {of}: name"
                " another with --under",
                kind=kind,
                wanted=wanted,
                organisation_id=parent.organisation_id,
                of=parent.kind,
            )
        )
    path = f"{parent.path}{organisation_id}/"
    return Organisation(organisation_id, kind, name, parent.organisation_id, path)


@value
class Scope:
    """The data that an actor sees; for him, all other data does not exist.

    Attributes:
        path: the path of the organisation whose subtree he sees.
        merchants: the only merchants in the scope; None for all. A merchant's own users see that merchant.
    """

    path: str = ROOT
    merchants: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether the scope is the whole store."""
        return self.path == ROOT and self.merchants is None

    @property
    def organisation_id(self) -> str:
        """The organisation at the top of the scope."""
        return GROUP_ID if self.path == ROOT else self.path.split(ROOT)[-2]

    @property
    def new_merchants_belong_to(self) -> str:
        """The default organisation of a merchant that a user with this scope adds."""
        return DEFAULT_BANK if self.path == ROOT else self.organisation_id

    def covers(self, path: str) -> bool:
        """Whether the organisation with this path is in the scope."""
        return path.startswith(self.path)

    def sees(self, merchant_id: str, path: str) -> bool:
        """Whether a merchant of the organisation with this path is in the scope."""
        return self.covers(path) and (self.merchants is None or merchant_id in self.merchants)


def scope_of(organisation: Organisation, merchants: frozenset[str] | None, *, one_bank: bool) -> Scope:
    """Return a user's scope.

    Args:
        organisation: the user's organisation.
        merchants: the only merchants that he sees; None for all of his organisation.
        one_bank: whether the store has only one bank; then its users see the group too.
    """
    whole = one_bank and organisation.kind is OrganisationKind.BANK
    return Scope(ROOT if whole else organisation.path, merchants)


WHOLE = Scope()
"""All there is."""

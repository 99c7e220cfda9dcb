"""What may change about a user: his roles, what he belongs to, his account, and whether he acts at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from offline_collect.domain.access.organisation import DEFAULT_BANK, ROOT, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.merchant.access.user_names import checked_account, role_names
from offline_collect.merchant.common.errors import RolesError
from offline_collect.store import (
    StoreTransaction,
    UserRecord,
    organisations_of_merchants,
    require_merchant,
    require_organisation,
)

MERCHANTS_MAX = 100
"""Merchants of one user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What changes about a user; None leaves it.

    Attributes:
        roles: all that he has from now on.
        disabled: whether he may act no more.
        organisation_id: what he belongs to from now on.
        merchants: the only ones that he sees from now on; None takes them away with the role.
        os_account: the account of the operating system that is his.
        no_account: he has none any more.
    """

    roles: tuple[Role, ...] | None = None
    disabled: bool | None = None
    organisation_id: str | None = None
    merchants: tuple[str, ...] | None = None
    os_account: str | None = None
    no_account: bool = False

    @property
    def needs_two(self) -> bool:
        """Whether it needs two people: all but disabling alone, which is a safety act and done at once."""
        return self != UserChange(disabled=True)

    def of(self, user: UserRecord) -> UserRecord:
        """Return a user as he is with it.

        Raises:
            RolesError: the roles exclude each other.
            UserNameError: the account cannot be used.
        """
        roles = user.roles if self.roles is None else role_names(self.roles)
        kept = user.merchants if Role.MERCHANT in roles else ()
        account = user.os_account if self.os_account is None else checked_account(self.os_account)
        return replace(
            user,
            roles=roles,
            disabled=user.disabled if self.disabled is None else self.disabled,
            organisation_id=self.organisation_id or user.organisation_id,
            merchants=kept if self.merchants is None else tuple(sorted(set(self.merchants))),
            os_account=None if self.no_account else account,
        )

    def document(self) -> dict[str, Any]:
        """Return the change as a JSON document, without what it leaves."""
        document = {
            "roles": None if self.roles is None else list(role_names(self.roles)),
            "disabled": self.disabled,
            "organisation": self.organisation_id,
            "merchants": None if self.merchants is None else list(self.merchants),
            "os_account": self.os_account,
            "no_account": self.no_account or None,
        }
        return {key: value for key, value in document.items() if value is not None}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Return the change that :meth:`document` wrote."""
        roles, merchants = document.get("roles"), document.get("merchants")
        return cls(
            roles=None if roles is None else tuple(map(Role, roles)),
            disabled=document.get("disabled"),
            organisation_id=document.get("organisation"),
            merchants=None if merchants is None else tuple(merchants),
            os_account=document.get("os_account"),
            no_account=document.get("no_account", False),
        )


def document_of(user: UserRecord) -> dict[str, Any]:
    """Return a user as a JSON document, without what most users do not have."""
    document: dict[str, Any] = {"name": user.name, "roles": list(user.roles), "disabled": user.disabled}
    if user.organisation_id != DEFAULT_BANK:
        document["organisation"] = user.organisation_id
    if user.merchants:
        document["merchants"] = list(user.merchants)
    if user.os_account is not None:
        document["os_account"] = user.os_account
    return document


def own_or_default(scope: Scope, roles: Iterable[str]) -> str:
    """Return what a new user belongs to where nothing is named."""
    if scope.path == ROOT and Role.ADMIN not in roles:
        return DEFAULT_BANK
    return scope.organisation_id


def same_belonging(before: UserRecord, after: UserRecord) -> bool:
    """Whether a change touches neither a user's roles nor what he belongs to."""
    return (before.roles, before.organisation_id, before.merchants) == (
        after.roles,
        after.organisation_id,
        after.merchants,
    )


def check_belonging(tx: StoreTransaction, user: UserRecord) -> None:
    """See that a user's organisation and merchants are there, and go with each other and with his roles.

    Raises:
        NotFoundError: there is no such organisation or merchant.
        RolesError: they do not.
    """
    organisation = require_organisation(tx, user.organisation_id)
    if (Role.MERCHANT in user.roles) != bool(user.merchants):
        raise RolesError(
            "--merchant goes with the role MERCHANT: such a user sees the merchants that it names and no other,"
            " so name at least one; users of a bank see all that belongs to their organisation"
        )
    if len(user.merchants) > MERCHANTS_MAX:
        raise RolesError(f"a user has {MERCHANTS_MAX} merchants at most; give him an organisation instead")
    for merchant_id in user.merchants:
        require_merchant(tx, merchant_id)
    belonging = organisations_of_merchants(tx, *user.merchants) if user.merchants else {}
    for merchant_id, own in belonging.items():
        if not require_organisation(tx, own).path.startswith(organisation.path):
            raise RolesError(
                f"merchant {merchant_id} belongs to {own}, which is not in {user.organisation_id}"
            )

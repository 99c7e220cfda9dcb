"""Changes of a user: roles, organisation, merchants, account, disabled or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from offline_collect.domain.access.organisation import DEFAULT_BANK, ROOT, Scope
from offline_collect.domain.access.roles import Role
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.errors import RolesError
from offline_collect.merchant.access.user_names import checked_account, role_names
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
    """A change of a user; None leaves a field as it is.

    Attributes:
        roles: all roles after the change.
        disabled: whether the user may not act.
        organisation_id: the organisation after the change.
        merchants: the only merchants that the user sees; None removes them together with the role.
        os_account: the user's account of the operating system.
        no_account: remove the account.
    """

    roles: tuple[Role, ...] | None = None
    disabled: bool | None = None
    organisation_id: str | None = None
    merchants: tuple[str, ...] | None = None
    os_account: str | None = None
    no_account: bool = False

    @property
    def needs_two(self) -> bool:
        """Whether it needs two people: everything except disabling, which is urgent."""
        return self != UserChange(disabled=True)

    def of(self, user: UserRecord) -> UserRecord:
        """Return the changed user.

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
        """Return the change as a JSON document, without unchanged fields."""
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
    """Return a user as a JSON document, without empty fields."""
    document: dict[str, Any] = {"name": user.name, "roles": list(user.roles), "disabled": user.disabled}
    if user.organisation_id != DEFAULT_BANK:
        document["organisation"] = user.organisation_id
    if user.merchants:
        document["merchants"] = list(user.merchants)
    if user.os_account is not None:
        document["os_account"] = user.os_account
    return document


def own_or_default(scope: Scope, roles: Iterable[str]) -> str:
    """Return the default organisation of a new user."""
    if scope.path == ROOT and Role.ADMIN not in roles:
        return DEFAULT_BANK
    return scope.organisation_id


def same_belonging(before: UserRecord, after: UserRecord) -> bool:
    """Whether a change touches neither the roles nor the organisation of a user."""
    return (before.roles, before.organisation_id, before.merchants) == (
        after.roles,
        after.organisation_id,
        after.merchants,
    )


def check_belonging(tx: StoreTransaction, user: UserRecord) -> None:
    """Check that a user's organisation and merchants exist and match each other and the roles.

    Raises:
        NotFoundError: the organisation or a merchant does not exist.
        RolesError: they do not match.
    """
    organisation = require_organisation(tx, user.organisation_id)
    if (Role.MERCHANT in user.roles) != bool(user.merchants):
        raise RolesError(
            Phrase(
                "--merchant goes with the role MERCHANT: such a user sees the merchants that it names"
                " and no other, so name at least one; users of a bank see all that belongs to their"
                " organisation"
            )
        )
    if len(user.merchants) > MERCHANTS_MAX:
        raise RolesError(
            Phrase(
                "a user has {merchants_max} merchants at most; give him an organisation instead",
                merchants_max=MERCHANTS_MAX,
            )
        )
    for merchant_id in user.merchants:
        require_merchant(tx, merchant_id)
    belonging = organisations_of_merchants(tx, *user.merchants) if user.merchants else {}
    for merchant_id, own in belonging.items():
        if not require_organisation(tx, own).path.startswith(organisation.path):
            raise RolesError(
                Phrase(
                    "merchant {merchant_id} belongs to {own}, which is not in {organisation_id}",
                    merchant_id=merchant_id,
                    own=own,
                    organisation_id=user.organisation_id,
                )
            )

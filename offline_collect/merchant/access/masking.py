"""Masks personal data in documents for users without SEE_PERSONAL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.texts.text import mask_name
from offline_collect.merchant.profile.render import ACCOUNT, ACCOUNT_NAME
from offline_collect.store import AuditRow

_ALWAYS = frozenset({"customer_name", "account_name", "mobile", "email", "app_user"})
_OF_PEOPLE = frozenset({"name", "inputs"})
"""Keys that hold personal data in documents about customers and bills, but not in others."""

_ABOUT_NOBODY = frozenset(SubjectType) - {SubjectType.CUSTOMER, SubjectType.BILL, SubjectType.PAYMENT}
"""Types of subjects whose documents name no person; names are masked in all others, unknown types included."""

_ACCOUNTS = frozenset({"debit_account"})


def sees_personal(actor: Actor) -> bool:
    """Whether a user sees names, mobiles and e-mail addresses unmasked."""
    return actor.may(Permission.SEE_PERSONAL)


def name_shown(name: str, actor: Actor) -> str:
    """Return a person's name as a user may see it."""
    return name if sees_personal(actor) else mask_name(name)


def sees_accounts(actor: Actor) -> bool:
    """Whether a user sees settlement accounts in full: a user who approves a change must compare them."""
    return actor.may(Permission.APPROVE)


def mask_personal(row: AuditRow) -> AuditRow:
    """Return an audit row as users without SEE_PERSONAL see it."""
    keys = _ALWAYS | _OF_PEOPLE if row.subject_type not in _ABOUT_NOBODY else _ALWAYS
    return replace(row, before=_masked(row.before, keys), after=_masked(row.after, keys))


def mask_accounts(value: Any) -> Any:
    """Return a request's payload with accounts, their holders and contacts masked, also the former and new one of a change."""
    if isinstance(value, list):
        return [mask_accounts(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    changed = _MASKS.get(str(value.get("key")).rpartition(".")[2])
    masks = _MASKS if changed is None else {"before": changed, "after": changed}
    return {
        key: masks[key](each) if key in masks and isinstance(each, str) else mask_accounts(each)
        for key, each in value.items()
    }


_MASKS: Mapping[str, Callable[[str], str]] = {
    ACCOUNT: mask_account,
    ACCOUNT_NAME: mask_name,
    "mobile": mask_contact,
    "email": mask_contact,
    "app_user": mask_contact,
}


def _masked(value: Any, keys: frozenset[str], key: str = "") -> Any:
    """Mask the values of the keys, at any depth."""
    if isinstance(value, Mapping):
        return {name: _masked(part, keys, key if key in keys else name) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, keys, key) for part in value]
    if not isinstance(value, str) or not value:
        return value
    if key in _ACCOUNTS:
        return mask_account(value)
    if key not in keys:
        return value
    return mask_name(value) if key in {"name", "customer_name", "account_name"} else mask_contact(value)

"""Views of imports; values of bad rows and samples are masked for users without SEE_PERSONAL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.imports.life import ImportEvent, refusal
from offline_collect.domain.money import format_major
from offline_collect.domain.texts.accounts import mask_account
from offline_collect.domain.texts.cards import MASK, mask_cards, mask_long_numbers
from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.domain.texts.text import mask_name
from offline_collect.merchant.access.masking import sees_personal
from offline_collect.merchant.imports.places import lettered
from offline_collect.merchant.imports.problems import Cause, Problems
from offline_collect.merchant.imports.result import Sample
from offline_collect.store import (
    Import,
    ImportKind,
    ImportState,
    SqlStore,
    get_import,
    list_imports,
    require_merchant,
)
from offline_collect.translations import Languages, catalogue

_NAMES = frozenset({"name", "account_name"})
_PERSONAL = frozenset({"mobile", "email", "app_user"})
_ACCOUNT = "debit_account"
_AMOUNTS = frozenset({"amount", "mandate_limit", "mandate_cycle_limit"})
_DECIMAL = re.compile(r"-?[0-9,]{1,11}\.[0-9]+")


def view_imports(
    store: SqlStore,
    actor: Actor,
    merchant_id: str | None = None,
    kind: ImportKind | None = None,
    state: ImportState | None = None,
    most: int = 20,
    *,
    before: int | None = None,
) -> list[Import]:
    """Return imports, the latest first; ``before`` leaves out this number and those above it.

    Raises:
        NotPermittedError: the actor may not see them.
        NotFoundError: there is no such merchant.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        if merchant_id is not None:
            require_merchant(reading, merchant_id)
        return list_imports(reading, merchant_id, state, kind, most, before=before)


def view_import(store: SqlStore, number: int, actor: Actor) -> Import:
    """Return an import.

    Raises:
        NotPermittedError: the actor may not see it.
        NotFoundError: no import has this number.
    """
    actor.require(Permission.VIEW)
    with store.snapshot() as reading:
        return get_import(reading, number)


def steps_open(found: Import, actor: Actor) -> frozenset[ImportEvent]:
    """Return which of release, rejection and undo a user may try on an import as it is now."""
    own = found.who == actor.name and actor.may(Permission.IMPORT)
    may = {
        ImportEvent.RELEASED: actor.may(Permission.RELEASE),
        ImportEvent.REJECTED: own or actor.may(Permission.RELEASE),
        ImportEvent.UNDO_BEGUN: actor.may(Permission.RELEASE),
    }
    return frozenset(
        event for event, allowed in may.items() if allowed and not refusal(event, found.standing, actor.name)
    )


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """Why rows are refused, as a user may see it.

    Attributes:
        count: how many rows.
        rows: the first of them.
        column: by letter and title.
        value: of the first row.
        reason: one line for each language.
        remedy: likewise.
    """

    count: int
    rows: str
    column: str
    value: str = field(repr=False)
    reason: str
    remedy: str


def problems_shown(problems: Problems, actor: Actor, languages: Languages) -> list[ShownProblem]:
    """Return the causes of bad rows as a user may see them; any column may hold a card or account number by mistake."""
    return [
        ShownProblem(
            count=each.count,
            rows=", ".join(map(str, sorted(each.rows))) + (", …" if each.count > len(each.rows) else ""),
            column=lettered(each.column, columns.places, columns.width),
            value=_value_of(each, actor),
            reason=_lines(each.reason, languages),
            remedy=_lines(each.remedy, languages),
        )
        for each in problems.by_row
        for columns in (problems.columns(each.rows[0]),)
    ]


def _lines(phrase: Phrase, languages: Languages) -> str:
    return "\n".join(mask_long_numbers(phrase.said(catalogue(language))) for language in languages)


def _value_of(cause: Cause, actor: Actor) -> str:
    shown = MASK if cause.value and not sees_personal(actor) else _value_shown(cause.value)
    return f"{shown}, …" if cause.values_differ else shown


def _value_shown(value: str) -> str:
    """Return a value of a bad row; an amount with many decimals is no account number, and its digits are the fault."""
    return mask_cards(value) if _DECIMAL.fullmatch(value) else mask_long_numbers(value)


def sample_shown(sample: Sample, inputs: frozenset[str], actor: Actor) -> Sample:
    """Return a preview's row as a user may see it: accounts are always masked, personal data by permission.

    Args:
        sample: with the values of the file and the store.
        inputs: keys of the form's inputs, which identify a person.
        actor: the user who sees it.
    """
    personal = frozenset() if sees_personal(actor) else _PERSONAL | inputs
    names = frozenset() if sees_personal(actor) else _NAMES

    def shown(values: Mapping[str, object] | None) -> Mapping[str, object] | None:
        return values and {key: _shown(key, value, names, personal) for key, value in values.items()}

    return replace(sample, before=shown(sample.before), after=shown(sample.after))


def _shown(key: str, value: Any, names: frozenset[str], personal: frozenset[str]) -> object:
    if not isinstance(value, str):
        return value
    if key == _ACCOUNT:
        return mask_account(value)
    if key in names:
        return mask_name(value)
    return mask_contact(value) if key in personal else value


def value_shown(key: str, value: Any, currency: str) -> str:
    """Return a value of a preview's row as people read it: amounts in major units."""
    if value is None:
        return ""
    if key in _AMOUNTS:
        return format_major(value, currency)
    if isinstance(value, bool):
        return "Y" if value else "N"
    return str(value)

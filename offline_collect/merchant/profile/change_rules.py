"""Changes a merchant's rules by their paths in merchant.yaml, but never for the past.

A changed rule of money (late fee, the bank's fee) stays as it was for the past: the change is valid from a
date on. Only if the merchant had no business yet, the change applies from the beginning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.errors import DocumentError, Problem
from offline_collect.merchant.common.yaml_documents import keys_of
from offline_collect.merchant.profile.definition import MerchantDocument, read_merchant
from offline_collect.merchant.profile.render import (
    CONTACTS,
    SETTLEMENT,
    fee_terms,
    late_fee_terms,
    merchant_document,
    settlement_terms,
)

ORIGIN = "merchant set"
"""Replaces the file's name in errors of command line values."""

NEW = Phrase("the new merchant")
"""Replaces it in errors of a merchant that is typed."""

_SECTIONS = ("amount", "late_fee", "fee", "limits", SETTLEMENT, CONTACTS)

_FIXED = {
    "id": "never changes: register another merchant",
    "currency": "never changes: register another merchant",
    "status": "is changed by `merchant suspend`, `resume` and `close`",
    "form_version": "is changed by `form publish`",
}
_FLAGS = {"true": True, "false": False}
_NUMBERS = ("late_fee.grace_days",)
_SWITCHES = ("notices", *(f"notices.{kind.value.lower()}" for kind in NoticeKind), "maker_checker")


Lists = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by the path of their list in merchant.yaml: ``payer_fees``, ``late_fee.tiers``, ``fee.tiers``."""

_NO_LISTS: Lists = MappingProxyType({})


def from_values(
    merchant_id: str, values: Mapping[str, str], currency: str, lists: Lists = _NO_LISTS
) -> Merchant:
    """Return a new merchant of single values.

    Args:
        merchant_id: of it.
        values: texts by their paths in merchant.yaml; what is left out has the default of merchant.yaml.
        currency: ISO 4217 number.
        lists: the rules that are lists.

    Raises:
        DocumentError: with every problem and its path.
    """
    document: dict[str, Any] = {name: {} for name in _SECTIONS}
    _assign(document, values)
    _put_lists(document, lists)
    given = {name: value for name, value in document.items() if value != {}}
    return read_merchant({"id": merchant_id, **given}, NEW, currency)


def with_values(merchant: Merchant, values: Mapping[str, str], since: dt.date | None) -> Merchant:
    """Return a merchant with single rules changed.

    Args:
        merchant: as it is.
        values: texts by their paths in merchant.yaml; ``null`` removes a rule or limit.
        since: the date on which late fee and fee change; None for all dates.

    Raises:
        DocumentError: with every problem and its path.
    """
    document = merchant_document(merchant)
    late_fee = merchant.late_fee.history()[0] if since is None else merchant.late_fee.on(since)
    fee = merchant.fee.history()[0] if since is None else merchant.fee.on(since)
    document["late_fee"] = late_fee_terms(late_fee, merchant.currency)
    document["fee"] = fee_terms(fee, merchant.currency)
    document[SETTLEMENT] = settlement_terms(merchant)
    document.setdefault(CONTACTS, {})
    _assign(document, values)
    edited = read_merchant(document, ORIGIN)
    return replace(
        edited,
        status=merchant.status,
        form_version=merchant.form_version,
        late_fee=merchant.late_fee.amended(edited.late_fee, since),
        fee=merchant.fee.amended(edited.fee, since),
    )


def with_document(merchant: Merchant, values: object, file: str, since: dt.date | None) -> Merchant:
    """Return a merchant changed by a document with some of merchant.yaml's keys.

    Args:
        merchant: as it is.
        values: the file's content; each key replaces the merchant's whole value of it.
        file: its name, for errors.
        since: late fee and fee stay as they are before this date; None changes them for all dates.

    Raises:
        DocumentError: with every problem and its path.
    """
    if not isinstance(values, Mapping):
        raise DocumentError(file, [Problem("", "must be a mapping of keys to values")])
    edited = read_merchant(merchant_document(merchant) | dict(values), file)
    fixed = [
        ("id", merchant.merchant_id, edited.merchant_id),
        ("currency", merchant.currency, edited.currency),
    ]
    problems = [Problem(key, _FIXED[key]) for key, before, after in fixed if before != after]
    if problems:
        raise DocumentError(file, problems)
    return succeeding(merchant, edited, since)


def with_lists(merchant: Merchant, lists: Lists, since: dt.date | None) -> Merchant:
    """Return a merchant with other lists of rules.

    Args:
        merchant: as it is.
        lists: each replaces the merchant's whole list of its path.
        since: late fee and fee stay as they are before this date; None changes them for all dates.

    Raises:
        DocumentError: with every problem and its path.
    """
    document = merchant_document(merchant)
    _put_lists(document, lists)
    return succeeding(merchant, read_merchant(document, ORIGIN), since)


def _put_lists(document: dict[str, Any], lists: Lists) -> None:
    for path, rows in lists.items():
        section, _, key = path.partition(".")
        place, name = (document.setdefault(section, {}), key) if key else (document, section)
        if rows:
            place[name] = list(rows)
        else:
            place.pop(name, None)


def succeeding(before: Merchant, after: Merchant, since: dt.date | None) -> Merchant:
    """Return the changed merchant, with its history of money rules.

    Args:
        before: as it is.
        after: as it should be; its status and form are ignored.
        since: late fee and fee of ``before`` stay until this date; None changes them for all dates.
    """
    if since is not None:
        late_fee = before.late_fee.followed_by(after.late_fee, since)
        after = replace(after, late_fee=late_fee, fee=before.fee.followed_by(after.fee, since))
    return replace(after, status=before.status, form_version=before.form_version)


def _assign(document: dict[str, Any], values: Mapping[str, str]) -> None:
    problems = [
        Problem(path, why) for path in values if (why := _refusal(path, values, document)) is not None
    ]
    if problems:
        raise DocumentError(ORIGIN, problems)
    # A new rule starts without the parts of the old one, in any order of the values.
    for path in sorted(values, key=lambda path: not path.endswith(".rule")):
        section, _, key = path.partition(".")
        value = _value(path, values[path])
        if key == "rule" and document[section].get("rule") != value:
            document[section] = {}
        place, name = (document[section], key) if key else (document, section)
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value


def _refusal(path: str, values: Mapping[str, str], document: Mapping[str, Any]) -> str | None:
    """Return why a path cannot be set; the document checks the value later."""
    section, _, key = path.partition(".")
    known = [name for name in keys_of(MerchantDocument) if name not in _FIXED]
    if section in _FIXED:
        return _FIXED[section]
    if section not in known:
        return Phrase("unknown key; known here: {known}", known=", ".join(known))
    if section == "payer_fees":
        return Phrase("is a list: it is changed by --file")
    if key.startswith("tiers"):
        return Phrase("is changed by --from DATE, which adds a change, or by --file")
    if key and not isinstance(document[section], dict):
        return Phrase("{section} has no parts", section=section)
    return Phrase("give {section} whole, or in parts", section=section) if key and section in values else None


def _value(path: str, text: str) -> Any:
    if text == "null":
        return None
    if path in _NUMBERS and text.isascii() and text.isdecimal():
        return int(text)
    return _FLAGS.get(text, text) if path in _SWITCHES else text

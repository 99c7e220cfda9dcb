"""Merchants: the list, one merchant with its rules, changes of rules, and its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from offline_collect.console.code_words import code_word
from offline_collect.console.listing import ROWS, listing, place_of
from offline_collect.console.merchant_change import change_rules
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.commands import Channel
from offline_collect.domain.late_fee import LateFeeKind
from offline_collect.domain.merchants import AmountRuleKind, MerchantStatus
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.postings.search_terms import read_day
from offline_collect.merchant.profile.lifecycle import (
    change_status,
    close_merchant,
    look_at_closing,
)
from offline_collect.merchant.profile.view import view_merchant, view_merchants

TITLE = Phrase("Merchants")

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "amount": ("rule", "least", "step"),
    "late_fee": ("rule", "amount", "rate", "grace_days", "cap"),
    "fee": ("per_payment", "rate", "least", "most"),
    "limits": tuple(channel.value for channel in Channel),
    "settlement": ("cycle", "least", "fees", "account_bank"),
}
"""Parts of merchant.yaml that the form changes; lists of fees and the notices have pages of their own."""

SINGLE = ("name", "trade", "maker_checker")
HIDDEN = ("settlement_account", "settlement.account_name")
"""What is masked for who asks for a change: what is not typed stays."""

COUNTED_MOST = 100_000
"""Bills that are looked at before a merchant is closed; the closing itself looks at all."""

CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "maker_checker": [("false", Phrase("no")), ("true", Phrase("yes"))],
    "amount.rule": [(each.value, code_word("rule", each.value)) for each in AmountRuleKind],
    "late_fee.rule": [(each.value, code_word("rule", each.value)) for each in LateFeeKind],
    "settlement.fees": [(each, code_word("fees", each)) for each in ("netted", "monthly")],
}


def find(visit: Visit) -> Answer:
    """List the merchants by id, or show the one that was named."""
    wanted = visit.query.get("merchant", "").strip()
    if wanted:
        view_merchant(visit.store, wanted, visit.actor)
        return Redirect(f"/merchants/{quote(wanted, safe='')}")
    seen = view_merchants(visit.store, visit.actor, place_of(visit, "") or None, ROWS + 1)
    found = listing(visit, seen.found, lambda each: each.merchant_id, ROWS)
    return Shown("merchants.html", {"found": found, "belonging": seen.belonging})


def show(visit: Visit) -> Answer:
    """Show a merchant and its rules."""
    document = view_merchant(visit.store, _named(visit), visit.actor)
    values = {"document": document, "merchant": document["id"], "seen": _seen(document)}
    return Shown("merchant.html", values)


def _seen(document: Mapping[str, Any]) -> dict[str, str | None]:
    """Return what a change of status is decided on."""
    return {**_fields(document), "status": document["status"]}


def _refuse_stale(visit: Visit) -> None:
    visit.form.refuse_stale(_seen(view_merchant(visit.store, _named(visit), visit.actor)))


def _named(visit: Visit) -> str:
    return visit.parts_of_path["merchant"]


def _fields(document: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the form's texts by their paths: of rules of money, what holds latest."""
    fields = {name: _text(document.get(name)) for name in SINGLE}
    for section, keys in SECTIONS.items():
        rule = document.get(section, {})
        latest = rule["tiers"][-1] if rule.get("tiers") else rule
        fields |= {f"{section}.{key}": _text(latest.get(key)) for key in keys}
    return fields


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def ask_change(visit: Visit) -> Answer:
    """Show the form that changes a merchant's rules."""
    merchant_id = _named(visit)
    document = view_merchant(visit.store, merchant_id, visit.actor)
    return Shown(
        "merchant_form.html",
        {"fields": _fields(document), "hidden": HIDDEN, "choices": CHOICES, "merchant": merchant_id},
    )


def change(visit: Visit) -> Answer:
    """Change a merchant's rules, or ask another user to."""
    merchant_id = _named(visit)
    before = _fields(view_merchant(visit.store, merchant_id, visit.actor))
    visit.form.refuse_stale(before)
    values = _changed(visit, before)
    typed = visit.form.get("since")
    since = read_day(typed) if typed else None
    return change_rules(visit, merchant_id, values, f"/merchants/{merchant_id}", since)


def _changed(visit: Visit, before: Mapping[str, str | None]) -> dict[str, str]:
    """Return the values that change by their paths; of a section with another rule, all that were typed."""
    sent = {path: visit.form.get(path) for path in before}
    afresh = {
        path.removesuffix("rule")
        for path in before
        if path.endswith(".rule") and sent[path] and sent[path] != before[path]
    }
    values = {path: visit.form.get(path) for path in HIDDEN if visit.form.get(path)}
    for path, text in sent.items():
        anew = any(path.startswith(section) for section in afresh)
        if text and (anew or text != before[path]):
            values[path] = text
        elif not text and before[path] and not anew:
            values[path] = "null"
    return values


def suspend(visit: Visit) -> Answer:
    """Stop a merchant collecting."""
    return _set_status(visit, MerchantStatus.SUSPENDED, Phrase("the merchant is suspended"))


def resume(visit: Visit) -> Answer:
    """Let a suspended merchant collect again."""
    return _set_status(visit, MerchantStatus.ACTIVE, Phrase("the merchant collects again"))


def _set_status(visit: Visit, status: MerchantStatus, said: Phrase) -> Answer:
    merchant_id = _named(visit)
    _refuse_stale(visit)
    change_status(visit.store, merchant_id, status, visit.actor, visit.now)
    return Redirect(f"/merchants/{merchant_id}", said)


def ask_close(visit: Visit) -> Answer:
    """Show what closing a merchant leaves behind."""
    left = look_at_closing(visit.store, _named(visit), visit.actor, COUNTED_MOST)
    seen = _seen(view_merchant(visit.store, _named(visit), visit.actor))
    return Shown("merchant_close.html", {"left": left, "merchant": _named(visit), "seen": seen})


def close(visit: Visit) -> Answer:
    """Close a merchant for good."""
    _refuse_stale(visit)
    close_merchant(visit.store, _named(visit), visit.actor, visit.now)
    return Redirect(f"/merchants/{_named(visit)}", Phrase("the merchant is closed"))


_ONE, _CHANGE, _CLOSE = Phrase("Merchant"), Phrase("Change a merchant"), Phrase("Close a merchant")
_MAY = Permission.MAINTAIN_MERCHANTS

PAGES = (
    Page(path="/merchants", title=TITLE, handler=find, menu=50),
    Page(path="/merchants/{merchant}", title=_ONE, handler=show),
    Page(path="/merchants/{merchant}/change", title=_CHANGE, handler=ask_change, permission=_MAY),
    Page(
        path="/merchants/{merchant}/change",
        title=_CHANGE,
        handler=change,
        permission=_MAY,
        method="POST",
        again=ask_change,
        confirms=True,
    ),
    Page(
        path="/merchants/{merchant}/suspend",
        title=_ONE,
        handler=suspend,
        permission=_MAY,
        method="POST",
        again=show,
    ),
    Page(
        path="/merchants/{merchant}/resume",
        title=_ONE,
        handler=resume,
        permission=_MAY,
        method="POST",
        again=show,
    ),
    Page(path="/merchants/{merchant}/close", title=_CLOSE, handler=ask_close, permission=_MAY),
    Page(
        path="/merchants/{merchant}/close",
        title=_CLOSE,
        handler=close,
        permission=_MAY,
        method="POST",
        again=ask_close,
        confirms=True,
    ),
)

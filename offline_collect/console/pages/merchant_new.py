"""Registering a merchant: what `merchant add` reads from a file is typed here."""

from __future__ import annotations

from offline_collect.console.asked import done_or_request
from offline_collect.console.merchant_change import UNCHANGED
from offline_collect.console.merchant_lists import COLUMNS, lists_shown, typed_rows
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.pages.merchant_notices import CONTACTS
from offline_collect.console.pages.merchants import CHOICES
from offline_collect.console.parts import TradeTerms
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.commands import Channel
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.profile.change_rules import from_values
from offline_collect.merchant.profile.lifecycle import Registered, register_merchant

TITLE = Phrase("Register a merchant")

FIRST = ("name", "trade", "settlement_account")
"""What a merchant cannot be without."""

RULES = (
    "settlement.account_bank",
    "settlement.account_name",
    "amount.rule",
    "amount.least",
    "amount.step",
    "late_fee.rule",
    "late_fee.amount",
    "late_fee.rate",
    "late_fee.grace_days",
    "late_fee.cap",
    "fee.per_payment",
    "fee.rate",
    "fee.least",
    "fee.most",
    *(f"limits.{channel.value}" for channel in Channel),
    "settlement.cycle",
    "settlement.least",
    "settlement.fees",
    *(f"contacts.{name}" for name in CONTACTS),
)
"""Paths in merchant.yaml."""

_FLAG = "maker_checker"


def ask(_visit: Visit) -> Answer:
    """Show the form of a new merchant."""
    return Shown(
        "merchant_new.html",
        {"first": FIRST, "rules": RULES, "choices": CHOICES, **lists_shown(dict.fromkeys(COLUMNS, ()))},
    )


def add(visit: Visit) -> Answer:
    """Register a merchant, or ask another user to."""
    form = visit.form
    values = {path: text for path in (*FIRST, *RULES) if (text := form.get(path))}
    if form.get(_FLAG):
        values[_FLAG] = "true"
    merchant = from_values(form.get("id"), values, visit.part(TradeTerms).currency, typed_rows(form))
    done = register_merchant(
        visit.store,
        merchant,
        visit.actor,
        visit.now,
        visit.control,
        organisation_id=form.get("organisation") or None,
    )
    said = UNCHANGED if done is Registered.UNCHANGED else Phrase("the merchant is registered")
    return done_or_request(done, f"/merchants/{merchant.merchant_id}", said)


PAGES = (
    Page(path="/merchant-new", title=TITLE, handler=ask, permission=Permission.MAINTAIN_MERCHANTS),
    Page(
        path="/merchant-new",
        title=TITLE,
        handler=add,
        permission=Permission.MAINTAIN_MERCHANTS,
        method="POST",
        again=ask,
        confirms=True,
    ),
)

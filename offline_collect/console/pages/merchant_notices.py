"""A merchant's notices: which events it tells of, and where its own notices go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from offline_collect.console.merchant_change import change_rules
from offline_collect.console.notices import EVENTS
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.effects import NoticeKind
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.profile.view import view_merchant

TITLE = Phrase("A merchant's notices")
CONTACTS = ("mobile", "email", "app_user")


def show(visit: Visit) -> Answer:
    """Show which events the merchant tells of, and its contacts, masked."""
    document = view_merchant(visit.store, visit.parts_of_path["merchant"], visit.actor)
    return Shown(
        "merchant_notices.html",
        {
            "merchant": document["id"],
            "told": _told(document),
            "events": EVENTS,
            "contacts": {name: _contacts(document).get(name) for name in CONTACTS},
            "seen": _seen(document),
            "open": document["status"] != "CLOSED",
        },
    )


def _told(document: Mapping[str, Any]) -> dict[str, bool]:
    """Return whether a merchant tells of each event, by its code."""
    return {kind.value: document["notices"].get(kind.value.lower(), False) for kind in NoticeKind}


def _contacts(document: Mapping[str, Any]) -> Mapping[str, str]:
    contacts: Mapping[str, str] = document.get("contacts", {})
    return contacts


def _seen(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a change is made on."""
    return {**_told(document), **_contacts(document)}


def change(visit: Visit) -> Answer:
    """Change which events the merchant tells of, and its contacts."""
    merchant_id = visit.parts_of_path["merchant"]
    document = view_merchant(visit.store, merchant_id, visit.actor)
    visit.form.refuse_stale(_seen(document))
    values = _values(visit, document)
    return change_rules(visit, merchant_id, values, f"/merchants/{quote(merchant_id)}/notices")


def _values(visit: Visit, document: Mapping[str, Any]) -> dict[str, str]:
    """Return what changes, by its path in merchant.yaml; a contact that is not typed stays, since it is shown masked."""
    wanted = set(visit.form.all("event"))
    values = {
        f"notices.{kind.lower()}": str(kind in wanted).lower()
        for kind, told in _told(document).items()
        if (kind in wanted) != told
    }
    gone = set(visit.form.all("gone"))
    for name in CONTACTS:
        if typed := visit.form.get(name):
            values[f"contacts.{name}"] = typed
        elif name in gone and name in _contacts(document):
            values[f"contacts.{name}"] = "null"
    return values


PAGES = (
    Page(path="/merchants/{merchant}/notices", title=TITLE, handler=show),
    Page(
        path="/merchants/{merchant}/notices",
        title=TITLE,
        handler=change,
        permission=Permission.MAINTAIN_MERCHANTS,
        method="POST",
        again=show,
    ),
)

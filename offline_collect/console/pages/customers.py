"""Customers: the list of a merchant's, one customer with his bills and changes, and typing one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from offline_collect.console.listing import ROWS, Listing, listing_to, place_of
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.pages.entry_forms import (
    anywhere,
    changes,
    merchant_asked,
    reading_asked,
    term,
    typed_changes,
)
from offline_collect.console.parts import EntryLayouts
from offline_collect.console.visit import Visit
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.entry.customers import add_customer, set_customer
from offline_collect.merchant.entry.entry import Entry
from offline_collect.merchant.entry.search import CustomerSearch, Reading
from offline_collect.merchant.entry.view_customers import search_customers, view_customer
from offline_collect.merchant.forms.view import view_form

TITLE = Phrase("Customers")
FIELDS = ("name", "mobile", "email", "app_user")
ACCOUNT = ("debit_account", "debit_bank", "account_name")
_INPUT = "input."


def find(visit: Visit) -> Answer:
    """List a merchant's customers by number, or those whose number has a part."""
    merchant_id = merchant_asked(visit)
    values: dict[str, Any] = {"merchant": merchant_id, "found": None, "more": ()}
    if merchant_id:
        after = place_of(visit, "") or None
        search = CustomerSearch(number=term(visit, "number"))
        page = search_customers(
            visit.store, merchant_id, search, visit.actor, after, ROWS, reading=reading_asked(visit)
        )
        values |= {"found": listing_to(visit, page.customers, page.following, page.read_to)}
        values |= {"begins": page.begins, "anywhere": anywhere(visit)}
    return Shown("customers.html", values)


def find_person(visit: Visit) -> Answer:
    """Find customers by what is known of a person: what was typed goes into no address."""
    merchant_id = visit.form.get("merchant")
    name, mobile = visit.form.get("name") or None, visit.form.get("mobile") or None
    search = CustomerSearch(name=name, mobile=mobile)
    after = visit.form.get("after") or None
    page = search_customers(visit.store, merchant_id, search, visit.actor, after, ROWS, reading=Reading())
    found = Listing(page.customers, None, None, page.read_to)
    typed = {"merchant": merchant_id, "name": name, "mobile": mobile, "after": page.following}
    more = [(key, text) for key, text in typed.items() if text] if page.following is not None else ()
    return Shown("customers.html", {"merchant": merchant_id, "found": found, "more": more, "begins": False})


def _again(visit: Visit) -> Answer:
    return Shown("customers.html", {"merchant": visit.form.get("merchant"), "found": None, "more": ()})


def show(visit: Visit) -> Answer:
    """Show a customer and his changes."""
    merchant_id, number = _named(visit)
    document = view_customer(visit.store, merchant_id, number, visit.actor)
    values = {
        "document": document,
        "merchant": merchant_id,
        "number": document["customer"],
        "address": _address(merchant_id, document["customer"]),
        "changes": changes(visit, Subject(SubjectType.CUSTOMER, number, merchant_id)),
    }
    return Shown("customer.html", values)


def _named(visit: Visit) -> tuple[str, str]:
    return visit.parts_of_path["merchant"], visit.parts_of_path["number"]


def _address(merchant_id: str, number: str) -> str:
    return f"{merchant_id}/{quote(number, safe='')}"


def _labels(visit: Visit, merchant_id: str) -> dict[str, str]:
    """Return what the form's inputs are called, by their fields."""
    form = view_form(visit.store, merchant_id, visit.actor).form
    return {f"{_INPUT}{each.key}": each.label for each in form.inputs}


def _fields(document: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str | None]:
    inputs = document.get("inputs", {})
    return {
        **{name: document.get(name) for name in FIELDS},
        **{name: inputs.get(name.removeprefix(_INPUT)) for name in labels},
    }


def ask_change(visit: Visit) -> Answer:
    """Show the form that changes a customer."""
    merchant_id, number = _named(visit)
    document = view_customer(visit.store, merchant_id, number, visit.actor)
    labels = _labels(visit, merchant_id)
    return Shown(
        "customer_form.html",
        {
            "fields": _fields(document, labels),
            "labels": labels,
            "consent": document.get("consent", False),
            "account": document.get("debit_account"),
            "merchant": merchant_id,
            "number": number,
            "action": f"/customer-change/{_address(merchant_id, number)}",
        },
    )


def change(visit: Visit) -> Answer:
    """Change a customer; an account that was not typed stays."""
    merchant_id, number = _named(visit)
    document = view_customer(visit.store, merchant_id, number, visit.actor)
    before = _fields(document, _labels(visit, merchant_id))
    visit.form.refuse_stale(before)
    typed = typed_changes(visit, before)
    cleared = tuple(name.removeprefix(_INPUT) for name in typed.cleared)
    entry = _entry(visit, number, typed.given, cleared)
    changed = set_customer(visit.store, entry, visit.part(EntryLayouts).customers, visit.now)
    done = Phrase("the customer is changed") if changed else Phrase("the customer is as before")
    return Redirect(f"/customer/{_address(merchant_id, number)}", done)


def _entry(
    visit: Visit, number: str, typed: Mapping[str, str], cleared: tuple[str, ...] = (), **more: str
) -> Entry:
    inputs = {name.removeprefix(_INPUT): text for name, text in typed.items() if name.startswith(_INPUT)}
    given = {name: text for name, text in typed.items() if not name.startswith(_INPUT)}
    account = {name: visit.form.get(name) for name in ACCOUNT if visit.form.get(name)}
    consent = {"consent": "Y" if visit.form.get("consent") == "Y" else "N"}
    merchant_id = visit.parts_of_path["merchant"]
    return Entry(merchant_id, number, visit.actor, given | account | consent | more, inputs, cleared=cleared)


def ask_new(visit: Visit) -> Answer:
    """Show the form that adds a customer."""
    merchant_id = visit.parts_of_path["merchant"]
    labels = _labels(visit, merchant_id)
    return Shown(
        "customer_form.html",
        {
            "fields": _fields({}, labels),
            "labels": labels,
            "consent": False,
            "account": None,
            "merchant": merchant_id,
            "number": None,
            "action": f"/customer-new/{merchant_id}",
        },
    )


def add(visit: Visit) -> Answer:
    """Add a customer."""
    merchant_id, number = visit.parts_of_path["merchant"], visit.form.get("customer_no")
    typed = typed_changes(visit, _fields({}, _labels(visit, merchant_id)))
    entry = _entry(visit, number, typed.given, customer_no=number)
    added = add_customer(visit.store, entry, visit.part(EntryLayouts).customers, visit.now)
    return Redirect(f"/customer/{_address(merchant_id, added.customer_no)}", Phrase("the customer is added"))


_CUSTOMER, _CHANGE, _NEW = Phrase("Customer"), Phrase("Change a customer"), Phrase("New customer")
_MAY = Permission.MAINTAIN_CUSTOMERS
_ONE = "{merchant}/{number:path}"

PAGES = (
    Page(path="/customers", title=TITLE, handler=find, menu=30),
    Page(
        path="/customers",
        title=TITLE,
        handler=find_person,
        permission=Permission.SEE_PERSONAL,
        method="POST",
        again=_again,
        once=False,
    ),
    Page(path=f"/customer/{_ONE}", title=_CUSTOMER, handler=show),
    Page(path=f"/customer-change/{_ONE}", title=_CHANGE, handler=ask_change, permission=_MAY),
    Page(
        path=f"/customer-change/{_ONE}",
        title=_CHANGE,
        handler=change,
        permission=_MAY,
        method="POST",
        again=ask_change,
    ),
    Page(path="/customer-new/{merchant}", title=_NEW, handler=ask_new, permission=_MAY),
    Page(
        path="/customer-new/{merchant}",
        title=_NEW,
        handler=add,
        permission=_MAY,
        method="POST",
        again=ask_new,
    ),
)

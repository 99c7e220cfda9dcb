"""The group, its banks and their branches; one is added."""

from __future__ import annotations

from offline_collect.console.errors import ChoiceError
from offline_collect.console.notices import chosen
from offline_collect.console.page import Answer, Page, Redirect, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.organisation import OrganisationKind
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.organisations import register_organisation
from offline_collect.merchant.access.view import view_organisations

TITLE = Phrase("Banks and branches")
_KINDS = {
    OrganisationKind.BANK.value: Phrase("a bank of the group"),
    OrganisationKind.BRANCH.value: Phrase("a branch of a bank"),
}


def show(visit: Visit) -> Answer:
    """Show the organisations that the user sees, and the form for another one."""
    found = view_organisations(visit.store, visit.actor)
    return Shown("organisations.html", {"found": found, "kinds": list(_KINDS.items())})


def add(visit: Visit) -> Answer:
    """Add a bank to the group, or a branch to a bank."""
    form = visit.form
    kind = chosen(OrganisationKind, form.get("kind"))
    if kind is None:
        raise ChoiceError(Phrase("choose whether it is a bank or a branch"))
    given = (form.get("id"), kind, form.get("name"), form.get("under"))
    register_organisation(visit.store, *given, visit.actor, visit.now)
    return Redirect("/organisations", Phrase("the organisation is added"))


PAGES = (
    Page(path="/organisations", title=TITLE, handler=show),
    Page(
        path="/organisations",
        title=TITLE,
        handler=add,
        permission=Permission.MAINTAIN_USERS,
        method="POST",
        again=show,
        confirms=True,
    ),
)

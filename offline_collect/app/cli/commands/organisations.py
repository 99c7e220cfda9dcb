"""`organisation add | list`."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.access.organisation import DEFAULT_BANK, GROUP_ID, OrganisationKind
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.organisations import register_organisation
from offline_collect.merchant.access.view import view_organisations

app = group()


@app.command()
def add(
    organisation: Annotated[
        str,
        typer.Argument(
            metavar="ORGANISATION",
            help="Its id: letters, digits, dots, dashes, underscores.",
            show_default=False,
        ),
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="Name for people.", show_default=False)],
    kind: Annotated[
        OrganisationKind, typer.Option(case_sensitive=False, help="A bank of the group, or a bank's branch.")
    ] = OrganisationKind.BANK,
    under: Annotated[
        str | None,
        typer.Option(
            metavar="ORGANISATION",
            help="The parent organisation. Default: the group for a bank, the first bank for a branch.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Add a bank to the group, or a branch to a bank. It stays where it is added."""
    parent = under or (DEFAULT_BANK if kind is OrganisationKind.BRANCH else GROUP_ID)
    with open_office(config) as office:
        added = register_organisation(
            office.store, organisation, kind, name, parent, office.actor, office.clock.now()
        )
    say(
        Phrase(
            "organisation {organisation_id} {name}: added under {parent_id}",
            organisation_id=added.organisation_id,
            name=added.name,
            parent_id=str(added.parent_id),
        )
    )


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print the group, its banks and their branches."""
    with open_office(config) as office:
        found = view_organisations(office.store, office.actor)
    rows = [
        {"id": each.organisation_id, "kind": each.kind.value, "name": each.name, "under": each.parent_id}
        for each in found
    ]
    columns = {
        "id": Phrase.in_context("list", "Id"),
        "kind": Phrase.in_context("list", "Kind"),
        "name": Phrase.in_context("list", "Name"),
        "under": Phrase.in_context("list", "Under"),
    }
    show_page(Page("organisations", None, columns, rows), as_json=as_json)

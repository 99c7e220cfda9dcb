"""`mapping list | show | forget`: remembered mappings of merchants' files."""

from __future__ import annotations

from typing import Annotated

import typer

from offline_collect.app.cli.actions.mapping_text import describe_mapping, mapping_yaml
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say, show_json, show_table
from offline_collect.app.cli.support.terminal_safe import visible
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.common.code_words import code_word
from offline_collect.merchant.mappings import remember

app = group()

Number = Annotated[
    int,
    typer.Argument(
        metavar="MAPPING", min=1, max=2**63 - 1, help="Number of the mapping.", show_default=False
    ),
]


@app.command("list")
@speaks
def list_all(merchant: MerchantId, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print the mappings that are remembered for a merchant's files."""
    with open_office(config) as office:
        found = remember.view_mappings(office.store, merchant, office.actor)
        zone = timezone(office.configuration.settings)
    if as_json:
        show_json([describe_mapping(each, zone) for each in found])
        return
    number = Phrase("Mapping")
    show_table(
        (number, Phrase("Kind"), Phrase("Titles"), Phrase("Asks for"), Phrase("By"), Phrase("At")),
        [
            (
                each.mapping_id,
                code_word("kind", each.kind.value),
                ", ".join(each.titles),
                ", ".join(each.asks),
                each.who,
                each.remembered_at.astimezone(zone).isoformat(" ", "minutes"),
            )
            for each in found
        ],
        right=[number],
        nothing=Phrase("no mapping is remembered for {merchant_id}", merchant_id=merchant),
    )


@app.command()
@speaks
def show(merchant: MerchantId, mapping: Number, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print a remembered mapping as a file that `--mapping` takes."""
    with open_office(config) as office:
        found = remember.view_mapping(office.store, merchant, mapping, office.actor)
        zone = timezone(office.configuration.settings)
    if as_json:
        show_json(describe_mapping(found, zone))
    else:
        typer.echo("\n".join(map(visible, mapping_yaml(found, zone).splitlines())))


@app.command()
@speaks
def forget(merchant: MerchantId, mapping: Number, config: ConfigFile = None) -> None:
    """Forget a remembered mapping: the next file with its titles is read without it."""
    with open_office(config) as office:
        gone = remember.forget_mapping(office.store, merchant, mapping, office.actor, office.clock.now())
    say(
        Phrase("mapping {number} of {merchant_id} is forgotten", number=gone.mapping_id, merchant_id=merchant)
    )

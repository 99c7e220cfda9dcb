"""`keys init | import | generate | rotate | rewrap | export | list`: people make and keep the keys of links."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.app.wiring.key_custody import custody, make_master_key, terms_of
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.keys.life import KeyPurpose, KeyState
from offline_collect.domain.texts.counts import keys_counted, second_factors_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.view import view_organisations
from offline_collect.merchant.keys import ceremony, working_keys
from offline_collect.merchant.keys.components import COMPONENTS, Component, enter_component, may_enter_keys
from offline_collect.merchant.keys.custody import Key, KeyTerms
from offline_collect.merchant.keys.rewrap import may_rewrap, rewrap
from offline_collect.merchant.keys.working_keys import Order

app = group()

BLOCK_BYTES_MAX = 1_000
_COLUMNS = {
    "keys": Phrase.in_context("list", "Keys"),
    "number": Phrase.in_context("list", "No."),
    "purpose": Phrase.in_context("list", "For"),
    "cipher": Phrase.in_context("list", "Cipher"),
    "check_value": Phrase.in_context("list", "Check"),
    "state": Phrase.in_context("list", "State"),
    "made_by": Phrase.in_context("list", "Made by"),
    "completed_by": Phrase.in_context("list", "Completed by"),
    "since": Phrase.in_context("list", "Since"),
    "ends": Phrase.in_context("list", "Ends"),
}


class Purpose(StrEnum):
    """The purpose of a key, as users type it."""

    KEK = "kek"
    MAC = "mac"


LinkName = Annotated[
    str, typer.Argument(metavar="LINK", help="A link of the configuration.", show_default=False)
]


@app.command()
def init(
    following: Annotated[
        bool,
        typer.Option("--next", help="Make the next master key, which keys.next names, for `keys rewrap`."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Make the master key, in the file or module that the configuration names, and print its check value."""
    with open_office(config) as office:
        keys = office.configuration.settings.keys
        settings = keys.next if following else keys
        if settings is None:
            raise UsageError(Phrase("keys.next is not set: set it in the configuration"))
        ceremony.may_make_master_key(office.actor)
        master, made = make_master_key(settings)
        ceremony.master_key_made(office.store, master, office.actor, office.clock.now())
    say(Phrase("master key {check_value}: {made}", check_value=master.check_value, made=made))


@app.command("import")
def import_key(
    link: LinkName,
    purpose: Annotated[
        Purpose, typer.Argument(help="A key-encrypting key or a working key.", show_default=False)
    ],
    component: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=COMPONENTS,
            help="Number of the component; its digits are typed without being shown.",
            show_default=False,
        ),
    ] = None,
    block: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A TR-31 key block under the link's KEK.", show_default=False),
    ] = None,
    check_value: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS", help="The check value that the component or key must have.", show_default=False
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Enter a component of a key, or import a working key that the partner has made. Needs two people."""
    if (component is None) == (block is None):
        raise UsageError(Phrase("give exactly one of --component 1, --component 2 and --block FILE"))
    if block is not None and purpose is Purpose.KEK:
        raise UsageError(Phrase("a key-encrypting key is entered in two components: use --component"))
    with open_office(config) as office:
        if component is None:
            assert block is not None, "exactly one of the two was given"
            order = Order(DualAction.KEYS_IMPORT, _terms(office, link), _read_block(block), check_value)
            _make(office, order)
            return
        _enter(office, link, KeyPurpose(purpose.upper()), component, check_value)


def _enter(office: Office, link: str, purpose: KeyPurpose, number: int, check_value: str | None) -> None:
    terms, kept_by = _terms(office, link), custody(office.configuration.settings)
    may_enter_keys(office.actor)
    component = Component(number, _read_component(number))
    entered = enter_component(
        office.store, kept_by, terms, purpose, component, office.actor, office.clock.now(), check_value
    )
    say(
        Phrase(
            "component {number} {component_check_value}: entered",
            number=number,
            component_check_value=entered.component_check_value,
        )
    )
    if entered.key.state is not KeyState.ENTERING:
        _tell(entered.key)
    else:
        say(
            Phrase(
                "another person enters component 2: keys import {link} {purpose} --component 2",
                link=link,
                purpose=purpose.lower(),
            )
        )


def _read_component(number: int) -> bytes:
    if sys.stdin.isatty():
        text = typer.prompt(f"Component {number}, hex digits (not shown)", hide_input=True)
    else:
        text = sys.stdin.readline(BLOCK_BYTES_MAX)
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UsageError(Phrase("a component must be hex digits, two for each byte")) from None


def _read_block(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(BLOCK_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError as error:
        raise UsageError(
            Phrase("{file}: cannot be read: {strerror}", file=str(file), strerror=str(error.strerror))
        ) from None


@app.command()
def generate(link: LinkName, config: ConfigFile = None) -> None:
    """Make a link's first working key. Needs two people."""
    with open_office(config) as office:
        _make(office, Order(DualAction.KEYS_GENERATE, _terms(office, link)))


@app.command()
def rotate(
    link: LinkName,
    at_once: Annotated[
        bool,
        typer.Option("--at-once", help="End all former working keys at once, because others may know them."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Make a link's next working key; MACs of the former one stay valid for the overlap. Needs two people."""
    with open_office(config) as office:
        _make(office, Order(DualAction.KEYS_ROTATE, _terms(office, link), at_once=at_once))


@app.command("rewrap")
def rewrap_all(config: ConfigFile = None) -> None:
    """Encrypt all stored keys under the next master key, which keys.next names. Needs two people."""
    with open_office(config) as office:
        may_rewrap(office.actor)
        kept_by = custody(office.configuration.settings)
        done = rewrap(office.store, kept_by, office.actor, office.clock.now(), office.control)
    if isinstance(done, Asked):
        _tell_asked(done)
        return
    say(
        Phrase(
            "master key {former}: replaced by {present}; {keys} and {second_factors} encrypted again",
            former=done.former,
            present=done.present,
            keys=keys_counted(done.keys),
            second_factors=second_factors_counted(done.second_factors),
        )
    )


@app.command()
def export(link: LinkName, config: ConfigFile = None) -> None:
    """Print the latest working key as a TR-31 key block under the link's KEK, for the partner."""
    with open_office(config) as office:
        terms, kept_by = _terms(office, link), custody(office.configuration.settings)
        issued = working_keys.export(office.store, kept_by, terms, office.actor, office.clock.now())
    typer.echo(issued.block)


@app.command("list")
def list_all(
    link: Annotated[
        str | None, typer.Argument(metavar="LINK", help="Default: all links.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also list retired keys.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List keys by their check values; the keys themselves are never shown."""
    with open_office(config) as office:
        terms = terms_of(office.configuration.settings, _organisations(office), link)
        found = ceremony.listed(office.store, terms, office.actor, every=every)
        rows = [
            {
                "keys": key.key_name,
                "number": key.key_number,
                "purpose": key.purpose.value,
                "cipher": key.cipher,
                "check_value": key.check_value,
                "state": key.state.value,
                "made_by": key.made_by,
                "completed_by": key.completed_by,
                "since": office.local_time(key.changed_at),
                "ends": None if key.retires_at is None else office.local_time(key.retires_at),
            }
            for key in found
        ]
    page = Page(
        "keys",
        Phrase("there are no keys"),
        _COLUMNS,
        rows,
        right=frozenset({"number"}),
        codes={"state": "key"},
    )
    show_page(page, as_json=as_json)


def _terms(office: Office, link: str) -> KeyTerms:
    (terms,) = terms_of(office.configuration.settings, _organisations(office), link)
    return terms


def _organisations(office: Office) -> set[str]:
    return {each.organisation_id for each in view_organisations(office.store, office.actor)}


def _make(office: Office, order: Order) -> None:
    kept_by = custody(office.configuration.settings)
    made = working_keys.make(office.store, kept_by, order, office.actor, office.clock.now(), office.control)
    if isinstance(made, Asked):
        _tell_asked(made)
    else:
        _tell(made)


def _tell_asked(asked: Asked) -> None:
    say(asked_text(asked))


def _tell(key: Key) -> None:
    say(
        Phrase(
            "key {place} {check_value}: {state}",
            place=key.place,
            check_value=key.check_value,
            state=key.state.value,
        )
    )

"""`mandates list | show | sign | suspend | resume | cancel`: mandates of direct debits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, date_option, group
from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say, show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.debits.mandates import MandateState, Party
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.files.os_words import os_words
from offline_collect.merchant.mandates import decide, view

app = group()

Reference = Annotated[
    str, typer.Argument(metavar="MANDATE", help="Reference of the mandate.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
]

_COLUMNS = {
    "mandate": Phrase.in_context("list", "Mandate"),
    "state": Phrase.in_context("list", "State"),
    "customer": Phrase.in_context("list", "Customer"),
    "name": Phrase.in_context("list", "Name"),
    "debit_account": Phrase.in_context("list", "Account"),
    "signed_on": Phrase.in_context("list", "Signed"),
    "from": Phrase.in_context("list", "From"),
    "to": Phrase.in_context("list", "To"),
    "limit": Phrase.in_context("list", "Limit"),
    "cycle": Phrase.in_context("list", "Cycle"),
    "cycle_limit": Phrase.in_context("list", "Limit of a cycle"),
}


@app.command("list")
@speaks
def list_all(
    merchant: MerchantId,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE[,…]", help="On the open business day. Default: all.", show_default=False
        ),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the mandates of a merchant's customers by reference, each with its state on the open business day."""
    states = frozenset() if state is None else frozenset(map(_state, state.split(",")))
    with open_office(config) as office:
        found = view.view_mandates(office.store, merchant, states, office.actor, (after, most))
        rows = [dict.fromkeys(_COLUMNS) | _readable(office, each) for each in found.mandates]
    page = Page(
        "mandates",
        Phrase("no mandate matches"),
        _COLUMNS,
        rows,
        found.following,
        right=_AMOUNTS,
        codes=_CODES,
    )
    show_page(page, as_json=as_json)


@app.command()
@speaks
def show(
    merchant: MerchantId, mandate: Reference, as_json: AsJson = False, config: ConfigFile = None
) -> None:
    """Print a mandate and all decisions about it, the last one in full; the account's last four digits only."""
    with open_office(config) as office:
        found = view.view_mandate(office.store, merchant, mandate, office.actor)
        document = _readable(office, found)
    show_json(document) if as_json else show_worded(document, _CODES)


@app.command()
@speaks
def sign(
    merchant: MerchantId,
    mandate: Reference,
    signed_on: Annotated[dt.date, date_option("--signed-on", "The day on which the payer signed.")],
    form: Annotated[
        Path | None,
        typer.Option(
            "--form", metavar="FILE", help="The signed form: its SHA-256 is kept.", show_default=False
        ),
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option("--digest", metavar="HEX", help="The SHA-256 of the signed form.", show_default=False),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make a proposed mandate active: the payer has signed it."""
    if form is not None and digest is not None:
        raise UsageError(Phrase("--form and --digest say the same: leave one of the two out"))
    kept = digest if form is None else _digest(form)
    with open_office(config) as office:
        decide.sign(office.store, _order(office, merchant, mandate), signed_on, kept)
    say(
        Phrase(
            "mandate {mandate} of {merchant}: active, signed on {signed_on}",
            mandate=mandate,
            merchant=merchant,
            signed_on=str(signed_on),
        )
    )


@app.command()
@speaks
def suspend(
    merchant: MerchantId,
    mandate: Reference,
    reason: Reason,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="PAYER|BANK", help="Who wants it. Default: you do.", show_default=False),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Keep an active mandate from debits until it is resumed."""
    party = None if by is None else _party(by)
    with open_office(config) as office:
        decide.suspend(office.store, _order(office, merchant, mandate), reason, party)
    say(Phrase("mandate {mandate} of {merchant}: suspended", mandate=mandate, merchant=merchant))


@app.command()
@speaks
def resume(merchant: MerchantId, mandate: Reference, reason: Reason, config: ConfigFile = None) -> None:
    """Allow debits by a suspended mandate again."""
    with open_office(config) as office:
        decide.resume(office.store, _order(office, merchant, mandate), reason)
    say(Phrase("mandate {mandate} of {merchant}: active again", mandate=mandate, merchant=merchant))


@app.command()
@speaks
def cancel(
    merchant: MerchantId,
    mandate: Reference,
    reason: Reason,
    by: Annotated[
        str, typer.Option("--by", metavar="PAYER|BANK", help="Who cancels it.")
    ] = Party.PAYER.value,
    config: ConfigFile = None,
) -> None:
    """Cancel a mandate for good: only a new reference allows debits again."""
    party = _party(by)
    with open_office(config) as office:
        decide.cancel(office.store, _order(office, merchant, mandate), reason, party)
    say(Phrase("mandate {mandate} of {merchant}: cancelled", mandate=mandate, merchant=merchant))


_CODES = {"state": "mandate"}
_AMOUNTS = frozenset({"limit", "cycle_limit"})


def _order(office: Office, merchant_id: str, reference: str) -> decide.MandateOrder:
    return decide.MandateOrder(merchant_id, reference, office.actor, office.clock.now())


def _digest(form: Path) -> str:
    try:
        with form.open("rb") as stream:
            return digest_stream(stream).sha256
    except OSError as error:
        raise UsageError(
            Phrase("--form {form}: cannot be read ({os_words})", form=str(form), os_words=os_words(error))
        ) from None


def _state(text: str) -> MandateState:
    return MandateState(one_of([each.lower() for each in MandateState], text.strip(), "--state").upper())


def _party(text: str) -> Party:
    return Party(one_of([each.lower() for each in Party], text, "--by").upper())


def _readable(office: Office, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mandate with its moments in the platform's time zone."""
    zone = timezone(office.configuration.settings)

    def shown(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(zone).isoformat(" ", "seconds")
        return [_readable(office, each) for each in value] if isinstance(value, list) else value

    return {key: shown(value) for key, value in described.items()}

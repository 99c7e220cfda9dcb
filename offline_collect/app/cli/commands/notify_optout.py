"""`notify optout add | remove | unsubscribe | list` and `notify reply`: payers who want no more notices."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.options_paging import After, AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.app.wiring.notify_smtp import unsubscribe_key
from offline_collect.domain.notices.addresses import Address, AddressKind, address_of
from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.opt_out import OptOutSource
from offline_collect.domain.texts.counts import merchants_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.notify import opt_outs
from offline_collect.notify.replies import Reply, take_reply

app = group()

Mobile = Annotated[
    str | None, typer.Option("--mobile", metavar="NUMBER", help="A mobile number.", show_default=False)
]
Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="An e-mail address.", show_default=False)
]
AppUser = Annotated[
    str | None,
    typer.Option("--app-user", metavar="USER", help="A user of the bank's app.", show_default=False),
]
Class = Annotated[
    str,
    typer.Option(
        "--class", metavar="service|commercial", help="What is not sent; who wants no service gets neither."
    ),
]

_COLUMNS = {
    "address": Phrase.in_context("list", "Address"),
    "class": Phrase.in_context("list", "Class"),
    "source": Phrase.in_context("list", "Said by"),
    "opted_out_at": Phrase.in_context("list", "At"),
}


@app.command()
def add(
    merchant: MerchantId,
    mobile: Mobile = None,
    email: Email = None,
    app_user: AppUser = None,
    notice_class: Class = "service",
    source: Annotated[
        str, typer.Option("--source", metavar="operator|app", help="Who brings it: you, or the bank's app.")
    ] = "operator",
    config: ConfigFile = None,
) -> None:
    """Send no more of a class of a merchant's notices to an address."""
    address = _address(mobile, email, app_user)
    by = OptOutSource(one_of(["operator", "app"], source, "--source").upper())
    order = opt_outs.OptOutOrder(merchant, address, _class(notice_class), by)
    with open_office(config) as office:
        new = opt_outs.opt_out(office.store, office.actor, order, office.clock.now())
    say(_said(new=new))


@app.command()
def remove(
    merchant: MerchantId,
    mobile: Mobile = None,
    email: Email = None,
    app_user: AppUser = None,
    notice_class: Class = "service",
    config: ConfigFile = None,
) -> None:
    """Send a class of notices to an address again, because its owner asked for it."""
    order = opt_outs.OptOutOrder(merchant, _address(mobile, email, app_user), _class(notice_class))
    with open_office(config) as office:
        opt_outs.opt_in(office.store, office.actor, order, office.clock.now())
    say(Phrase("it is sent there again"))


@app.command()
def unsubscribe(
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="What follows the URL of the link.", show_default=False)
    ],
    config: ConfigFile = None,
) -> None:
    """Take the POST of a mail's link to unsubscribe: for the web server that gets it."""
    with open_office(config) as office:
        key = partial(unsubscribe_key, office)
        new = opt_outs.unsubscribe(office.store, office.actor, key, token, office.clock.now())
    say(_said(new=new))


@app.command("list")
def list_all(
    merchant: MerchantId,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List a merchant's opt-outs, with masked addresses."""
    with open_office(config) as office:
        found = opt_outs.view_opt_outs(office.store, office.actor, merchant, (after, most))
        rows = [{**each, "opted_out_at": office.local_time(each["opted_out_at"])} for each in found.documents]
    show_page(
        Page("opt_outs", Phrase("nobody has opted out"), _COLUMNS, rows, found.following), as_json=as_json
    )


def reply(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Mobile number of the payer.", show_default=False)
    ],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What he answered.", show_default=False)],
    merchant: Annotated[
        str | None,
        typer.Option(
            "--merchant",
            metavar="MERCHANT",
            help="Whom he answers. Default: who wrote to his number last, or all who did if that is a day ago.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Take what a payer answered by SMS: he wants no more, or the number is not the customer's."""
    with open_office(config) as office:
        words = office.configuration.schemas().reply_words()
        answer = Reply(number, text, office.clock.now(), "command", merchant)
        taken = take_reply(office.store, office.actor, words, answer)
    say(
        Phrase(
            "{meaning}: the notices of {merchants} stop",
            meaning=taken.meaning.value,
            merchants=merchants_counted(len(taken.merchants)),
        )
    )


def _address(mobile: str | None, email: str | None, app_user: str | None) -> Address:
    given = {AddressKind.MOBILE: mobile, AddressKind.EMAIL: email, AddressKind.APP: app_user}
    named = [address_of(kind, text) for kind, text in given.items() if text is not None]
    if len(named) != 1:
        raise UsageError(Phrase("name one address: --mobile, --email or --app-user"))
    return named[0]


def _said(*, new: bool) -> Phrase:
    if new:
        return Phrase("nothing of it is sent there any more")
    return Phrase("that was said before: nothing is changed")


def _class(text: str) -> NoticeClass:
    return NoticeClass(one_of([each.lower() for each in NoticeClass], text, "--class").upper())

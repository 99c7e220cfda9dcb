"""`notify run | remind | list | show | retry | cancel | stats | preview | …`: notices to payers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import typer

from offline_collect.app.cli.commands import (
    notify_consent,
    notify_numbers,
    notify_optout,
    notify_templates,
)
from offline_collect.app.cli.commands.notify_templates import CHANNELS, KINDS, channel_of, kind_of
from offline_collect.app.cli.support.notices_came import came_text
from offline_collect.app.cli.support.options import ConfigFile, MerchantId, group
from offline_collect.app.cli.support.options_language import one_of
from offline_collect.app.cli.support.options_paging import After, AsJson, Most, OfMerchant
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.said import said
from offline_collect.app.cli.support.tables import say, show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import AppError
from offline_collect.app.tools.notice_rounds import keep_sending, send_all
from offline_collect.app.tools.rounds import stopped_by_signals
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.app.wiring.notify import opened_sender, reminder_terms, words_of_notices
from offline_collect.domain.notices.deliveries import NoticeFilter
from offline_collect.domain.notices.gateway_templates import FilledTemplate
from offline_collect.domain.notices.life import NoticeState
from offline_collect.domain.notices.results import Result
from offline_collect.domain.notices.sms import sms_price
from offline_collect.domain.texts.counts import messages_counted, notices_counted, reminders_counted
from offline_collect.domain.texts.phrases import Phrase, side_by_side
from offline_collect.notify import decide, view
from offline_collect.notify.preview import Preview, PreviewOrder, preview_notice
from offline_collect.notify.remind import remind_payers
from offline_collect.notify.send import Round
from offline_collect.store import StoreError

app = group()
app.add_typer(notify_templates.app, name="template", help="Store merchants' own words, and approve them.")

NoticeId = Annotated[
    str,
    typer.Argument(metavar="NOTICE", help="Id of the notice, as `notify list` has it.", show_default=False),
]

_COLUMNS = {
    "notice": Phrase.in_context("list", "Notice"),
    "state": Phrase.in_context("list", "State"),
    "merchant": Phrase.in_context("list", "Merchant"),
    "customer": Phrase.in_context("list", "Customer"),
    "bill": Phrase.in_context("list", "Bill"),
    "amount": Phrase.in_context("list", "Amount"),
    "attempts": Phrase.in_context("list", "Attempts"),
    "due_at": Phrase.in_context("list", "Due"),
    "reason": Phrase.in_context("list", "Reason"),
}


@app.command()
def run(
    once: Annotated[
        bool, typer.Option("--once", help="Send what is due now and end, for cron and timers.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Send notices to payers until SIGTERM or Ctrl-C.

    What was claimed is sent first. Several of these commands may run at once, on several machines.
    """
    with open_office(config) as office, opened_sender(office, listens=not once) as (sender, counts):

        def tell(done: Round) -> None:
            say(_timed(office, _round_text(done)))

        def tell_away(error: StoreError) -> None:
            say(_timed(office, said(error)))

        if once:
            send_all(sender, tell)
            return
        stop = stopped_by_signals()
        settings = office.configuration.settings.notify
        say(Phrase("sending notices by {channels}", channels=", ".join(settings.channels)))

        def tell_reports() -> None:
            if counts is not None and (text := came_text(counts.look())) is not None:
                say(_timed(office, text))

        keep_sending(
            sender, settings.every_s, stop, tell=tell, tell_reports=tell_reports, tell_away=tell_away
        )
        tell_reports()


def _timed(office: Office, told: str) -> Phrase:
    return Phrase("{at} {told}", at=office.local_time(office.clock.now()), told=told)


def _round_text(done: Round) -> Phrase:
    decided = done.changed - done.sent - done.failed
    parts = [
        (done.reminded, Phrase("{reminders} written", reminders=reminders_counted(done.reminded))),
        (done.taken, Phrase("{notices} from the outbox", notices=notices_counted(done.taken))),
        (done.sent, Phrase("{messages} sent", messages=messages_counted(done.sent))),
        (done.failed, Phrase("{count} failed", count=done.failed)),
        (
            max(decided, 0),
            Phrase("{notices} merged, postponed or not sent", notices=notices_counted(decided)),
        ),
    ]
    return side_by_side([told for count, told in parts if count] or [Phrase("nothing")])


@app.command("list")
def list_all(
    merchant: OfMerchant = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="In this state, such as dead. Default: all.", show_default=False
        ),
    ] = None,
    most: Most = 50,
    after: After = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List notices that were taken from the outbox, with their state; no address is shown."""
    wanted = NoticeFilter(merchant_id=merchant, state=None if state is None else _state(state))
    with open_office(config) as office:
        found = view.view_notices(office.store, office.actor, wanted, (after, most))
        rows = [_readable(office, each) for each in found.documents]
    page = Page(
        "notices", Phrase("no notice matches"), _COLUMNS, rows, found.following, right=_NUMBERS, codes=_CODES
    )
    show_page(page, as_json=as_json)


_CODES = {"state": "notice", "kind": "event"}
_NUMBERS = frozenset({"amount", "attempts"})


@app.command()
def show(notice: NoticeId, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Print a notice: its state, attempts, message and channel."""
    with open_office(config) as office:
        document = _readable(office, view.view_notice(office.store, office.actor, notice))
    document = {key: value for key, value in document.items() if value is not None}
    if as_json:
        show_json(document)
    else:
        show_worded(document, _CODES)


@app.command()
def remind(config: ConfigFile = None) -> None:
    """Write the reminders that are due today, also of bills that came after the first look of this business day.

    `notify run` does so once each business day. No bill is reminded twice for the same number of days.
    """
    with open_office(config) as office:
        terms = reminder_terms(office.configuration.settings.notify)
        done = remind_payers(office.store, office.actor, terms, office.clock, again=True)
    say(Phrase("{reminders} written: `notify run` sends them", reminders=reminders_counted(done.written)))
    if done.busy:
        raise AppError(
            Phrase(
                "the store was busy with {busy} for too long: try again in a moment",
                busy=", ".join(done.busy),
            )
        )


@app.command()
def retry(notice: NoticeId, config: ConfigFile = None) -> None:
    """Send a dead, failed or suppressed notice again, under its id."""
    with open_office(config) as office:
        decide.retry_notice(office.store, office.actor, notice, office.clock.now())
    say(Phrase("notice {notice} is due again", notice=notice))


@app.command()
def cancel(
    notice: NoticeId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False)
    ],
    config: ConfigFile = None,
) -> None:
    """Cancel a waiting or dead notice: it is not sent."""
    with open_office(config) as office:
        decide.cancel_notice(office.store, office.actor, notice, reason, office.clock.now())
    say(Phrase("notice {notice} is cancelled", notice=notice))


@app.command()
def stats(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Count the notices in the outbox and in each state."""
    with open_office(config) as office:
        counts = view.view_counts(office.store, office.actor)
    show_json(counts) if as_json else show_worded(counts)


@app.command()
def preview(
    merchant: MerchantId,
    bill: Annotated[
        str,
        typer.Argument(
            metavar="BILL",
            help="Number of a bill; of `--kind statement_ready`, the business date of the statement.",
            show_default=False,
        ),
    ],
    kind: Annotated[str, typer.Option("--kind", metavar=KINDS, help="What would be told.")] = "paid",
    channel: Annotated[
        str, typer.Option("--channel", metavar=CHANNELS, help="In the words for this channel.")
    ] = "file",
    template: Annotated[
        int | None,
        typer.Option(
            "--template",
            metavar="TEMPLATE",
            help="In the words of this template, also of a draft. Default: the words in force.",
            min=1,
            show_default=False,
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            "--price",
            metavar="AMOUNT",
            help="Of one part of an SMS, to show its cost. Default: notify.part_price of the configuration.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show a notice about a bill or statement, which is not sent: its text, and its encoding, parts and cost as an SMS.

    It says what the words name and the bill does not have, and what is cut as it is too long.
    """
    order = PreviewOrder(kind_of(kind), (merchant, bill), channel_of(channel), template)
    with open_office(config) as office:
        words = words_of_notices(office)
        shown = preview_notice(office.store, office.actor, words, order, office.clock.now())
        part_price = price or office.configuration.settings.notify.part_price
    document = _previewed(shown, None if part_price is None else sms_price(part_price))
    show_json(document) if as_json else show_worded(document)


def _previewed(shown: Preview, price: Decimal | None) -> dict[str, Any]:
    document = {
        "text": shown.text,
        "encoding": shown.sms.encoding.value,
        "units": shown.sms.units,
        "parts": shown.sms.parts,
        "cost": None if price is None else f"{price * shown.sms.parts:f}",
        "template": shown.template_id,
        "missing": ", ".join(shown.missing),
        "cut": ", ".join(shown.cut),
        **_of_gateway(shown.gateway),
    }
    return {key: value for key, value in document.items() if value not in {None, ""}}


def _of_gateway(told: FilledTemplate | Result | None) -> dict[str, Any]:
    if isinstance(told, Result):
        return {"not_sent": told.reason}
    if told is None:
        return {}
    words = ", ".join(f"{name}={text}" for name, text in told.words)
    return {"gateway_id": told.template_id, "gateway_words": words}


app.command()(notify_optout.reply)
app.command()(notify_numbers.numbers)
app.command("confirm-number")(notify_numbers.confirm_number)
app.add_typer(notify_optout.app, name="optout", help="Keep which payers want no more notices.")
app.add_typer(notify_consent.app, name="consent", help="Keep consents to advertising, with their proof.")


def _state(text: str) -> NoticeState:
    return NoticeState(one_of([each.lower() for each in NoticeState], text, "--state").upper())


def _readable(office: Office, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notice with its moments in the platform's time zone."""
    return {
        key: office.local_time(value) if isinstance(value, dt.datetime) else value
        for key, value in described.items()
    }

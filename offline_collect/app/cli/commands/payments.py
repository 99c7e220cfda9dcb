"""`payments show` and `payments find`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from offline_collect.app.cli.support.options import ConfigFile, date_option, group
from offline_collect.app.cli.support.options_paging import AsJson, Most
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import describe_posting
from offline_collect.app.cli.support.tables import say, show_json
from offline_collect.app.cli.support.worded import show_worded
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice import timezone
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.money import format_major
from offline_collect.domain.payment_story import FoundMessage, PaymentCriteria, PaymentStory
from offline_collect.domain.texts.phrases import Phrase, words_of
from offline_collect.domain.transactions import PostedPayment, PostedReversal, Transaction
from offline_collect.merchant.postings.search_terms import SearchTermError, read_criteria
from offline_collect.merchant.postings.view_payments import PaymentPage, search_payments, view_payment
from offline_collect.merchant.profile.definition import currency_number

app = group()

_COLUMNS = {
    "serial_number": Phrase.in_context("list", "Serial number"),
    "kind": Phrase.in_context("list", "Kind"),
    "code": Phrase.in_context("list", "Code"),
    "state": Phrase.in_context("list", "State"),
    "merchant": Phrase.in_context("list", "Merchant"),
    "bill_no": Phrase.in_context("list", "Bill"),
    "bill_amount": Phrase.in_context("list", "Bill's amount"),
    "amount": Phrase.in_context("list", "Amount"),
    "institution": Phrase.in_context("list", "Institution"),
    "terminal": Phrase.in_context("list", "Terminal"),
    "business_date": Phrase.in_context("list", "Business day"),
    "received_at": Phrase.in_context("list", "Received"),
}


def _text(name: str, metavar: str, help_text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help_text, show_default=False)


@app.command()
def show(
    serial: Annotated[
        str,
        typer.Argument(
            metavar="SERIAL", help="Serial number of the payment, or of its reversal.", show_default=False
        ),
    ],
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print all that is stored about a payment: requests, decisions, repeats, reversal, business day."""
    with open_office(config) as office:
        story = view_payment(office.store, serial, office.actor)
        document = describe_story(story, timezone(office.configuration.settings))
    if as_json:
        show_json(document)
    else:
        show_worded(document)


@app.command()
def find(
    merchant: Annotated[str | None, _text("--merchant", "MERCHANT", "Merchant id.")] = None,
    bill: Annotated[str | None, _text("--bill", "BILL_NO", "Number of the bill; needs --merchant.")] = None,
    customer: Annotated[
        str | None, _text("--customer", "CUSTOMER_NO", "Whose bills were paid; needs --merchant.")
    ] = None,
    institution: Annotated[str | None, _text("--institution", "DE32", "Acquiring institution.")] = None,
    terminal: Annotated[str | None, _text("--terminal", "DE41", "The whole terminal id.")] = None,
    stan: Annotated[str | None, _text("--stan", "DE11", "STAN, six digits.")] = None,
    rrn: Annotated[str | None, _text("--rrn", "DE37", "Retrieval reference number.")] = None,
    amount: Annotated[
        str | None,
        _text("--amount", "AMOUNT", "Of the whole payment, whatever its bills are, such as 123.45."),
    ] = None,
    code: Annotated[
        str | None, _text("--code", "NAME", "Of the answer: APPROVED, ALREADY_PAID and so on.")
    ] = None,
    first: Annotated[dt.date | None, date_option("--from", "First business day.")] = None,
    last: Annotated[dt.date | None, date_option("--to", "Last business day. Default: the first one.")] = None,
    most: Most = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List payments that match every option; with --institution and --terminal refused messages too.

    Name a merchant and a bill or a customer, an institution and a terminal, or business days.
    """
    if merchant is None and (bill or customer) is not None:
        raise UsageError(Phrase("--bill and --customer: give --merchant too"))
    if first is not None and last is not None and last < first:
        raise UsageError(Phrase("--to is before --from; exchange the two"))
    terms = {
        "merchant": merchant,
        "bill": bill,
        "customer": customer,
        "institution": institution,
        "terminal": terminal,
        "stan": stan,
        "rrn": rrn,
        "amount": amount,
        "code": code,
        "from": None if first is None else first.isoformat(),
        "to": None if last is None else last.isoformat(),
    }
    with open_office(config) as office:
        settings = office.configuration.settings
        criteria = _criteria(terms, currency_number(settings.business.currency))
        page = search_payments(office.store, criteria, office.actor, most)
        zone = timezone(settings)
    _show_found(page, zone, as_json=as_json)


def _show_found(page: PaymentPage, zone: dt.tzinfo, *, as_json: bool) -> None:
    show_page(
        Page(
            name="payments",
            nothing=Phrase("no payment matches"),
            columns=_COLUMNS,
            rows=[_row(each, zone) if as_json else _brief(_row(each, zone)) for each in page.found],
            right=frozenset({"bill_amount", "amount"}),
            more=page.more,
        ),
        as_json=as_json,
    )
    if page.more and not as_json:
        say(Phrase("… and more than {found}: narrow the search, or raise --most", found=len(page.found)))


def _criteria(terms: Mapping[str, str | None], currency: str) -> PaymentCriteria:
    try:
        return read_criteria({name: text for name, text in terms.items() if text is not None}, currency)
    except SearchTermError as error:
        raise UsageError(words_of(error) or str(error)) from None


def describe_story(story: PaymentStory, zone: dt.tzinfo) -> dict[str, Any]:
    """Return a story's document; amounts in major units, times in the zone."""
    payment = story.lines[0]
    total = sum(line.amount_minor for line in story.lines)
    described: dict[str, Any] = {
        "serial_number": payment.serial_number,
        "state": payment.state.value,
        "amount": format_major(total, payment.currency),
        "approval_code": payment.approval_code,
        "institution": payment.institution,
        "terminal": payment.terminal,
        "channel": payment.channel.value,
        "tender": payment.tender.value,
        "teller": payment.teller,
        "posted_at": _local(payment.posted_at, zone),
        "settled_in": _settled(payment.business_date, story),
        "bills": [_bill(line) for line in story.lines],
        "messages": [_message(each, zone) for each in story.messages],
        "attempts": [
            {"received_at": _local(each.received_at, zone), "marked_as_repeat": each.repeat}
            for each in story.attempts
        ],
        "by_hand": [describe_posting(each, zone) for each in story.by_hand],
        "reversal": None if story.reversal is None else _reversal(story.reversal, story, zone),
    }
    return {key: value for key, value in described.items() if value not in (None, [])}


def _settled(date: BusinessDate, story: PaymentStory) -> str:
    day = story.days.get(date)
    return str(date) if day is None else f"{date} ({day.state.value})"


def _bill(line: PostedPayment) -> dict[str, Any]:
    return {
        "merchant": line.merchant_id,
        "bill": line.bill_no,
        "state": line.state.value,
        "amount": format_major(line.amount_minor, line.currency),
        "principal": format_major(line.principal_minor, line.currency),
        "late_fee": format_major(line.late_fee_minor, line.currency),
    }


def _message(each: Transaction, zone: dt.tzinfo) -> dict[str, Any]:
    described = {
        "kind": each.kind.value,
        "received_at": _local(each.received_at, zone),
        "request": each.journal,
        "code": each.answer.code.value,
        "brief": each.answer.brief,
        "reason": each.answer.reason,
    }
    return {key: value for key, value in described.items() if value is not None}


def _reversal(reversal: PostedReversal, story: PaymentStory, zone: dt.tzinfo) -> dict[str, Any]:
    return {
        "serial_number": reversal.serial_number,
        "reason": reversal.reason.name,
        "outcome": reversal.outcome.value,
        "posted_at": _local(reversal.posted_at, zone),
        "settled_in": _settled(reversal.business_date, story),
    }


def _brief(row: dict[str, str | int | None]) -> dict[str, str | int | None]:
    """Return a row of a table: a payment of several bills names the first and counts the others."""
    return {**row, "bill_no": f"{row['bill_no']} +{row['further_bills']}"} if row["further_bills"] else row


def _row(found: FoundMessage, zone: dt.tzinfo) -> dict[str, str | int | None]:
    message, payment = found.message, found.payment
    amount = None
    if message.amount_minor is not None and message.currency is not None:
        amount = format_major(message.amount_minor, message.currency)
    return {
        "serial_number": message.serial_number if payment is None else payment.name,
        "kind": message.kind.value,
        "code": message.answer.code.value,
        "state": None if payment is None else payment.state.value,
        "merchant": None if payment is None else payment.merchant_id,
        "bill_no": None if payment is None else payment.bill_no,
        "further_bills": found.further,
        "bill_amount": None if payment is None else format_major(payment.amount_minor, payment.currency),
        "amount": amount,
        "institution": message.institution,
        "terminal": message.terminal,
        "business_date": str(message.business_date),
        "received_at": _local(message.received_at, zone),
    }


def _local(moment: dt.datetime, zone: dt.tzinfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "seconds")

"""`recon ingest | show | resolve`: front-end processors' files of a day, and their differences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.bank_files import take_day_file
from offline_collect.app.cli.support.options import ConfigFile, group
from offline_collect.app.cli.support.options_paging import AsJson
from offline_collect.app.cli.support.paging import Page, show_page
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import open_office
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.currencies import CURRENCY_CODES
from offline_collect.domain.effects import ItemKind
from offline_collect.domain.money import format_major
from offline_collect.domain.reconciliation.classes import DifferenceClass, FollowUp
from offline_collect.domain.reconciliation.items import ItemState
from offline_collect.domain.reconciliation.records import DayFile, Item, ItemFilter
from offline_collect.domain.texts.counts import rows_counted
from offline_collect.domain.texts.phrases import Phrase, in_lines
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.common.code_words import code_word
from offline_collect.merchant.postings.reconciliation import Resolved, ResolveOrder, resolve
from offline_collect.settlement.reconciliation.view import DayView, SeenItem, view_items

app = group()

_COLUMNS = {
    "item": Phrase.in_context("list", "Item"),
    "day": Phrase.in_context("list", "Business day"),
    "institution": Phrase.in_context("list", "Institution"),
    "class": Phrase.in_context("list", "Class"),
    "row": Phrase.in_context("list", "Row"),
    "merchant": Phrase.in_context("list", "Merchant"),
    "bill_no": Phrase.in_context("list", "Bill"),
    "theirs": Phrase.in_context("list", "Theirs"),
    "ours": Phrase.in_context("list", "Ours"),
    "state": Phrase.in_context("list", "State"),
    "follow_up": Phrase.in_context("list", "Proposed"),
    "age_days": Phrase.in_context("list", "Age"),
    "message": Phrase.in_context("list", "Message"),
}
_AS = {
    "contra": FollowUp.CONTRA,
    "post": FollowUp.POST,
    "suspense": FollowUp.SUSPENSE,
    "difference": FollowUp.DIFFERENCE,
    "note": FollowUp.NOTE,
}

_CODES = {"state": "item", "class": "difference"}


@app.command()
def ingest(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A front-end processor's file of a day.", show_default=False),
    ],
    config: ConfigFile = None,
) -> None:
    """Take a front-end processor's file of a day that is closed, and compare it with ours: all of it or nothing.

    A corrected file of the same day replaces the former one; what was resolved stays resolved.
    """
    with open_office(config) as office:
        say(Phrase("{file}: {done}", file=str(file), done=take_day_file(office, file)))


@app.command()
def show(
    date: Annotated[
        str | None,
        typer.Argument(metavar="[DATE]", help="Default: the day before the open one.", show_default=False),
    ] = None,
    difference: Annotated[
        str | None,
        typer.Option("--class", metavar="CLASS", help="Only items of a class, such as PLATFORM_ONLY."),
    ] = None,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only open items; without a date, those of all days.")
    ] = False,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")] = 200,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Show a day's files and items: each difference, its proposed follow-up and its age in days."""
    wanted = ItemFilter(None if date is None else day_of(date), _class(difference), open_only, most + 1)
    with open_office(config) as office:
        seen = view_items(office.store, office.actor, wanted, office.clock.now())
    if not as_json:
        for file in seen.files:
            say(_file_line(file))
    rows = [_row(each) for each in seen.items[:most]]
    right = frozenset({"item", "theirs", "ours", "age_days"})
    show_page(
        Page("items", _nothing(seen), _COLUMNS, rows, right=right, more=len(seen.items) > most, codes=_CODES),
        as_json=as_json,
    )
    if not as_json and len(seen.items) > most:
        say(Phrase("… and more: --most {most}", most=10 * most))


def day_of(text: str) -> BusinessDate:
    """Read a business date; raises UsageError."""
    try:
        return BusinessDate.parse(text)
    except ValueError:
        raise UsageError(Phrase("{text}: is no date: write it like 2026-11-30", text=text)) from None


def _class(text: str | None) -> str | None:
    if text is None:
        return None
    found = text.upper()
    known = [each.value for each in DifferenceClass if each is not DifferenceClass.MATCHED]
    if found not in {*known, *(each.value for each in ItemKind)}:
        raise UsageError(Phrase("--class {text}: is none of {known}", text=text, known=", ".join(known)))
    return found


def _nothing(seen: DayView) -> Phrase:
    return (
        Phrase("no item")
        if seen.date is None
        else Phrase("no item of business day {date}", date=str(seen.date))
    )


def _file_line(file: DayFile) -> Phrase:
    return Phrase(
        "institution {institution}: file {file_id}, {rows}, {rows_matched} matched",
        institution=file.institution,
        file_id=file.file_id,
        rows=rows_counted(file.rows_read),
        rows_matched=file.rows_matched,
    )


def _row(seen: SeenItem) -> dict[str, object]:
    item = seen.item
    proposed = item.state is ItemState.OPEN and seen.proposed is not None
    return {
        "item": item.item_no,
        "day": str(item.business_date),
        "institution": item.institution,
        "class": item.difference,
        "row": item.kind.value.lower(),
        "merchant": item.merchant_id,
        "bill_no": item.bill_no,
        "theirs": _major(item.theirs_minor, item),
        "ours": _major(item.ours_minor, item),
        "state": Phrase("PROPOSED by approval {number}", number=str(seen.proposed))
        if proposed
        else item.state.value,
        "follow_up": item.follow_up.value.lower()
        if item.resolved_as is None
        else item.resolved_as.value.lower(),
        "age_days": seen.age_days if item.state is ItemState.OPEN else None,
        "message": item.message_key,
        "payment": item.payment_serial,
        "posting": item.posting,
        "note": item.note,
        "ended_by": item.ended_by,
    }


def _major(minor: int | None, item: Item) -> str | None:
    return None if minor is None else format_major(minor, item.currency or "156")


@app.command("resolve")
def resolve_item(
    number: Annotated[
        int, typer.Argument(metavar="ITEM", min=1, max=2**63 - 1, help="Of `recon show`.", show_default=False)
    ],
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="What was found, for the record.", show_default=False),
    ],
    follow_up: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="HOW",
            help="contra, post, suspense, difference or note. Default: what is proposed.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Resolve an item: what moves money is asked for here and approved by another user, and posted on the open day."""
    if follow_up is not None and follow_up.lower() not in _AS:
        raise UsageError(
            Phrase("--by {follow_up}: is none of {ways}", follow_up=follow_up, ways=", ".join(_AS))
        )
    chosen = None if follow_up is None else _AS[follow_up.lower()]
    with open_office(config) as office:
        currency = CURRENCY_CODES[office.configuration.settings.business.currency].number
        order = ResolveOrder(number, chosen, reason, currency)
        done = resolve(office.store, order, office.actor, office.clock.now(), office.control)
    say(asked_text(done) if isinstance(done, Asked) else _resolved(done))


def _resolved(done: Resolved) -> Phrase:
    lines = [
        Phrase(
            "item {item_no} is resolved as {follow_up}",
            item_no=done.item.item_no,
            follow_up=done.follow_up.value.lower(),
        )
    ]
    lines += [
        Phrase(
            "{kind} {amount}, posted as {serial_number}",
            kind=code_word("kind", posting.kind.value),
            amount=format_major(posting.amount_minor, posting.currency),
            serial_number=posting.serial_number,
        )
        for posting in done.postings
    ]
    return in_lines(lines)

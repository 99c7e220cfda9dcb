"""`bills settle-outside`: paid at the merchant's office, one bill, a list of them, or undoing one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from offline_collect.app.cli.actions.import_text import show_problems
from offline_collect.app.cli.actions.left_out_text import tell_left_out
from offline_collect.app.cli.support.options import ConfigFile, Sheet, takes_name
from offline_collect.app.cli.support.options_language import SpokenLanguage, read_languages
from offline_collect.app.cli.support.posting_words import asked_text
from offline_collect.app.cli.support.speaking import speaks
from offline_collect.app.cli.support.tables import say
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office, open_office
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.money import format_major, parse_major
from offline_collect.domain.texts.counts import payments_counted
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.common.refused_rows import ListRefusedError
from offline_collect.merchant.imports.problems import Problems
from offline_collect.merchant.postings.paid_at_office import settle_outside as post_outside
from offline_collect.merchant.postings.paid_at_office import undo_outside
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.merchant.profile.view import currency_of

Merchant = Annotated[
    str | None,
    typer.Argument(metavar="MERCHANT", help="Merchant id, such as SCHOOL01.", show_default=False),
]
Bill = Annotated[str | None, typer.Argument(metavar="BILL_NO", help="Bill number.", show_default=False)]
Reference = Annotated[
    str | None,
    typer.Option("--reference", metavar="TEXT", help="Number of the merchant's receipt.", show_default=False),
]
PaidOn = Annotated[
    dt.datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="When the merchant was paid, for the record.",
        show_default=False,
    ),
]
Amount = Annotated[
    str | None,
    typer.Option("--amount", metavar="AMOUNT", help="Default: all that the bill owes.", show_default=False),
]
WaiveLateFee = Annotated[
    bool,
    typer.Option("--waive-late-fee", help="The merchant waives the late fee: the principal is enough."),
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="A list instead, CSV, .xlsx or .xls: posted whole or not at all.",
        show_default=False,
    ),
]
Undo = Annotated[
    str | None,
    typer.Option("--undo", metavar="SERIAL", help="Undo such a payment instead.", show_default=False),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why it is undone.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class SettleOptions:
    """The values of the command line; see the options of `bills settle-outside`."""

    merchant: str | None
    bill_no: str | None
    reference: str | None
    paid_on: dt.date | None
    amount: str | None
    waive_late_fee: bool
    file: Path | None
    sheet: str | None
    undo: str | None
    reason: str | None
    language: str | None


@takes_name
@speaks
def settle_outside(
    merchant: Merchant = None,
    bill_no: Bill = None,
    reference: Reference = None,
    date: PaidOn = None,
    amount: Amount = None,
    waive_late_fee: WaiveLateFee = False,
    file: ListFile = None,
    sheet: Sheet = None,
    undo: Undo = None,
    reason: Reason = None,
    language: SpokenLanguage = None,
    config: ConfigFile = None,
) -> None:
    """Post that bills were paid at the merchant's own office, once another user has approved it.

    Either MERCHANT BILL_NO --reference TEXT, or MERCHANT --file FILE, or --undo SERIAL --reason TEXT. It is
    posted on the open business day, and no terminal can reverse it.
    """
    asked = SettleOptions(
        merchant=merchant,
        bill_no=bill_no,
        reference=reference,
        paid_on=None if date is None else date.date(),
        amount=amount,
        waive_late_fee=waive_late_fee,
        file=file,
        sheet=sheet,
        undo=undo,
        reason=reason,
        language=language,
    )
    with open_office(config) as office:
        say(run_settle_outside(office, asked))


def run_settle_outside(office: Office, asked: SettleOptions) -> Phrase:
    """Post the payments and return the message to print.

    Raises:
        UsageError: the options contradict each other, or one is missing.
        MerchantError, DomainError, FileError: it is refused.
    """
    if asked.undo is not None:
        return _undo(office, asked)
    if asked.merchant is None:
        raise UsageError(Phrase("name the merchant: bills settle-outside MERCHANT BILL_NO --reference TEXT"))
    if asked.file is not None:
        return _list(office, asked, asked.merchant, asked.file)
    return _single(office, asked, asked.merchant)


def _undo(office: Office, asked: SettleOptions) -> Phrase:
    if asked.undo is None or asked.reason is None:
        raise UsageError(Phrase("--undo SERIAL needs --reason TEXT"))
    others = (asked.merchant, asked.bill_no, asked.reference, asked.paid_on, asked.amount, asked.file)
    if any(other is not None for other in others) or asked.waive_late_fee:
        raise UsageError(
            Phrase("--undo SERIAL takes --reason and nothing else: the payment says which bill it was")
        )
    order = UndoOutside(asked.undo, asked.reason, office.who)
    posting = undo_outside(office.store, order, office.actor, office.clock.now(), office.control)
    if isinstance(posting, Asked):
        return asked_text(posting)
    amount = format_major(posting.amount_minor, posting.currency)
    return Phrase(
        "payment {payment}: {amount} taken back from bill {bill_no}, posted as {serial_number}",
        payment=asked.undo,
        amount=amount,
        bill_no=posting.bill_no or "",
        serial_number=posting.serial_number,
    )


def _list(office: Office, asked: SettleOptions, merchant: str, file: Path) -> Phrase:
    others = (asked.bill_no, asked.reference, asked.paid_on, asked.amount, asked.reason)
    if any(other is not None for other in others):
        raise UsageError(
            Phrase("--file FILE says bills, amounts, references and dates itself: leave the others out")
        )
    layout = office.configuration.schemas().read("files/outside")
    order = OutsideList(
        merchant_id=merchant,
        file=file,
        sheet=asked.sheet,
        layout=layout,
        actor=office.actor,
        waives_late_fee=asked.waive_late_fee,
    )
    try:
        made = settle_list(office.store, order, office.clock.now(), office.control)
    except ListRefusedError as error:
        problems = Problems()
        problems.add_all(error.problems)
        problems.count = error.count
        show_problems(problems, office.actor, read_languages(asked.language))
        raise
    finally:
        tell_left_out(file.name, order.left)
    if isinstance(made, Asked):
        return asked_text(made)
    total = format_major(sum(posting.amount_minor for posting in made), made[0].currency)
    return Phrase(
        "{name}: {payments} of {total} at the office of {merchant_id}",
        name=file.name,
        payments=payments_counted(len(made)),
        total=total,
        merchant_id=merchant,
    )


def _single(office: Office, asked: SettleOptions, merchant: str) -> Phrase:
    if asked.bill_no is None or asked.reference is None:
        raise UsageError(
            Phrase("name the bill and the receipt: bills settle-outside MERCHANT BILL_NO --reference TEXT")
        )
    if asked.sheet is not None or asked.reason is not None:
        raise UsageError(Phrase("--sheet belongs to --file, and --reason to --undo"))
    order = OutsidePayment(
        merchant_id=merchant,
        bill_no=asked.bill_no,
        amount_minor=_amount(office, merchant, asked.amount),
        reference=asked.reference,
        who=office.who,
        waives_late_fee=asked.waive_late_fee,
        paid_on=asked.paid_on,
    )
    posting = post_outside(office.store, order, office.actor, office.clock.now(), office.control)
    if isinstance(posting, Asked):
        return asked_text(posting)
    amount = format_major(posting.amount_minor, posting.currency)
    return Phrase(
        "bill {bill_no}: {amount} paid at the office, posted as {serial_number}",
        bill_no=posting.bill_no or "",
        amount=amount,
        serial_number=posting.serial_number,
    )


def _amount(office: Office, merchant: str, text: str | None) -> int | None:
    if text is None:
        return None
    amount = parse_major(text, currency_of(office.store, merchant, office.actor))
    if amount <= 0:
        raise UsageError(Phrase("--amount: {text} is not more than 0", text=text))
    return amount

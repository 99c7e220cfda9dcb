"""`bills settle-outside`: which of its three ways was asked for, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from offline_collect.app.cli.actions.import_text import show_problems
from offline_collect.app.errors import UsageError
from offline_collect.app.wiring.backoffice_session import Office
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.decisions.outside import OutsidePayment, UndoOutside
from offline_collect.domain.money import format_major, parse_major
from offline_collect.domain.text import counted
from offline_collect.merchant.common.errors import ListRefusedError
from offline_collect.merchant.imports.result import Problems
from offline_collect.merchant.postings.paid_at_office import settle_outside, undo_outside
from offline_collect.merchant.postings.paid_at_office_list import OutsideList, settle_list
from offline_collect.store import require_merchant


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; see the options of `bills settle-outside`."""

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


def run_settle_outside(office: Office, asked: Asked) -> str:
    """Post what was asked for and return what to say of it.

    Raises:
        UsageError: the options contradict each other, or one is missing.
        MerchantError, DomainError, FileError: it is refused.
    """
    office.require(Permission.PAID_AT_OFFICE)
    if asked.undo is not None:
        return _undo(office, asked)
    if asked.merchant is None:
        raise UsageError("name the merchant: bills settle-outside MERCHANT BILL_NO --reference TEXT")
    if asked.file is not None:
        return _list(office, asked, asked.merchant, asked.file)
    return _single(office, asked, asked.merchant)


def _undo(office: Office, asked: Asked) -> str:
    if asked.undo is None or asked.reason is None:
        raise UsageError("--undo SERIAL needs --reason TEXT")
    others = (asked.merchant, asked.bill_no, asked.reference, asked.paid_on, asked.amount, asked.file)
    if any(other is not None for other in others) or asked.waive_late_fee:
        raise UsageError("--undo SERIAL takes --reason and nothing else: the payment says which bill it was")
    order = UndoOutside(asked.undo, asked.reason, office.who)
    posting = undo_outside(office.store, order, office.clock.now())
    amount = format_major(posting.amount_minor, posting.currency)
    return f"payment {asked.undo}: {amount} taken back from bill {posting.bill_no}, posted as {posting.serial_number}"


def _list(office: Office, asked: Asked, merchant: str, file: Path) -> str:
    others = (asked.bill_no, asked.reference, asked.paid_on, asked.amount, asked.reason)
    if any(other is not None for other in others):
        raise UsageError("--file FILE says bills, amounts, references and dates itself: leave the others out")
    layout = office.configuration.schemas().read("files/outside")
    order = OutsideList(merchant, file, asked.sheet, layout, office.who, asked.waive_late_fee)
    try:
        made = settle_list(office.store, order, office.clock.now())
    except ListRefusedError as error:
        masked = not office.may(Permission.SEE_PERSONAL)
        show_problems(Problems((), list(error.problems), error.count), masked=masked)
        raise
    total = format_major(sum(posting.amount_minor for posting in made), made[0].currency)
    return f"{file.name}: {counted(len(made), 'payment')} of {total} at the office of {merchant}"


def _single(office: Office, asked: Asked, merchant: str) -> str:
    if asked.bill_no is None or asked.reference is None:
        raise UsageError(
            "name the bill and the receipt: bills settle-outside MERCHANT BILL_NO --reference TEXT"
        )
    if asked.sheet is not None or asked.reason is not None:
        raise UsageError("--sheet belongs to --file, and --reason to --undo")
    order = OutsidePayment(
        merchant,
        asked.bill_no,
        _amount(office, merchant, asked.amount),
        asked.reference,
        office.who,
        asked.waive_late_fee,
        asked.paid_on,
    )
    posting = settle_outside(office.store, order, office.clock.now())
    amount = format_major(posting.amount_minor, posting.currency)
    return f"bill {posting.bill_no}: {amount} paid at the office, posted as {posting.serial_number}"


def _amount(office: Office, merchant: str, text: str | None) -> int | None:
    if text is None:
        return None
    with office.store.snapshot() as reading:
        amount = parse_major(text, require_merchant(reading, merchant).currency)
    if amount <= 0:
        raise UsageError(f"--amount: {text} is not more than 0")
    return amount

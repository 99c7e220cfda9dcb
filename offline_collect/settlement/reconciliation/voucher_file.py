"""Writes vouchers as workbooks or CSV: headings in Chinese and English, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.audit import Subject, SubjectType
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.business_days.evening import DayDocument
from offline_collect.domain.currencies import CURRENCIES
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.voucher import OwnerSide, VoucherKey, VoucherSum, side_of, sums_of
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.files.digest import digest_stream
from offline_collect.files.write.csv import write_csv
from offline_collect.files.write.sheet import Kind, Sheet, SheetCell, SheetColumn
from offline_collect.files.write.xlsx import write_workbook
from offline_collect.settlement.reconciliation.vouchers import refuse_unsettled, require_books, sees_books
from offline_collect.store import SqlStore, StoreTransaction, append_audit
from offline_collect.store.reconciliation.day_documents import Settled, put_document, settled
from offline_collect.store.reconciliation.vouchers import voucher_lines_of, vouchers_of
from offline_collect.translations import BOTH, Languages, said

ACCOUNTS = {
    Account.CLEARING: Phrase("Clearing with institutions"),
    Account.PAYABLE: Phrase("Payable to merchants"),
    Account.FEE_INCOME: Phrase("Fee income"),
    Account.SUSPENSE: Phrase("Money in suspense"),
    Account.OUTSIDE: Phrase("Collected by merchants themselves"),
    Account.BATCH_CLEARING: Phrase("Clearing of batch debits"),
    Account.PAYER_FEE: Phrase("Fees of payers"),
    Account.PAYOUT_CLEARING: Phrase("Clearing of payouts"),
    Account.FEES_RECEIVABLE: Phrase("Fees that merchants are charged by the month"),
}
"""What the kinds of accounts are called."""

SIDES = {
    OwnerSide.INSTITUTION: Phrase.in_context("side of a voucher", "institution"),
    OwnerSide.MERCHANT: Phrase.in_context("side of a voucher", "merchant"),
    OwnerSide.BANK: Phrase.in_context("side of a voucher", "bank"),
}
"""Whose accounts they are."""


@dataclass(frozen=True, slots=True)
class VoucherOrder:
    """The order to write the vouchers of a settled day.

    Attributes:
        place: a folder, where each gets its usual name, or the file of the only one.
        zone: the time zone of the times shown.
        overwrite: replace a file that ``place`` names; in a folder, former files are always replaced.
        as_csv: how files in a folder are written.
    """

    date: BusinessDate
    place: Path
    zone: dt.tzinfo
    actor: Actor
    now: dt.datetime
    overwrite: bool = False
    as_csv: bool = False
    languages: Languages = BOTH


def write_vouchers(store: SqlStore, order: VoucherOrder) -> list[Path]:
    """Write the vouchers that the actor sees, each whole or not at all; return the files.

    Raises:
        NotPermittedError, ScopeError: the actor may not see them.
        ReconciliationError: the day is not settled, or ``place`` is one file and there are several vouchers.
        UnwritableError: a file cannot be written.
    """
    require_books(order.actor)
    with store.snapshot() as reading:
        refuse_unsettled(reading, order.date)
        keys = [key for key in vouchers_of(reading, order.date) if sees_books(order.actor, key.bank)]
        paths = _paths(order, keys)
        for key, path in zip(keys, paths, strict=True):
            _write(reading, order, key, path)
    _register(store, order, paths)
    return paths


def _paths(order: VoucherOrder, keys: Sequence[VoucherKey]) -> list[Path]:
    if order.place.is_dir():
        ending = "csv" if order.as_csv else "xlsx"
        return [
            order.place / f"voucher-{order.date.compact}-{key.bank}-{CURRENCIES[key.currency].code}.{ending}"
            for key in keys
        ]
    if len(keys) > 1:
        raise ReconciliationError(
            Phrase(
                "business day {date} has {keys} vouchers, one for each bank and currency: name a folder",
                date=str(order.date),
                keys=len(keys),
            )
        )
    return [order.place for _ in keys]


def _write(tx: StoreTransaction, order: VoucherOrder, key: VoucherKey, path: Path) -> None:
    made = settled(tx, order.date)
    assert made is not None, "it was looked at"
    sums = sums_of(voucher_lines_of(tx, order.date, key))
    sheets = [_sums_sheet(order, key, sums, made), _accounts_sheet(tx, order, key)]
    overwrite = order.overwrite or order.place.is_dir()
    if path.suffix.lower() == ".csv":
        write_csv(path, sheets[-1], overwrite=overwrite, totals=True)
    else:
        write_workbook(path, sheets, overwrite=overwrite, made_at=made.at)


def _sums_sheet(order: VoucherOrder, key: VoucherKey, sums: Sequence[VoucherSum], made: Settled) -> Sheet:
    languages = order.languages
    columns = [
        SheetColumn(said(Phrase.in_context("voucher", "Account"), languages), Kind.IDENTIFIER),
        SheetColumn(said(Phrase.in_context("voucher", "Name"), languages)),
        SheetColumn(said(Phrase.in_context("voucher", "Side"), languages)),
        SheetColumn(said(Phrase.in_context("voucher", "Accounts"), languages), Kind.COUNT, total=True),
        *_amounts(languages),
    ]
    rows = (
        (*_named(each.account, languages), each.accounts, each.debits_minor, each.credits_minor)
        for each in sums
    )
    settled_words = said(Phrase.in_context("voucher", "Settled"), languages)
    at = f"{made.at.astimezone(order.zone):%Y-%m-%d %H:%M:%S} {order.zone}"
    notes = [
        f"{key.bank}  {order.date}  {CURRENCIES[key.currency].code}",
        f"{settled_words}: {at}, {made.who}",
    ]
    title = said(Phrase.in_context("voucher", "Voucher"), languages)
    return Sheet(title, columns, rows, key.currency, notes=notes, totals_label=_total(languages))


def _accounts_sheet(tx: StoreTransaction, order: VoucherOrder, key: VoucherKey) -> Sheet:
    """Return the sheet of single accounts; its rows are read in ``tx`` during writing."""
    languages = order.languages
    columns = [
        SheetColumn(said(Phrase.in_context("voucher", "Business date"), languages), Kind.DATE, 13),
        SheetColumn(said(Phrase.in_context("voucher", "Bank"), languages), Kind.IDENTIFIER),
        SheetColumn(said(Phrase.in_context("voucher", "Account"), languages), Kind.IDENTIFIER),
        SheetColumn(said(Phrase.in_context("voucher", "Name"), languages)),
        SheetColumn(said(Phrase.in_context("voucher", "Side"), languages)),
        SheetColumn(said(Phrase.in_context("voucher", "Owner"), languages), Kind.IDENTIFIER),
        SheetColumn(said(Phrase.in_context("voucher", "Currency"), languages), Kind.IDENTIFIER),
        *_amounts(languages),
    ]
    title = said(Phrase.in_context("voucher", "Accounts"), languages)
    rows = _account_rows(tx, order, key)
    return Sheet(title, columns, rows, key.currency, totals_label=_total(languages))


def _account_rows(
    tx: StoreTransaction, order: VoucherOrder, key: VoucherKey
) -> Iterator[Sequence[SheetCell]]:
    currency = CURRENCIES[key.currency].code
    for line in voucher_lines_of(tx, order.date, key):
        account = _named(line.account, order.languages)
        amounts = line.debits_minor, line.credits_minor
        yield (order.date, key.bank, *account, line.owner, currency, *amounts)


def _amounts(languages: Languages) -> tuple[SheetColumn, SheetColumn]:
    return (
        SheetColumn(said(Phrase.in_context("voucher", "Debit"), languages), Kind.MONEY, total=True),
        SheetColumn(said(Phrase.in_context("voucher", "Credit"), languages), Kind.MONEY, total=True),
    )


def _total(languages: Languages) -> str:
    return said(Phrase.in_context("voucher", "Total"), languages)


def _named(account: Account, languages: Languages) -> tuple[str, str, str]:
    """Return an account's code, its name, and whose it is."""
    return account.value, said(ACCOUNTS[account], languages), said(SIDES[side_of(account)], languages)


def _register(store: SqlStore, order: VoucherOrder, paths: Sequence[Path]) -> None:
    files = []
    for path in paths:
        with path.open("rb") as stream:
            digest = digest_stream(stream)
        files.append({"name": path.name, "sha256": digest.sha256, "bytes": digest.size})
    with store.transaction() as tx:
        if order.actor.scope.whole:
            put_document(tx, order.date, DayDocument.VOUCHER, len(files), order.actor.name, order.now)
        subject = Subject(SubjectType.DAY, str(order.date))
        append_audit(tx, order.actor, "day voucher", subject, None, {"files": files}, order.now)

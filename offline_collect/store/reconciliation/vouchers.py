"""Vouchers of settled days: made from the day's entries in one statement, kept for ever, read line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, insert, literal_column, select, union_all

from offline_collect.domain.access.organisation import DEFAULT_BANK, OrganisationKind
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.voucher import MERCHANTS, VoucherKey, VoucherLine
from offline_collect.store.reports.ledger_postings import AT_ONCE, in_days, same_payment
from offline_collect.store.schema.organisation_tables import organisations
from offline_collect.store.schema.payout_tables import settlement_entries
from offline_collect.store.schema.tables import entries, merchants, payments
from offline_collect.store.schema.voucher_tables import voucher_lines
from offline_collect.store.sql.transaction import StoreTransaction

_BRANCH = organisations.c.kind == OrganisationKind.BRANCH.value
_BANK = case((_BRANCH, organisations.c.parent_id), else_=organisations.c.organisation_id)
"""The bank of a merchant's organisation."""

_LINE = ("business_date", "organisation_id", "currency", "account", "owner")


def put_voucher(tx: StoreTransaction, day: BusinessDate) -> None:
    """Store the vouchers of all banks for a day, before it is SETTLED; the database adds up, no row is read here."""
    tx.connection.execute(
        insert(voucher_lines).from_select([*_LINE, "debits_minor", "credits_minor"], _lines(day))
    )


def _lines(day: BusinessDate) -> Select[Any]:
    moved = _moved(day)
    debit, credit = debits_and_credits(moved)
    line = [moved.c[name] for name in _LINE]
    return select(*line, debit, credit).group_by(*line)


def _moved(day: BusinessDate) -> Subquery:
    """Return all that was posted on a day, with the bank in whose books it is."""
    return union_all(_of_payments(day), _of_settlement(day)).subquery("moved")


def _of_settlement(day: BusinessDate) -> Select[Any]:
    """Return the entries of settlements and payouts: an owner is a bank, or a merchant, which is in its bank's books."""
    own = settlement_entries.c
    is_merchant = own.account.in_([account.value for account in sorted(MERCHANTS)])
    bank = case((is_merchant, func.coalesce(_BANK, DEFAULT_BANK)), else_=own.owner)
    return (
        select(
            own.business_date,
            bank.label("organisation_id"),
            own.currency,
            own.account,
            own.owner,
            own.amount_minor,
        )
        .outerjoin_from(
            settlement_entries, merchants, and_(is_merchant, merchants.c.merchant_id == own.owner)
        )
        .outerjoin(organisations, organisations.c.organisation_id == merchants.c.organisation_id)
        .where(in_days(own.posting, day, day))
    )


def _of_payments(day: BusinessDate) -> Select[Any]:
    """Return the entries of payments: they are in the books of the merchant's bank.

    Money for a merchant that nobody knows is in the books of the bank that every store has.
    """
    return (
        select(
            entries.c.business_date,
            func.coalesce(_BANK, DEFAULT_BANK).label("organisation_id"),
            entries.c.currency,
            entries.c.account,
            entries.c.owner,
            entries.c.amount_minor,
        )
        .join_from(entries, payments, same_payment(entries))
        .outerjoin(merchants, merchants.c.merchant_id == payments.c.merchant_id)
        .outerjoin(organisations, organisations.c.organisation_id == merchants.c.organisation_id)
        .where(in_days(entries.c.posting, day, day))
    )


def debits_and_credits(moved: Any) -> tuple[Any, Any]:
    """Return the sums of what some entries debit, and of what they credit."""
    zero: Any = literal_column("0")
    amount = moved.c.amount_minor
    return (
        func.sum(case((amount > zero, amount), else_=zero)).label("debits_minor"),
        func.sum(case((amount < zero, -amount), else_=zero)).label("credits_minor"),
    )


def unbalanced_vouchers(day: BusinessDate | None = None) -> Select[Any]:
    """Find vouchers, of a day or of all, whose debits are not their credits."""
    own = voucher_lines.c
    found = select(own.business_date, own.organisation_id, own.currency)
    if day is not None:
        found = found.where(own.business_date == day)
    differ = func.sum(own.debits_minor) != func.sum(own.credits_minor)
    return found.group_by(own.business_date, own.organisation_id, own.currency).having(differ)


def balanced(tx: StoreTransaction, day: BusinessDate) -> bool:
    """Whether each voucher of a day has as much debited as credited."""
    return tx.connection.execute(unbalanced_vouchers(day)).first() is None


def vouchers_of(tx: StoreTransaction, day: BusinessDate) -> list[VoucherKey]:
    """Return which vouchers a day has, by bank and currency."""
    own = voucher_lines.c
    asked = select(own.organisation_id, own.currency).where(own.business_date == day).distinct()
    found = tx.connection.execute(asked.order_by(own.organisation_id, own.currency))
    return [VoucherKey(bank, currency) for bank, currency in found]


def voucher_lines_of(tx: StoreTransaction, day: BusinessDate, key: VoucherKey) -> Iterator[VoucherLine]:
    """Yield a voucher's lines by account and owner; the rows are streamed."""
    own = voucher_lines.c
    named = and_(own.business_date == day, own.organisation_id == key.bank, own.currency == key.currency)
    asked = (
        select(own.account, own.owner, own.debits_minor, own.credits_minor)
        .where(named)
        .order_by(own.account, own.owner)
        .execution_options(yield_per=AT_ONCE)
    )
    for account, owner, debits, credits_minor in tx.connection.execute(asked):
        yield VoucherLine(Account(account), owner, debits, credits_minor)

"""The vouchers of a day for the general ledger: made when it is settled, and shown (docs/day-end.md)."""

from __future__ import annotations

from dataclasses import dataclass

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.organisation import ROOT
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.errors import ReconciliationError
from offline_collect.domain.reconciliation.voucher import VoucherKey, VoucherSum, sums_of
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.store import SqlStore, StoreTransaction
from offline_collect.store.reconciliation.settling import settled_by
from offline_collect.store.reconciliation.vouchers import balanced, put_voucher, voucher_lines_of, vouchers_of


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as it is shown.

    Attributes:
        sums: by kind of account.
    """

    key: VoucherKey
    sums: tuple[VoucherSum, ...]


def make_voucher(tx: StoreTransaction, date: BusinessDate) -> None:
    """Fix the vouchers of a day that is being settled, when all its entries are there.

    Raises:
        ReconciliationError: the entries of a bank do not balance.
    """
    put_voucher(tx, date)
    if not balanced(tx, date):
        raise ReconciliationError(
            Phrase(
                "the entries of business day {date} do not balance, so it was not settled: run"
                " `offline-collect verify`",
                date=str(date),
            )
        )


def view_vouchers(store: SqlStore, actor: Actor, date: BusinessDate) -> list[Voucher]:
    """Return the vouchers of a settled day, by bank and currency: of all banks, or of the actor's own.

    Raises:
        NotPermittedError, ScopeError: the actor may not see them, or sees only part of a bank.
        ReconciliationError: the day is not settled.
    """
    require_books(actor)
    with store.snapshot() as reading:
        refuse_unsettled(reading, date)
        return [
            Voucher(key, sums_of(voucher_lines_of(reading, date, key)))
            for key in vouchers_of(reading, date)
            if sees_books(actor, key.bank)
        ]


def has_books(actor: Actor) -> bool:
    """Whether an actor belongs to a whole bank, or to all of them: a branch and a merchant have no books of their own."""
    scope = actor.scope
    return scope.merchants is None and scope.path.count(ROOT) <= 2  # noqa: PLR2004 - a bank's path has two


def require_books(actor: Actor) -> None:
    """Check that an actor may see the books of a bank.

    Raises:
        NotPermittedError, ScopeError: he may not.
    """
    actor.require(Permission.VIEW)
    if not has_books(actor):
        actor.require_whole("see the vouchers of business days")


def sees_books(actor: Actor, bank: str) -> bool:
    """Whether the books of a bank are in an actor's scope."""
    return actor.scope.covers(f"{ROOT}{bank}{ROOT}")


def refuse_unsettled(tx: StoreTransaction, date: BusinessDate) -> None:
    """Refuse a day that is not settled.

    Raises:
        ReconciliationError: it is not.
    """
    if settled_by(tx, date) is None:
        raise ReconciliationError(
            Phrase("business day {date} has no voucher before it is settled", date=str(date))
        )

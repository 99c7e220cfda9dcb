"""The voucher of a settled day for the general ledger of one bank: what each account was debited and credited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.values import value


class OwnerSide(StrEnum):
    """Whose accounts of a kind are."""

    INSTITUTION = "INSTITUTION"
    MERCHANT = "MERCHANT"
    BANK = "BANK"


_INSTITUTIONS = frozenset({Account.CLEARING, Account.BATCH_CLEARING, Account.SUSPENSE, Account.PAYER_FEE})
MERCHANTS = frozenset({Account.PAYABLE, Account.OUTSIDE, Account.FEES_RECEIVABLE})
"""The kinds of accounts that are a merchant's."""


def side_of(account: Account) -> OwnerSide:
    """Return whose accounts of a kind are: an institution's, a merchant's, or the bank's own."""
    if account in _INSTITUTIONS:
        return OwnerSide.INSTITUTION
    return OwnerSide.MERCHANT if account in MERCHANTS else OwnerSide.BANK


@value
class VoucherKey:
    """Names a voucher.

    Attributes:
        bank: the organisation that is the legal entity.
        currency: ISO 4217 number.
    """

    bank: str
    currency: str


@value
class VoucherLine:
    """What one account was debited and credited on a business day, in minor units; both are 0 or more."""

    account: Account
    owner: str
    debits_minor: int
    credits_minor: int


@value
class VoucherSum:
    """The lines of all accounts of one kind.

    Attributes:
        accounts: how many they are.
    """

    account: Account
    accounts: int = 0
    debits_minor: int = 0
    credits_minor: int = 0

    @property
    def side(self) -> OwnerSide:
        """Whose accounts they are."""
        return side_of(self.account)


def sums_of(lines: Iterable[VoucherLine]) -> tuple[VoucherSum, ...]:
    """Return the sums of a voucher's lines by kind of account, in the order of kinds; lines are not kept."""
    found: dict[Account, VoucherSum] = {}
    for line in lines:
        known = found.get(line.account) or VoucherSum(line.account)
        found[line.account] = replace(
            known,
            accounts=known.accounts + 1,
            debits_minor=known.debits_minor + line.debits_minor,
            credits_minor=known.credits_minor + line.credits_minor,
        )
    return tuple(found[account] for account in Account if account in found)

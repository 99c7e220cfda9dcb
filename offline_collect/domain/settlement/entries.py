"""Entries of settlements and payouts: postings of their own, each of which sums to zero.

A payment has credited PAYABLE. Settlement takes the bank's fees off it, or asks for them by the month (FEES_RECEIVABLE);
a payout moves what is left to the bank's PAYOUT_CLEARING, and a failed one moves it back.
"""

from __future__ import annotations

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.settlement.payouts import Due, PayoutKind
from offline_collect.domain.values import value


@value
class SettlementEntry:
    """One line of a posting: debits are positive, credits negative, in minor units.

    Attributes:
        owner: the account's owner: a bank's organisation, or a merchant.
    """

    posting: str
    line: int
    account: Account
    owner: str
    amount_minor: int
    currency: str
    business_date: BusinessDate


@value
class Books:
    """Where a posting belongs.

    Attributes:
        bank: the organisation whose books have the merchant.
    """

    merchant_id: str
    bank: str
    currency: str
    business_date: BusinessDate


_OWING = {PayoutKind.PAYOUT: Account.PAYABLE, PayoutKind.FEES: Account.FEES_RECEIVABLE}


def fee_entries(posting: str, books: Books, due: Due, fees_minor: int) -> tuple[SettlementEntry, ...]:
    """Return the posting of a settled day's fees: taken off at once, or to be charged by the month.

    Args:
        due: what the day owes by the merchant's terms.
        fees_minor: all fees of the day.
    """
    owing = Account.PAYABLE if due.fees_minor is None else Account.FEES_RECEIVABLE
    return _moved(posting, books, (owing, books.merchant_id), (Account.FEE_INCOME, books.bank), fees_minor)


def payout_entries(
    posting: str, books: Books, kind: PayoutKind, amount_minor: int
) -> tuple[SettlementEntry, ...]:
    """Return the posting of a payout, or of one that failed if the amount has the other sign."""
    owing = (_OWING[kind], books.merchant_id)
    return _moved(posting, books, owing, (Account.PAYOUT_CLEARING, books.bank), amount_minor)


def _moved(
    posting: str, books: Books, debited: tuple[Account, str], credited: tuple[Account, str], amount_minor: int
) -> tuple[SettlementEntry, ...]:
    return tuple(
        SettlementEntry(
            posting=posting,
            line=line,
            account=account,
            owner=owner,
            amount_minor=minor,
            currency=books.currency,
            business_date=books.business_date,
        )
        for line, (account, owner), minor in ((1, debited, amount_minor), (2, credited, -amount_minor))
    )

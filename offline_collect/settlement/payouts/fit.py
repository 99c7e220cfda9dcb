"""Whether payouts fit the file of a run: a merchant whose account, name or number does not is left out of it."""

from __future__ import annotations

from offline_collect.domain.business_days.dates import BusinessDate
from offline_collect.domain.merchants import Merchant, SettlementAccount
from offline_collect.domain.settlement.payouts import Payout, PayoutAccount, PayoutKind
from offline_collect.files.errors import FixedFieldError
from offline_collect.files.fixed_width.layout import FixedLayout
from offline_collect.files.fixed_width.write import line as fixed_line
from offline_collect.settlement.payouts.out_file import payout_values


def account_of(merchant: Merchant, day: BusinessDate) -> PayoutAccount:
    """Return a merchant's account as it applies on a day."""
    return _to_pay(merchant, merchant.account_on(day))


def _to_pay(merchant: Merchant, account: SettlementAccount) -> PayoutAccount:
    return PayoutAccount(account.number, account.name or merchant.name, account.bank)


def misfit(layout: FixedLayout, payout: Payout) -> str | None:
    """Return why a payout does not fit the file, without the field's content; None if it does."""
    try:
        fixed_line(layout.detail, payout_values(payout))
    except FixedFieldError as error:
        return str(error.reason)
    return None


def merchant_misfit(layout: FixedLayout, merchant: Merchant) -> str | None:
    """Return why no payout to a merchant's account, the one that was set last, would fit; None if one would."""
    payout = Payout(
        run_no="S00000000000001",
        sequence=1,
        merchant_id=merchant.merchant_id,
        kind=PayoutKind.PAYOUT,
        amount_minor=1,
        account=_to_pay(merchant, merchant.settlement_account),
        remark=None,
        posting="",
    )
    return misfit(layout, payout)

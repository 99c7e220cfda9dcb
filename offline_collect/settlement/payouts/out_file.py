"""What a run's file says: the values of its header and payouts."""

from __future__ import annotations

from offline_collect.domain.settlement.payouts import Payout, Run
from offline_collect.files.fixed_width.layout import Values

OUT_LAYOUT = "settle-out"
RESULT_LAYOUT = "settle-result"


def file_name(run_no: str) -> str:
    """Return the name of a run's file."""
    return f"{OUT_LAYOUT}-{run_no}.dat"


def header_values(run: Run) -> Values:
    """Return the values of a run's header."""
    return {
        "bank": run.bank_number,
        "business_date": run.business_date,
        "run_no": run.run_no,
        "count": run.payout_count,
        "total": run.total_minor,
        "currency": run.currency,
    }


def payout_values(payout: Payout) -> Values:
    """Return the values of a payout."""
    return {
        "sequence": payout.sequence,
        "merchant_id": payout.merchant_id,
        "account": payout.account.number,
        "account_bank": payout.account.bank,
        "account_name": payout.account.name,
        "amount": abs(payout.amount_minor),
        "sign": "+" if payout.amount_minor > 0 else "-",
        "reference": payout.reference,
        "remark": payout.remark,
    }

"""Invariants of payouts: each settled day's money is paid once, or still waits, and the entries say the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from offline_collect.domain.ledger.ledger import Account
from offline_collect.domain.reconciliation.items import PAYOUT_FAILED, ItemState
from offline_collect.domain.settlement.payouts import PAID, PayoutKind, PayoutState, RunState
from offline_collect.store.schema.payout_tables import (
    payout_runs,
    payouts,
    settlement_dues,
    settlement_entries,
)
from offline_collect.store.schema.reconciliation_tables import recon_items, settlements

_ZERO: ColumnElement[int] = literal_column("0")
_OWN, _DUE, _ENTRY = payouts.c, settlement_dues.c, settlement_entries.c
_NAME = _OWN.run_no + literal("-") + cast(_OWN.sequence, String(10))
_FAILED = (PayoutState.FAILED.value, PayoutState.WAITING.value)


def unbalanced_postings() -> Select[Any]:
    """Find postings of settlements and payouts whose entries do not sum to zero."""
    total = func.sum(_ENTRY.amount_minor)
    return select(_ENTRY.posting).group_by(_ENTRY.posting, _ENTRY.currency).having(total != 0)


def days_owing_otherwise() -> Select[Any]:
    """Find merchants' sums of settled days that owe another amount; days before the first that owes are not looked at."""
    own = settlements.c
    same = and_(_DUE.business_date == own.business_date, _DUE.merchant_id == own.merchant_id)
    first = select(func.min(_DUE.business_date)).scalar_subquery()
    owing = _DUE.payable_minor - func.coalesce(_DUE.fees_minor, _ZERO)
    return (
        select(own.merchant_id)
        .outerjoin_from(settlements, settlement_dues, same)
        .where(own.business_date >= first, or_(_DUE.merchant_id.is_(None), owing != own.net_minor))
    )


def payouts_of_wrong_amount() -> Select[Any]:
    """Find payouts that are not the sum of the days that they pay, or of the payout that they pay again."""
    paid = select(
        _DUE.paid_run.label("run_no"), _DUE.paid_sequence.label("sequence"), _DUE.payable_minor.label("minor")
    ).where(_DUE.paid_run.is_not(None))
    charged = select(_DUE.charged_run, _DUE.charged_sequence, -_DUE.fees_minor).where(
        _DUE.charged_run.is_not(None)
    )
    again = payouts.alias("again")
    replaced = select(again.c.again_run, again.c.again_sequence, _ZERO).where(again.c.again_run.is_not(None))
    rows = union_all(paid, charged, replaced).subquery("rows")
    sums = (
        select(rows.c.run_no, rows.c.sequence, func.sum(rows.c.minor).label("minor"))
        .group_by(rows.c.run_no, rows.c.sequence)
        .subquery("sums")
    )
    former = payouts.alias("former")
    same = and_(sums.c.run_no == _OWN.run_no, sums.c.sequence == _OWN.sequence)
    replaces = and_(former.c.run_no == _OWN.again_run, former.c.sequence == _OWN.again_sequence)
    wanted = case((_OWN.again_run.is_not(None), former.c.amount_minor), else_=sums.c.minor)
    return (
        select(_NAME)
        .outerjoin_from(payouts, sums, same)
        .outerjoin(former, replaces)
        .where(or_(wanted.is_(None), wanted != _OWN.amount_minor))
    )


def payouts_not_as_posted() -> Select[Any]:
    """Find payouts whose postings are not their amount, or that failed without a posting that takes it back."""
    out, back = settlement_entries.alias("out"), settlement_entries.alias("back")
    posted = and_(out.c.posting == _OWN.posting, out.c.account == Account.PAYOUT_CLEARING.value)
    returned = and_(back.c.posting == _OWN.failed_posting, back.c.account == Account.PAYOUT_CLEARING.value)
    paid = _OWN.state.in_(sorted(state.value for state in PAID))
    return (
        select(_NAME)
        .outerjoin_from(payouts, out, posted)
        .outerjoin(back, returned)
        .where(
            or_(
                func.coalesce(out.c.amount_minor, _ZERO) != -_OWN.amount_minor,
                and_(paid, _OWN.failed_posting.is_not(None)),
                and_(not_(paid), func.coalesce(back.c.amount_minor, _ZERO) != _OWN.amount_minor),
            )
        )
    )


def runs_of_wrong_sum() -> Select[Any]:
    """Find runs whose count or total is not that of their payouts, or whose payouts are in states that theirs does not allow."""
    out = case((_OWN.state == PayoutState.OUT.value, 1), else_=_ZERO)
    sums = (
        select(
            _OWN.run_no,
            func.count().label("count"),
            func.sum(func.abs(_OWN.amount_minor)).label("total"),
            func.sum(out).label("out"),
        )
        .group_by(_OWN.run_no)
        .subquery("sums")
    )
    own = payout_runs.c
    taken = own.state == RunState.TAKEN.value
    return (
        select(own.run_no)
        .outerjoin_from(payout_runs, sums, sums.c.run_no == own.run_no)
        .where(
            or_(
                func.coalesce(sums.c.count, _ZERO) != own.payout_count,
                func.coalesce(sums.c.total, _ZERO) != own.total_minor,
                and_(taken, sums.c.out != 0),
                and_(not_(taken), sums.c.out != sums.c.count),
            )
        )
    )


def merchants_owed_otherwise() -> Select[Any]:
    """Find merchants whose accounts in the settlement entries are not what is still to be paid, or charged, to them.

    PAYABLE: settled days have credited it before fees; fees and payouts are debited. What is left is what no payout has,
    and what has failed.
    """
    failed = _OWN.state.in_(_FAILED)
    rows = union_all(
        _part(_DUE.merchant_id, case((_DUE.paid_run.is_(None), _DUE.payable_minor), else_=_ZERO)),
        _part(_OWN.merchant_id, _OWN.amount_minor).where(failed, _OWN.kind == PayoutKind.PAYOUT.value),
        _part(settlements.c.merchant_id, settlements.c.reversals_minor - settlements.c.gross_minor).where(
            settlements.c.business_date >= select(func.min(_DUE.business_date)).scalar_subquery()
        ),
        _part(_ENTRY.owner, _ENTRY.amount_minor).where(_ENTRY.account == Account.PAYABLE.value),
    ).subquery("payable")
    return _not_zero(rows)


def fees_owed_otherwise() -> Select[Any]:
    """Find merchants whose fees by the month, in the settlement entries, are not what is still to be charged."""
    failed = _OWN.state.in_(_FAILED)
    waiting = case((_DUE.charged_run.is_(None), _DUE.fees_minor), else_=_ZERO)
    rows = union_all(
        _part(_DUE.merchant_id, func.coalesce(waiting, _ZERO)),
        _part(_OWN.merchant_id, -_OWN.amount_minor).where(failed, _OWN.kind == PayoutKind.FEES.value),
        _part(_ENTRY.owner, -_ENTRY.amount_minor).where(_ENTRY.account == Account.FEES_RECEIVABLE.value),
    ).subquery("fees")
    return _not_zero(rows)


def _part(merchant_id: ColumnElement[str], minor: ColumnElement[int]) -> Select[str, int]:
    return select(merchant_id.label("merchant_id"), minor.label("minor"))


def _not_zero(rows: Any) -> Select[Any]:
    return select(rows.c.merchant_id).group_by(rows.c.merchant_id).having(func.sum(rows.c.minor) != 0)


def failed_without_item() -> Select[Any]:
    """Find payouts that failed and have no open item, and others that have one."""
    item = and_(
        recon_items.c.match_key == _NAME,
        recon_items.c.difference == PAYOUT_FAILED,
        recon_items.c.state == ItemState.OPEN.value,
    )
    failed = case((_OWN.state == PayoutState.FAILED.value, 1), else_=_ZERO)
    there = case((recon_items.c.item_no.is_not(None), 1), else_=_ZERO)
    return select(_NAME).outerjoin_from(payouts, recon_items, item).where(failed != there)


def queries() -> dict[tuple[int, str], Select[Any]]:
    """Return the queries by the invariant and the meaning of what they find."""
    return {
        (1, "the entries of the settlement posting do not sum to zero"): unbalanced_postings(),
        (3, "the payout is not the sum of the days that it pays"): payouts_of_wrong_amount(),
        (3, "the payout's postings are not its amount"): payouts_not_as_posted(),
        (3, "the run's count, total or payouts' states are not as it says"): runs_of_wrong_sum(),
        (3, "the payout failed without an open item, or has one without that"): failed_without_item(),
        (5, "the merchant's settled day owes another amount than its sums"): days_owing_otherwise(),
        (5, "the merchant's PAYABLE is not what is still to be paid"): merchants_owed_otherwise(),
        (5, "the merchant's fees by the month are not what is still to be charged"): fees_owed_otherwise(),
    }

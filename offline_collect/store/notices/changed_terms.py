"""Notices to payers whose mandates have other terms by a list, its undoing, or a change by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select

from offline_collect.domain.debits.mandates import Cycle, MandateState
from offline_collect.domain.effects import Notice, NoticeKind
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.notices.mandate_changes import DebitTerms, TermsChange, terms_notice, terms_told
from offline_collect.store.notices.events import write_notices
from offline_collect.store.schema.mandate_tables import mandates
from offline_collect.store.schema.notice_tables import notice_deliveries
from offline_collect.store.schema.tables import customers, outbox
from offline_collect.store.sql.by_key import among, listed
from offline_collect.store.sql.by_name import row_reader
from offline_collect.store.sql.transaction import StoreTransaction
from offline_collect.store.sql.visibility import Row

_NAMES = customers.columns.keys()
_CUSTOMER_NO = _NAMES.index("customer_no")

_COLUMNS = {
    "mandate_ref": "reference",
    "debit_account": "account",
    "debit_bank": "bank",
    "mandate_signed_on": "signed_on",
    "mandate_from": "first_day",
    "mandate_to": "last_day",
    "mandate_limit_minor": "limit_minor",
    "mandate_cycle": "cycle",
    "mandate_cycle_limit_minor": "cycle_limit_minor",
}
"""Columns of customers that are terms, and what the rule calls them."""

_terms_of = row_reader(
    DebitTerms,
    [_COLUMNS.get(name, f"its {name}") for name in _NAMES],
    {"cycle": lambda word: None if word is None else Cycle(word)},
)


def tell_changed_terms(
    tx: StoreTransaction,
    merchant: Merchant,
    versions: Sequence[tuple[Row, Row]],
    by: str,
    now: dt.datetime,
) -> None:
    """Write a notice for each payer whose mandate has other terms; a change that was told already is not told again.

    Args:
        versions: of at most a page of customers, each as it was and as it is from now on.
        by: what has changed them, as :class:`TermsChange` has it.
    """
    if not merchant.tells(NoticeKind.MANDATE_CHANGED):
        return
    changed = [(row[_CUSTOMER_NO], _terms_of(before), _terms_of(row)) for before, row in versions]
    decided = _decided(tx, merchant.merchant_id, {after.reference for _, _, after in changed})
    notices = [
        terms_notice(merchant, TermsChange(after.reference, number, by, now))
        for number, before, after in changed
        if after.reference is not None and terms_told(before, after, decided.get(after.reference))
    ]
    _write_new(tx, [each for each in notices if each is not None])


def _decided(
    tx: StoreTransaction, merchant_id: str, references: AbstractSet[str | None]
) -> dict[str, MandateState]:
    own = (mandates.c.merchant_id == merchant_id, mandates.c.reference.in_(references - {None}))
    rows = tx.connection.execute(select(mandates.c.reference, mandates.c.state).where(*own))
    return {reference: MandateState(state) for reference, state in rows}


def _write_new(tx: StoreTransaction, notices: Sequence[Notice]) -> None:
    if not notices:
        return
    ids = listed(each.notice_id for each in notices)
    told = {
        notice_id
        for table in (outbox, notice_deliveries)
        for notice_id in tx.connection.execute(
            select(table.c.notice_id).where(among(tx.connection.dialect.name, table.c.notice_id)), ids
        ).scalars()
    }
    write_notices(tx, [each for each in notices if each.notice_id not in told])

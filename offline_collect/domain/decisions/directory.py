"""0100/391000: the merchants that a terminal may collect for."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, Record
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Directory
from offline_collect.domain.decisions.deciding import Context, Decision
from offline_collect.domain.effects import NO_EFFECTS
from offline_collect.domain.facts import Facts, Wants
from offline_collect.domain.merchants import Merchant


def want(command: Directory, facts: Facts, wants: Wants) -> bool:  # noqa: ARG001 - one round is enough
    """Request a page of merchants."""
    wants.merchant_pages.add(command.cursor)
    return False


def decide(command: Directory, facts: Facts, context: Context) -> Decision:
    """Answer with one record for each merchant, by id; the cursor is the id."""
    page = facts.merchant_pages[command.cursor]
    most = context.terms.page_records
    shown, rest = page.merchants[:most], page.merchants[most:]
    return Answer(
        ResponseCode.APPROVED,
        values={"open_count": page.total},
        records=tuple(_record(merchant) for merchant in shown),
        beyond=rest[0].merchant_id if rest else None,
    ), NO_EFFECTS


def _record(merchant: Merchant) -> Record:
    values: dict[str, str | int] = {
        "title": merchant.name,
        "trade": merchant.trade,
        "merchant_id": merchant.merchant_id,
    }
    return Record(values, merchant.merchant_id)

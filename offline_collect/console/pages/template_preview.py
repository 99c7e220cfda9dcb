"""What words of a notice make of a bill, as the pages of templates show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from offline_collect.console.notices import NoticeParts
from offline_collect.console.visit import Visit
from offline_collect.domain.bills import BillState
from offline_collect.domain.effects import TO_MERCHANT
from offline_collect.merchant.entry.view_bills import BillSearch, search_bills
from offline_collect.notify.preview import Preview, PreviewOrder, preview_notice

EXAMPLES = 50
"""Bills among which one is looked for that nobody has paid."""


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """A message that is not sent.

    Attributes:
        bill: the bill or business date that it is about.
        cost: of the message as an SMS; None without a price of its parts.
    """

    made: Preview
    bill: str
    cost: Decimal | None


def previewed(visit: Visit, order: PreviewOrder) -> ShownPreview | None:
    """Return what the words of an order make of its bill, else of one of the merchant's; None if it has none.

    Raises:
        NotPermittedError: the user may not look.
        NotFoundError, NoticeError: there is no such merchant, bill or statement, or the words cannot be told.
    """
    merchant_id, bill_no = order.bill
    if not bill_no and order.kind not in TO_MERCHANT:
        bill_no = _example(visit, merchant_id)
    if not bill_no:
        return None
    parts = visit.part(NoticeParts)
    about = replace(order, bill=(merchant_id, bill_no))
    made = preview_notice(visit.store, visit.actor, parts.words, about, visit.now)
    price = parts.part_price
    return ShownPreview(made, bill_no, None if price is None else price * made.sms.parts)


def _example(visit: Visit, merchant_id: str) -> str:
    """Return the number of a merchant's first bill, if possible of an open one; '' without any."""
    page = search_bills(visit.store, merchant_id, BillSearch(), visit.actor, None, EXAMPLES)
    bills = [each.bill for each in page.found]
    unpaid = [each for each in bills if each.state(page.on) is BillState.OPEN]
    return next((each.bill_no for each in (*unpaid, *bills)), "")

"""A merchant's fees: what payers are charged beside their bills, and late fees and fees that change on dates."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from offline_collect.console.errors import ChoiceError
from offline_collect.console.merchant_change import change as change_merchant
from offline_collect.console.merchant_lists import (
    ROWS_MAX,
    as_texts,
    lists_shown,
    rows_of,
    too_long,
    typed_rows,
)
from offline_collect.console.page import Answer, Page, Shown
from offline_collect.console.visit import Visit
from offline_collect.domain.access.roles import Permission
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.profile.change_rules import with_lists
from offline_collect.merchant.profile.view import view_merchant

TITLE = Phrase("A merchant's fees")
_TOO_LONG = Phrase(
    "a list has more than {most} rows: it is changed by a file, with merchant set", most=ROWS_MAX
)


def ask(visit: Visit) -> Answer:
    """Show the lists of a merchant's fees, to be changed."""
    document = view_merchant(visit.store, visit.parts_of_path["merchant"], visit.actor)
    rows = rows_of(document)
    too_many = _TOO_LONG if too_long(rows) else None
    values = {"merchant": document["id"], "seen": rows, "too_long": too_many, **lists_shown(rows)}
    return Shown("merchant_fees.html", values)


def change(visit: Visit) -> Answer:
    """Change the lists that were typed otherwise, or ask another user to."""
    merchant_id = visit.parts_of_path["merchant"]
    before = rows_of(view_merchant(visit.store, merchant_id, visit.actor))
    visit.form.refuse_stale(before)
    if too_long(before):
        raise ChoiceError(_TOO_LONG)
    sent = typed_rows(visit.form)
    lists = {path: rows for path, rows in sent.items() if as_texts(rows) != before[path]}

    def edit(merchant: Merchant, start: dt.date | None) -> Merchant:
        return with_lists(merchant, lists, start)

    return change_merchant(visit, merchant_id, edit, f"/merchants/{quote(merchant_id)}")


PAGES = (
    Page(
        path="/merchants/{merchant}/fees",
        title=TITLE,
        handler=ask,
        permission=Permission.MAINTAIN_MERCHANTS,
    ),
    Page(
        path="/merchants/{merchant}/fees",
        title=TITLE,
        handler=change,
        permission=Permission.MAINTAIN_MERCHANTS,
        method="POST",
        again=ask,
        confirms=True,
    ),
)

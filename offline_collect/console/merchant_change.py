"""A change of a merchant's rules from a page: made, or asked for, and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from offline_collect.console.asked import done_or_request
from offline_collect.console.page import Redirect
from offline_collect.console.visit import Visit
from offline_collect.domain.merchants import Merchant
from offline_collect.domain.texts.phrases import Phrase
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.profile.change_rules import with_values
from offline_collect.merchant.profile.lifecycle import Edit, change_merchant

UNCHANGED = Phrase("the merchant is as before")


def change_rules(
    visit: Visit, merchant_id: str, values: Mapping[str, str], to: str, since: dt.date | None = None
) -> Redirect:
    """Change values of a merchant by their paths in merchant.yaml, or ask another user to.

    Args:
        to: the page to show when it is done.
        since: from which day rules of fees hold; None for those that have no day, and for the next one.
    """

    def edit(merchant: Merchant, start: dt.date | None) -> Merchant:
        return with_values(merchant, values, start)

    return change(visit, merchant_id, edit, to, since)


def change(visit: Visit, merchant_id: str, edit: Edit, to: str, since: dt.date | None = None) -> Redirect:
    """Change a merchant, or ask another user to; as :func:`change_rules`.

    Args:
        edit: returns the changed merchant.
    """
    done = change_merchant(visit.store, merchant_id, edit, visit.actor, visit.now, since, visit.control)
    as_before = not isinstance(done, Asked) and not done.differences
    return done_or_request(done, to, UNCHANGED if as_before else Phrase("the merchant is changed"))

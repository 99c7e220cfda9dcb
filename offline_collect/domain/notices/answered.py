"""Which merchants an answer is for: all messages to a number may come from one number of the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from offline_collect.domain.values import value

LAST_HOURS = dt.timedelta(hours=24)
"""How long after a message an answer is taken for one to it."""

CLOCKS = dt.timedelta(minutes=2)
"""How much a gateway's clock may be behind ours: an answer does not come before its message."""


class KnownBy(StrEnum):
    """How it is known whom a payer answers."""

    NAMED = "NAMED"
    EXTENSION = "EXTENSION"
    LAST_MESSAGE = "LAST_MESSAGE"
    ALL = "ALL"


@value
class Writer:
    """A merchant that has written to a number.

    Attributes:
        customer_no: of one of the customers to whom it wrote there.
        last_at: when its last message before the answer went out; None if all went out later.
    """

    merchant_id: str
    customer_no: str
    last_at: dt.datetime | None


def answered_writers(
    writers: Sequence[Writer], at: dt.datetime, *, named: str | None = None, extension_of: str | None = None
) -> tuple[KnownBy, Sequence[Writer]]:
    """Return the merchants whom a payer answers, and how that is known.

    Whoever did not write to the number is not answered. Where nothing says whom a payer answers, it is all of them: he
    may then miss notices that he wants, but does not get those that he does not want.

    Args:
        writers: all merchants that have written to the number.
        at: when he answered.
        named: the merchant that a user has named; None without one.
        extension_of: the merchant whose extension he wrote to; None if it is nobody's.
    """
    if named is not None:
        return KnownBy.NAMED, [each for each in writers if each.merchant_id == named]
    own = [each for each in writers if each.merchant_id == extension_of]
    if own:
        return KnownBy.EXTENSION, own
    times = [each.last_at for each in writers if each.last_at is not None]
    if times and at - LAST_HOURS <= max(times):
        # Several if their messages went out together.
        return KnownBy.LAST_MESSAGE, [each for each in writers if each.last_at == max(times)]
    return KnownBy.ALL, writers

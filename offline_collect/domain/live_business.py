"""Traffic for tests: a link that is marked so takes no payments while the bank collects real money."""

from __future__ import annotations

from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import Command, Payment

_REFUSED = decline(
    ResponseCode.NOT_PERMITTED,
    "link is for tests",
    "this link is for tests, and the business is live: no payment is taken here",
)


def refuse_on_test_link(command: Command, *, test: bool, live: bool) -> Answer | None:
    """Return the refusal of a payment or an advice on a link for tests of a business that is live, else None.

    Inquiries pass, and so do reversals: a payment that was taken before the link was marked can still be undone.

    Args:
        command: what the link was asked.
        test: whether the link is marked as one for tests.
        live: whether the bank collects real money.
    """
    return _REFUSED if test and live and isinstance(command, Payment) else None

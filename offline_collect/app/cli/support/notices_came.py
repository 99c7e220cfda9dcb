"""Says what came in by HTTP, in one line of a sender's output."""

from __future__ import annotations

from offline_collect.notify.callbacks.counts import CameIn
from offline_collect.notify.replies import RepliesTaken
from offline_collect.notify.reports import Taken


def came_text(came: CameIn) -> str:
    """Return what came in since the last look; '' if nothing did."""
    return "; ".join(
        f"{what}: {told}"
        for what, told in (
            ("delivery reports", _reports(came.reports)),
            ("answers of payers", _replies(came.replies)),
            ("links to unsubscribe", f"{came.links} used" if came.links else ""),
            ("the app", f"{came.app} no more notices" if came.app else ""),
            ("requests", f"{came.unread} not to be read" if came.unread else ""),
        )
        if told
    )


def _reports(taken: Taken) -> str:
    return _joined(
        (taken.applied, "taken"), (taken.idle, "without news"), (taken.unknown, "on no message of ours")
    )


def _replies(taken: RepliesTaken) -> str:
    return _joined(
        (taken.stopped, "no more notices"),
        (taken.refused, "not the customer"),
        (taken.others, "something else"),
    )


def _joined(*parts: tuple[int, str]) -> str:
    return ", ".join(f"{number} {words}" for number, words in parts if number)

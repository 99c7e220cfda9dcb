"""Says what came in by HTTP, in one line of a sender's output."""

from __future__ import annotations

from offline_collect.domain.texts.phrases import Phrase, listed, side_by_side
from offline_collect.notify.callbacks.counts import CameIn
from offline_collect.notify.replies import RepliesTaken
from offline_collect.notify.reports import Taken


def came_text(came: CameIn) -> Phrase | None:
    """Return what came in since the last look; None if nothing did."""
    told = [*_reports(came.reports), *_replies(came.replies), *_others(came)]
    return listed(told) if told else None


def _reports(taken: Taken) -> list[Phrase]:
    parts = _some(
        (taken.applied, Phrase("{count} taken", count=taken.applied)),
        (taken.idle, Phrase("{count} without news", count=taken.idle)),
        (taken.unknown, Phrase("{count} on no message of ours", count=taken.unknown)),
    )
    return [Phrase("delivery reports: {told}", told=side_by_side(parts))] if parts else []


def _replies(taken: RepliesTaken) -> list[Phrase]:
    parts = _some(
        (taken.stopped, Phrase("{count} no more notices", count=taken.stopped)),
        (taken.refused, Phrase("{count} not the customer", count=taken.refused)),
        (taken.others, Phrase("{count} something else", count=taken.others)),
    )
    return [Phrase("answers of payers: {told}", told=side_by_side(parts))] if parts else []


def _others(came: CameIn) -> list[Phrase]:
    return _some(
        (came.links, Phrase("links to unsubscribe: {count} used", count=came.links)),
        (came.app, Phrase("the app: {count} no more notices", count=came.app)),
        (came.unread, Phrase("requests: {count} not to be read", count=came.unread)),
    )


def _some(*parts: tuple[int, Phrase]) -> list[Phrase]:
    return [words for number, words in parts if number]

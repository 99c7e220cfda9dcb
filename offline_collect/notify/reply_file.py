"""The answers of payers that mean something, from `schemas/replies.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offline_collect.domain.notices.replies import REPLY_MAX, ReplyWords, plain_reply
from offline_collect.files.errors import LayoutError
from offline_collect.files.strict_model import StrictModel, checked

WORDS_MAX = 1_000
"""Words of one meaning."""


class _Words(StrictModel):
    stop: list[str]
    not_me: list[str]


class _File(StrictModel):
    replies: _Words


def compile_replies(mapping: Mapping[str, Any], source: str = "replies") -> ReplyWords:
    """Check the words and return them.

    Args:
        mapping: the content of the file.
        source: the file's name, for errors.

    Raises:
        LayoutError: one cannot be answered, or has two meanings; names the place in ``source`` and the reason.
    """
    found = checked(_File, mapping, source).replies
    stop = _plain(found.stop, f"{source}: replies.stop")
    not_me = _plain(found.not_me, f"{source}: replies.not_me")
    both = sorted(stop & not_me)
    if both:
        raise LayoutError(f"{source}: replies: {', '.join(both)} stands in stop and in not_me")
    return ReplyWords(stop, not_me)


def _plain(words: Sequence[str], place: str) -> frozenset[str]:
    if not 0 < len(words) <= WORDS_MAX:
        raise LayoutError(f"{place}: has {len(words)} words, 1 to {WORDS_MAX} are needed")
    for word in words:
        if not plain_reply(word) or len(word) > REPLY_MAX:
            raise LayoutError(
                f"{place}: {word!r} has no letter or digit, or more than {REPLY_MAX} characters"
            )
    return frozenset(map(plain_reply, words))

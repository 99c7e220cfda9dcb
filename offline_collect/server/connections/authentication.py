"""Checks the MACs of a link's messages, and puts MACs on its answers and notices."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from offline_collect.domain.answers import decline
from offline_collect.domain.codes import ResponseCode

if TYPE_CHECKING:
    from offline_collect.server.connections.key_ring import KeyRing
    from offline_collect.wire.messages.message import Message
    from offline_collect.wire.security.message_mac import MacKey, MessageMac


class MacProblem(StrEnum):
    """The reason why a message is answered 63, in metrics and log."""

    MISSING = "missing"
    WRONG = "wrong"
    NO_KEY = "no_key"


REFUSALS = {
    MacProblem.MISSING: decline(
        ResponseCode.SECURITY,
        "MAC missing",
        "messages of this link must carry a MAC as their last element",
    ),
    MacProblem.WRONG: decline(
        ResponseCode.SECURITY, "MAC wrong", "the MAC does not fit any working key of this link"
    ),
    MacProblem.NO_KEY: decline(
        ResponseCode.SECURITY,
        "no working key",
        "this link has no working key yet: request one (0800, DE 70 161)",
    ),
}


class Authentication:
    """MACs of one link.

    Args:
        mac: makes and verifies MACs in the dialect of the link.
        ring: the working keys of the link.
    """

    def __init__(self, mac: MessageMac, ring: KeyRing) -> None:
        self._mac = mac
        self.ring = ring

    def check(self, raw: bytes, message: Message) -> MacKey | MacProblem:
        """Return the key that made a message's MAC, or the problem with the MAC."""
        candidates = self.ring.candidates
        if not candidates:
            return MacProblem.NO_KEY
        key = self._mac.verify(raw, message, candidates)
        if key is None:
            return MacProblem.WRONG if self._mac.carries_one(message) else MacProblem.MISSING
        self.ring.verified(key)
        return key

    def encode(self, message: Message, request: Message | None, key: MacKey | None) -> bytes | None:
        """Return the bytes of an answer or notice with its MAC; None while there is no key.

        Args:
            request: the answered request; None for a notice.
            key: the key of the request's MAC; None means the latest key.
        """
        signing = key or self.ring.signing
        return None if signing is None else self._mac.encode(message, signing, request)

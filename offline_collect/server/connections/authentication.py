"""Whether a message is its sender's: MACs of what comes in over a link, and on what goes out."""

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
    """Why a message is answered 63, as metrics and log say it."""

    MISSING = "missing"
    WRONG = "wrong"
    NO_KEY = "no_key"


REFUSALS = {
    MacProblem.MISSING: decline(
        ResponseCode.SECURITY, "MAC missing", "this link asks for a MAC as the last element, 64 or 128"
    ),
    MacProblem.WRONG: decline(
        ResponseCode.SECURITY, "MAC wrong", "no working key of this link makes the MAC of this message"
    ),
    MacProblem.NO_KEY: decline(
        ResponseCode.SECURITY,
        "no working key",
        "this link has no working key yet: ask for one (0800, DE 70 161)",
    ),
}


class Authentication:
    """MACs of one link.

    Args:
        mac: how they are made.
        ring: the keys.
    """

    def __init__(self, mac: MessageMac, ring: KeyRing) -> None:
        self._mac = mac
        self.ring = ring

    def check(self, raw: bytes, message: Message) -> MacKey | MacProblem:
        """Return the key that made a message's MAC, or why it is not right."""
        candidates = self.ring.candidates
        if not candidates:
            return MacProblem.NO_KEY
        key = self._mac.verify(raw, message, candidates)
        if key is None:
            return MacProblem.WRONG if self._mac.carries_one(message) else MacProblem.MISSING
        self.ring.verified(key)
        return key

    def encode(self, message: Message, request: Message | None, key: MacKey | None) -> bytes | None:
        """Return the bytes of an answer or notice with its MAC; None while there is no key to make it.

        Args:
            request: what it answers; None for a notice.
            key: that made the request's; None takes the latest.
        """
        signing = key or self.ring.signing
        return None if signing is None else self._mac.encode(message, signing, request)

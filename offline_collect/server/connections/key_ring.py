"""The working keys of one link, as its connections use them: which verify, which one signs, and what a new one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.wire.security.message_mac import MacKey

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from offline_collect.domain.answers import Answer


@dataclass(frozen=True, slots=True)
class KeysInForce:
    """Working keys at a moment.

    Attributes:
        active: those whose MACs are right, the latest first; it signs where no other key was used.
        issued: one that was handed out by message and that its holder has not used yet.
    """

    active: tuple[MacKey, ...] = ()
    issued: MacKey | None = None


class KeyRing:
    """Keys of one link, replaced as a whole while the server runs.

    A key that was handed out (0800, DE 70 161) takes the place of the former one when the first MAC made by it comes:
    only who holds the key-encrypting key can have read it, so nobody else can have the former one put away.

    Args:
        used: told of the number of a handed-out key when it is used for the first time.
        issue: hands out a new key, or the one that was handed out and not used yet; None where no key is handed out.
    """

    def __init__(
        self, used: Callable[[int], None], issue: Callable[[], Deferred[Answer]] | None = None
    ) -> None:
        self._keys = KeysInForce()
        self._used = used
        self.issue = issue

    def replace(self, keys: KeysInForce) -> None:
        """Take the keys that are in force now."""
        self._keys = keys

    @property
    def candidates(self) -> tuple[MacKey, ...]:
        """Keys that may have made a MAC, the likeliest first."""
        keys = self._keys
        return keys.active if keys.issued is None else (*keys.active, keys.issued)

    @property
    def signing(self) -> MacKey | None:
        """The key of what no request's key signs; None before there is one."""
        return self._keys.active[0] if self._keys.active else None

    def verified(self, key: MacKey) -> None:
        """Take note that a MAC made by a key has come."""
        keys = self._keys
        if keys.issued is not None and key.number == keys.issued.number:
            self._keys = KeysInForce((key, *keys.active))
            self._used(key.number)

"""The working keys of one link in a running server: keys that verify, the key that signs, and the first use of a new key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_collect.wire.security.message_mac import MacKey

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from offline_collect.domain.answers import Answer
    from offline_collect.domain.commands import NetworkManagement
    from offline_collect.wire.security.key_transit import KeyTransit


@dataclass(frozen=True, slots=True)
class KeysInForce:
    """The valid working keys.

    Attributes:
        active: the keys in use, the latest first; the latest one signs unless the request has a MAC of another key.
        issued: the new key that was not used yet; None without one.
    """

    active: tuple[MacKey, ...] = ()
    issued: MacKey | None = None


class KeyRing:
    """Keys of one link, replaced as a whole while the server runs.

    An issued key becomes the signing key when the first message with its MAC arrives. Only the holder of the
    key-encrypting key can read an issued key, so nobody else can end the former one.

    Args:
        used: called with the number of an issued key at its first use.
        ask: issues a key for a request by message, or takes the key of a message; None if the server does neither.
    """

    def __init__(
        self,
        used: Callable[[int], None],
        ask: Callable[[NetworkManagement, KeyTransit], Deferred[Answer]] | None = None,
    ) -> None:
        self._keys = KeysInForce()
        self._used = used
        self.ask = ask

    def replace(self, keys: KeysInForce) -> None:
        """Replace all keys by those that are valid now."""
        self._keys = keys

    @property
    def candidates(self) -> tuple[MacKey, ...]:
        """The keys that may have made a MAC, the most likely first."""
        keys = self._keys
        return keys.active if keys.issued is None else (*keys.active, keys.issued)

    @property
    def signing(self) -> MacKey | None:
        """The key for messages that answer no MAC; None while there is none."""
        return self._keys.active[0] if self._keys.active else None

    def verified(self, key: MacKey) -> None:
        """Report a message with a MAC of a key."""
        keys = self._keys
        if keys.issued is not None and key.number == keys.issued.number:
            self._keys = KeysInForce((key, *keys.active))
            self._used(key.number)

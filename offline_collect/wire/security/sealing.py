"""Keys at rest: each is encrypted under the master key by AES-256-GCM, bound to the place that it is kept in."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import KeyCipher, check_value

MASTER_KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """What all keys of a store are encrypted under; it is never in the store.

    Raises:
        KeyFormatError: it is not as long as it must be.
    """

    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != MASTER_KEY_BYTES:
            raise KeyFormatError(f"a master key is {2 * MASTER_KEY_BYTES} hex digits")

    @property
    def check_value(self) -> str:
        """What it is known by."""
        return check_value(KeyCipher.AES, self.value)

    def seal(self, key: bytes, place: str, nonce: bytes) -> str:
        """Return a key encrypted, as hex digits.

        Args:
            place: where it is kept; sealed in, so that one key cannot be put in the place of another.
            nonce: 12 random bytes that were never used before.
        """
        return (nonce + AESGCM(self.value).encrypt(nonce, key, place.encode())).hex()

    def open(self, sealed: str, place: str) -> bytes:
        """Return a key that was sealed.

        Raises:
            KeyFormatError: it was sealed under another master key or for another place, or was changed.
        """
        raw = bytes.fromhex(sealed)
        try:
            return AESGCM(self.value).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except InvalidTag:
            pass
        raise KeyFormatError(
            f"the key of {place} does not open under the master key {self.check_value}: it was sealed under"
            " another one, or was changed in the store"
        )

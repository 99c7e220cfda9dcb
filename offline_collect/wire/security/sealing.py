"""Keys at rest: each is encrypted under the master key with AES-256-GCM, and bound to its place in the store."""

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
    """The key under which all keys of a store are encrypted; it is never in the store.

    Raises:
        KeyFormatError: it has a wrong length.
    """

    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != MASTER_KEY_BYTES:
            raise KeyFormatError(f"a master key is {2 * MASTER_KEY_BYTES} hex digits")

    @property
    def check_value(self) -> str:
        """The check value that identifies it."""
        return check_value(KeyCipher.AES, self.value)

    def seal(self, key: bytes, place: str, nonce: bytes) -> str:
        """Return a key encrypted, as hex digits.

        Args:
            place: its place in the store; authenticated, so that no key can replace another.
            nonce: 12 random bytes, used only once.
        """
        return (nonce + AESGCM(self.value).encrypt(nonce, key, place.encode())).hex()

    def open(self, sealed: str, place: str) -> bytes:
        """Return the value of an encrypted key.

        Raises:
            KeyFormatError: it was encrypted under another master key or for another place, or was changed.
        """
        raw = bytes.fromhex(sealed)
        try:
            return AESGCM(self.value).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except InvalidTag:
            pass
        raise KeyFormatError(
            f"the key of {place} cannot be decrypted with the master key {self.check_value}: it was encrypted"
            " under another one, or was changed in the store"
        )

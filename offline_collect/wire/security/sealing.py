"""Keys at rest: each is encrypted under the master key, and bound to its place in the store.

The stored form says where the master key is. Hex digits alone: encrypted in this process with AES-256-GCM under a
master key from a file or the environment. With a prefix of :class:`ModuleForm`: encrypted in a hardware security module.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.ciphers import KeyCipher

MASTER_KEY_BYTES = 32
NONCE_BYTES = 12


class ModuleForm(StrEnum):
    """The prefixes of keys that were encrypted in a hardware security module: with AES-GCM, or with AES key wrap."""

    GCM = "hsm-gcm"
    KEY_WRAP = "hsm-wrap"


class SealingKey(Protocol):
    """A master key, in this process or in a hardware security module."""

    @property
    def check_value(self) -> str:
        """The check value that identifies it."""
        ...

    def seal(self, key: bytes, place: str, nonce: bytes) -> str:
        """Return a key encrypted, in the form in which it is stored.

        Args:
            key: the value of the key.
            place: its place in the store; authenticated, so that no key can replace another.
            nonce: 12 random bytes, used only once.
        """
        ...

    def open(self, sealed: str, place: str) -> bytes:
        """Return the value of an encrypted key.

        Raises:
            KeyFormatError: it was encrypted under another master key or for another place, or was changed.
        """
        ...

    def check(self) -> None:
        """Check that the master key can be used now; a module's error says why it cannot."""
        ...


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
        form = sealed.partition(":")[0]
        if form in set(ModuleForm):
            raise KeyFormatError(
                f"the key of {place} was encrypted in a hardware security module, and the master key"
                f" {self.check_value} is not in one: set keys.pkcs11"
            )
        try:
            raw = bytes.fromhex(sealed)
            return AESGCM(self.value).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            pass
        raise cannot_be_opened(place, self.check_value)

    def check(self) -> None:
        """Do nothing: a key in memory can always be used."""


def cannot_be_opened(place: str, master_check_value: str) -> KeyFormatError:
    """Return the error about a stored key that does not open under a master key."""
    return KeyFormatError(
        f"the key of {place} cannot be decrypted with the master key {master_check_value}: it was encrypted"
        " under another one, or was changed in the store"
    )

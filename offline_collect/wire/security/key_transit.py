"""Working keys as a partner's messages carry them: TR-31 key blocks, or keys encrypted under the KEK in ECB or CBC.

Encrypted in ECB or CBC, nothing shows that a key is whole and of the right use; the check value beside it is the only
evidence. Such a key is hex digits, whatever bytes the element or part has.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security import key_block
from offline_collect.wire.security.check_value import CIPHERS, CheckMethod, check_block
from offline_collect.wire.security.ciphers import KeyCipher, block_cipher, block_size
from offline_collect.wire.security.mac_settings import MacSettings

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section
    from offline_collect.wire.security.mac_settings import MacAlgorithm

CHECK_DIGITS_MIN, CHECK_DIGITS_MAX = 6, 16
"""Fewer digits would fit too many keys."""


class KeyForm(StrEnum):
    """How a message carries a key; CBC begins with a block of zeros."""

    TR_31 = "tr-31"
    ECB = "ecb"
    CBC = "cbc"


@dataclass(frozen=True, slots=True)
class KeyTransit:
    """How a dialect's messages carry keys.

    Attributes:
        form: how the key is encrypted.
        check: how its check value is made; None for the method of its cipher.
        check_digits: hex digits of a check value that we send.
    """

    form: KeyForm = KeyForm.TR_31
    check: CheckMethod | None = None
    check_digits: int = 6


@dataclass(frozen=True, slots=True, repr=False)
class Kek:
    """A key-encrypting key."""

    cipher: KeyCipher
    value: bytes


def compile_keys(section: Section) -> KeyTransit:
    """Return how keys travel, from the ``keys`` section of a dialect's file; every key has a default.

    Raises:
        SchemaError: the section is invalid.
    """
    default = KeyTransit()
    transit = KeyTransit(
        form=KeyForm(section.choice("form", [*KeyForm])) if section.has("form") else default.form,
        check=CheckMethod(section.choice("check", [*CheckMethod])) if section.has("check") else None,
        check_digits=section.integer("check_digits", CHECK_DIGITS_MIN, CHECK_DIGITS_MAX)
        if section.has("check_digits")
        else default.check_digits,
    )
    section.finish()
    if transit.check_digits % 2:
        section.fail("must be even: two digits a byte", "check_digits")
    return transit


def wrap_key(kek: Kek, key: bytes, algorithm: MacAlgorithm, transit: KeyTransit) -> str:
    """Return a working key as a message carries it.

    Raises:
        KeyFormatError: it cannot be carried so.
    """
    if transit.form is KeyForm.TR_31:
        return key_block.wrap(kek.value, key, algorithm, kek.cipher)
    _whole_blocks(kek, key)
    encryptor = _cipher(kek, transit.form).encryptor()
    return encryptor.update(key).hex().upper()


def unwrap_key(kek: Kek, text: str, algorithm: MacAlgorithm, transit: KeyTransit) -> bytes:
    """Return the working key that a message carries.

    Raises:
        KeyFormatError: it cannot be a key of the algorithm under this KEK.
    """
    if transit.form is KeyForm.TR_31:
        return key_block.unwrap(kek.value, text, algorithm, kek.cipher)
    key = decrypt_key(kek, text, transit.form)
    MacSettings(algorithm).check_key(key)
    if not any(key):
        raise KeyFormatError("the key is all zeros")
    return key


def decrypt_key(kek: Kek, digits: str, form: KeyForm) -> bytes:
    """Return the bytes of a key that is encrypted in ECB or CBC.

    Raises:
        KeyFormatError: it is not hex digits, or not whole blocks.
    """
    try:
        encrypted = bytes.fromhex(digits)
    except ValueError:
        encrypted = b""
    _whole_blocks(kek, encrypted)
    return _cipher(kek, form).decryptor().update(encrypted)


def check_value_in(transit: KeyTransit, key: bytes, algorithm: MacAlgorithm) -> str:
    """Return the check value of a working key, as our messages carry it."""
    return _check_digits(transit, key, algorithm)[: transit.check_digits]


def fits_check_value(transit: KeyTransit, key: bytes, algorithm: MacAlgorithm, given: str) -> bool:
    """Whether a working key has a check value; a partner may send more or fewer digits than we do."""
    made = _check_digits(transit, key, algorithm)[: len(given)]
    return len(given) >= CHECK_DIGITS_MIN and hmac.compare_digest(made, given.upper())


def _check_digits(transit: KeyTransit, key: bytes, algorithm: MacAlgorithm) -> str:
    return check_block(CIPHERS[algorithm], key, transit.check).hex().upper()


def _whole_blocks(kek: Kek, data: bytes) -> None:
    size = block_size(block_cipher(kek.cipher, kek.value))
    if not data or len(data) % size:
        raise KeyFormatError(
            f"a key under a key-encrypting key of {kek.cipher} is {2 * size} hex digits, or a multiple of them"
        )


def _cipher(kek: Kek, form: KeyForm) -> Cipher[ECB | CBC]:
    algorithm = block_cipher(kek.cipher, kek.value)
    mode = ECB() if form is KeyForm.ECB else CBC(bytes(block_size(algorithm)))  # noqa: S305 - what partners send
    return Cipher(algorithm, mode)

"""Key check values. Two parties compare them to see that they have the same key; nothing else of a key is shown.

By default, for DES and SM4 keys it is the first 3 bytes of an encrypted block of zeros; for AES keys, of the CMAC of a block of
zeros (ANSI X9.24-1).
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives.cmac import CMAC

from offline_collect.wire.security.ciphers import KeyCipher, block_cipher, block_size, encrypt_block
from offline_collect.wire.security.mac_settings import MacAlgorithm

CHECK_VALUE_BYTES = 3


class CheckMethod(StrEnum):
    """How a check value is made from a block of zeros: encrypted, or its CMAC."""

    ZEROS = "zeros"
    CMAC = "cmac"


CIPHERS = {
    MacAlgorithm.AES_CMAC: KeyCipher.AES,
    MacAlgorithm.X9_9: KeyCipher.DES,
    MacAlgorithm.X9_19: KeyCipher.DES,
    MacAlgorithm.SM4_CBC_MAC: KeyCipher.SM4,
    MacAlgorithm.CUP_XOR_ECB: KeyCipher.DES,
}
"""The cipher of each algorithm's keys."""


def check_value(cipher: KeyCipher, key: bytes) -> str:
    """Return a key's check value, 6 hex digits."""
    return check_block(cipher, key)[:CHECK_VALUE_BYTES].hex().upper()


def check_block(cipher: KeyCipher, key: bytes, method: CheckMethod | None = None) -> bytes:
    """Return the whole block that a check value is the beginning of.

    Args:
        cipher: of the key.
        key: the key.
        method: how it is made; None for the method of the cipher.
    """
    algorithm = block_cipher(cipher, key)
    zeros = bytes(block_size(algorithm))
    if (method or (CheckMethod.CMAC if cipher is KeyCipher.AES else CheckMethod.ZEROS)) is CheckMethod.ZEROS:
        return encrypt_block(algorithm, zeros)
    cmac = CMAC(algorithm)
    cmac.update(zeros)
    return cmac.finalize()

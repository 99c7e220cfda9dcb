"""Key check values. Two parties compare them to see that they have the same key; nothing else of a key is shown.

For DES and SM4 keys it is the first 3 bytes of an encrypted block of zeros; for AES keys, of the CMAC of a block of
zeros (ANSI X9.24-1).
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from offline_collect.wire.security.ciphers import BLOCK, DES_BLOCK, encrypt_block, triple_des
from offline_collect.wire.security.mac import compute_mac
from offline_collect.wire.security.mac_settings import MacAlgorithm

CHECK_VALUE_BYTES = 3


class KeyCipher(StrEnum):
    """The cipher of a key."""

    AES = "AES"
    DES = "DES"
    SM4 = "SM4"


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
    if cipher is KeyCipher.AES:
        made = compute_mac(MacAlgorithm.AES_CMAC, key, bytes(BLOCK))
    elif cipher is KeyCipher.SM4:
        made = encrypt_block(SM4(key), bytes(BLOCK))
    else:
        made = encrypt_block(triple_des(key), bytes(DES_BLOCK))
    return made[:CHECK_VALUE_BYTES].hex().upper()

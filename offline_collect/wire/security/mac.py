"""MACs of bytes: AES-CMAC, ANSI X9.9 and X9.19, SM4-CBC-MAC, and UnionPay's XOR-ECB.

``x9.9`` is ISO 9797-1 MAC algorithm 1 with DES, ``x9.19`` algorithm 3, ``sm4-cbc-mac`` algorithm 1 with SM4
(GB/T 15852.1), ``aes-cmac`` NIST SP 800-38B. ``cup-xor-ecb`` folds the data into 8 bytes by XOR, writes them as 16
hex digits, and encrypts the two halves of these in CBC mode. It is weak: the same change to two blocks of a message does
not change its MAC.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType

from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.cmac import CMAC

from offline_collect.wire.security.ciphers import BLOCK, DES_BLOCK, last_block, triple_des
from offline_collect.wire.security.mac_settings import (
    CONTENT_SIZE,
    MacAlgorithm,
    MacPadding,
    MacSettings,
    MacShown,
)


def mac_content(settings: MacSettings, key: bytes, data: bytes) -> bytes:
    """Return the 8 bytes of the MAC element for ``data``."""
    mac = compute_mac(settings.algorithm, key, data, settings.padding)[: settings.size]
    if settings.shown is MacShown.HEX:
        return mac.hex().upper().encode()
    return mac.ljust(CONTENT_SIZE, b"\0")


def same_mac(one: bytes, other: bytes) -> bool:
    """Whether two MACs are equal; compared in constant time, so that no sender learns a MAC by timing."""
    return hmac.compare_digest(one, other)


def compute_mac(
    algorithm: MacAlgorithm, key: bytes, data: bytes, padding: MacPadding = MacPadding.ZERO
) -> bytes:
    """Return the whole MAC of some bytes: 8 bytes with DES, 16 with AES and SM4.

    Args:
        key: a key of a length that the algorithm accepts.
    """
    return _ALGORITHMS[algorithm](key, data, padding)


def pad(data: bytes, block: int, padding: MacPadding) -> bytes:
    """Pad to whole blocks, at least one."""
    if padding is MacPadding.ONE_AND_ZEROS:
        data += b"\x80"
    return data + bytes(-len(data) % block or (0 if data else block))


def _aes_cmac(key: bytes, data: bytes, _: MacPadding) -> bytes:
    made = _cmac(key).copy()
    made.update(data)
    return made.finalize()


@lru_cache(maxsize=64)
def _cmac(key: bytes) -> CMAC:
    """Return a started CMAC; making its subkeys takes longer than the MAC of a short message."""
    return CMAC(AES(key))


def _x9_9(key: bytes, data: bytes, padding: MacPadding) -> bytes:
    return last_block(triple_des(key), pad(data, DES_BLOCK, padding), bytes(DES_BLOCK))


def _x9_19(key: bytes, data: bytes, padding: MacPadding) -> bytes:
    padded, chained = pad(data, DES_BLOCK, padding), bytes(DES_BLOCK)
    if len(padded) > DES_BLOCK:
        chained = last_block(triple_des(key[:DES_BLOCK]), padded[:-DES_BLOCK], chained)
    return last_block(triple_des(key), padded[-DES_BLOCK:], chained)


def _sm4_cbc_mac(key: bytes, data: bytes, padding: MacPadding) -> bytes:
    return last_block(SM4(key), pad(data, BLOCK, padding), bytes(BLOCK))


def _cup_xor_ecb(key: bytes, data: bytes, padding: MacPadding) -> bytes:
    padded, folded = pad(data, DES_BLOCK, padding), 0
    for start in range(0, len(padded), DES_BLOCK):
        folded ^= int.from_bytes(padded[start : start + DES_BLOCK], "big")
    digits = f"{folded:016X}".encode()
    return last_block(triple_des(key), digits, bytes(DES_BLOCK))


_ALGORITHMS: MappingProxyType[MacAlgorithm, Callable[[bytes, bytes, MacPadding], bytes]] = MappingProxyType(
    {
        MacAlgorithm.AES_CMAC: _aes_cmac,
        MacAlgorithm.X9_9: _x9_9,
        MacAlgorithm.X9_19: _x9_19,
        MacAlgorithm.SM4_CBC_MAC: _sm4_cbc_mac,
        MacAlgorithm.CUP_XOR_ECB: _cup_xor_ecb,
    }
)

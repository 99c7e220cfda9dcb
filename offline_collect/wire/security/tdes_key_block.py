"""TR-31 (ANSI X9.143) key blocks of version B: under a triple DES key, with keys derived from it by CMAC.

psec reads and writes the headers. Its own version B takes triple DES from a name that ``cryptography`` will remove, so
the encryption and the MAC are here.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC
from psec.tr31 import Header, HeaderError

from offline_collect.wire.security.ciphers import DES_BLOCK, triple_des

VERSION = "B"
_BITS = 8
_LENGTH_BYTES = 2
_LENGTH_AT = slice(1, 5)
_DIGITS = frozenset(b"0123456789ABCDEFabcdef")
_LONGEST_KEY = 24
"""Bytes of the longest DES key; shorter ones are padded to it, so that a block does not show its key's length."""

_ENCRYPTION, _AUTHENTICATION = b"\x00\x00", b"\x00\x01"
_SIZES = {16: b"\x00\x00\x00\x80", 24: b"\x00\x01\x00\xc0"}
"""The algorithm and length of derived keys, two or three key triple DES, by the size of the key-encrypting key."""


def wrap_b(kek: bytes, header: str, key: bytes) -> str:
    """Return a key as a key block; the same key gets the same block.

    Args:
        kek: a triple DES key of 16 or 24 bytes.
        header: the first 16 characters; their length is computed.
        key: at most 24 bytes.
    """
    fields = Header()
    fields.load(header)
    head = fields.dump(_LONGEST_KEY)
    clear = (len(key) * _BITS).to_bytes(_LENGTH_BYTES, "big") + key
    authentication = _derived(kek, _AUTHENTICATION)
    clear += _padding(authentication, key)[: _LENGTH_BYTES + _LONGEST_KEY + _pad(_LONGEST_KEY) - len(clear)]
    mac = _cmac(authentication, head.encode() + clear)
    encryptor = Cipher(triple_des(_derived(kek, _ENCRYPTION)), CBC(mac)).encryptor()
    return head + (encryptor.update(clear) + mac).hex().upper()


def unwrap_b(kek: bytes, block: str) -> tuple[Header, bytes]:
    """Return the header and the key of a key block.

    Args:
        kek: a triple DES key of 16 or 24 bytes.
        block: the key block.

    Raises:
        ValueError: it is not a key block of this version, was made under another key, or was changed.
    """
    header = Header()
    size = header.load(block)
    secret = block[size:].encode("ascii")
    if (
        header.version_id != VERSION
        or block[_LENGTH_AT] != f"{len(block):04d}"
        or not _DIGITS.issuperset(secret)
    ):
        raise HeaderError("not a key block of version B")
    data = bytes.fromhex(secret.decode())
    encrypted, mac = data[:-DES_BLOCK], data[-DES_BLOCK:]
    if not encrypted or len(encrypted) % DES_BLOCK:
        raise HeaderError("not whole blocks")
    decryptor = Cipher(triple_des(_derived(kek, _ENCRYPTION)), CBC(mac)).decryptor()
    clear = decryptor.update(encrypted)
    if not hmac.compare_digest(_cmac(_derived(kek, _AUTHENTICATION), block[:size].encode() + clear), mac):
        raise HeaderError("made under another key, or changed")
    bits = int.from_bytes(clear[:_LENGTH_BYTES], "big")
    return header, clear[_LENGTH_BYTES:][: bits // _BITS]


def _pad(size: int) -> int:
    return DES_BLOCK - (_LENGTH_BYTES + size) % DES_BLOCK


def _padding(authentication: bytes, key: bytes) -> bytes:
    """Return bytes that nobody without the key-encrypting key can tell from random ones; equal keys have equal ones."""
    return b"".join(
        _cmac(authentication, bytes((count,)) + key) for count in range(_LONGEST_KEY // DES_BLOCK)
    )


def _derived(kek: bytes, usage: bytes) -> bytes:
    """Return the key of one usage, as long as the key-encrypting key."""
    rest = usage + b"\x00" + _SIZES[len(kek)]
    return b"".join(_cmac(kek, bytes((count,)) + rest) for count in range(1, len(kek) // DES_BLOCK + 1))


def _cmac(key: bytes, data: bytes) -> bytes:
    cmac = CMAC(triple_des(key))
    cmac.update(data)
    return cmac.finalize()

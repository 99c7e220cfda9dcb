"""The block ciphers of MACs and check values; all are from OpenSSL, through ``cryptography``."""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

DES_BLOCK = 8
BLOCK = 16
"""Bytes of a block of AES and SM4."""


class KeyCipher(StrEnum):
    """The cipher of a key."""

    AES = "AES"
    DES = "DES"
    SM4 = "SM4"


def block_cipher(cipher: KeyCipher, key: bytes) -> AES | SM4 | TripleDES:
    """Return the block cipher of a key."""
    if cipher is KeyCipher.DES:
        return triple_des(key)
    return AES(key) if cipher is KeyCipher.AES else SM4(key)


def block_size(algorithm: AES | SM4 | TripleDES) -> int:
    """Return the bytes of a block."""
    return algorithm.block_size // 8


def triple_des(key: bytes) -> TripleDES:
    """Return triple DES with a key of 8, 16 or 24 bytes, repeated to 24."""
    return TripleDES((key * 3)[:24])


def last_block(algorithm: AES | SM4 | TripleDES, data: bytes, start: bytes) -> bytes:
    """Return the last block of whole blocks, encrypted in CBC mode from an initial vector."""
    encryptor = Cipher(algorithm, CBC(start)).encryptor()
    return encryptor.update(data)[-len(start) :]


def encrypt_block(algorithm: AES | SM4 | TripleDES, block: bytes) -> bytes:
    """Return one encrypted block."""
    return Cipher(algorithm, ECB()).encryptor().update(block)  # noqa: S305 - one block, as the standards say

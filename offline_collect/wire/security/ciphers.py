"""The block ciphers that MACs and check values are made of; all of them are OpenSSL's, by ``cryptography``."""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

DES_BLOCK = 8
BLOCK = 16
"""Bytes of a block of AES and SM4."""


def triple_des(key: bytes) -> TripleDES:
    """Return single, two-key or three-key DES as triple DES, which takes 24 bytes."""
    return TripleDES((key * 3)[:24])


def last_block(algorithm: AES | SM4 | TripleDES, data: bytes, start: bytes) -> bytes:
    """Return the last block of whole blocks encrypted in CBC mode from a first vector."""
    encryptor = Cipher(algorithm, CBC(start)).encryptor()
    return encryptor.update(data)[-len(start) :]


def encrypt_block(algorithm: AES | SM4 | TripleDES, block: bytes) -> bytes:
    """Return one block, encrypted by itself."""
    return Cipher(algorithm, ECB()).encryptor().update(block)  # noqa: S305 - one block, as the standards say

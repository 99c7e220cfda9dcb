"""Working keys in transit: TR-31 (ANSI X9.143) key blocks under the link's key-encrypting key.

The version follows from the cipher of that key: D for AES, by psec, and B for triple DES. Versions A and C do not bind
the header to the key as B does; they are not read or written. SM4 has no version.
"""

from __future__ import annotations

from itertools import pairwise

from psec import tr31
from psec.des import adjust_key_parity

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security import tdes_key_block
from offline_collect.wire.security.check_value import CIPHERS
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.mac_settings import KEY_SIZES, MacAlgorithm, MacSettings

KEK_SIZES = {KeyCipher.AES: (16, 24, 32), KeyCipher.DES: (16, 24), KeyCipher.SM4: (16,)}
"""Bytes of key-encrypting keys."""
VERSIONS = {KeyCipher.AES: "D", KeyCipher.DES: tdes_key_block.VERSION}
"""The version of key blocks, by the cipher of the key-encrypting key."""
_USAGES = {
    MacAlgorithm.AES_CMAC: "M6",
    MacAlgorithm.X9_9: "M1",
    MacAlgorithm.X9_19: "M3",
    MacAlgorithm.CUP_XOR_ECB: "M1",
}
"""Key usage of each algorithm's keys: M1, M3 and M6 are ISO 9797-1 MAC algorithms 1, 3 and 5. SM4 has no code."""

_MAKES_AND_CHECKS = frozenset("CN")
"""Modes of use of a key with which both sides make and verify MACs: C allows both, N has no restriction."""

DES_KEY_BYTES = 8


def check_kek(key: bytes, cipher: KeyCipher = KeyCipher.AES) -> None:
    """Refuse a key that cannot be a key-encrypting key.

    Raises:
        KeyFormatError: it does not have the length of a key of the cipher, or two DES keys in it are equal.
    """
    if len(key) not in KEK_SIZES[cipher]:
        sizes = " or ".join(str(2 * size) for size in KEK_SIZES[cipher])
        article = "a" if cipher is KeyCipher.DES else "an"
        raise KeyFormatError(
            f"a key-encrypting key is {article} {cipher} key of {sizes} hex digits, not {2 * len(key)}"
        )


def check_kek_parts(key: bytes, cipher: KeyCipher) -> None:
    """Refuse a triple DES key that is no stronger than single DES.

    Raises:
        KeyFormatError: its first two parts, or its last two, are equal.
    """
    parts = [key[start : start + DES_KEY_BYTES] for start in range(0, len(key), DES_KEY_BYTES)]
    if cipher is KeyCipher.DES and any(one == other for one, other in pairwise(parts)):
        raise KeyFormatError("two parts of the key are the same: it is a single DES key")


def new_working_key(algorithm: MacAlgorithm, random: bytes) -> bytes:
    """Return a working key.

    Args:
        random: at least 16 random bytes.
    """
    key = random[: max(KEY_SIZES[algorithm])]
    return adjust_key_parity(key) if CIPHERS[algorithm] is KeyCipher.DES else key


def wrap(kek: bytes, key: bytes, algorithm: MacAlgorithm, cipher: KeyCipher = KeyCipher.AES) -> str:
    """Return a working key as a key block; its padding is random, so each block differs.

    Args:
        kek: the key-encrypting key.
        key: the working key.
        algorithm: of the working key.
        cipher: of the key-encrypting key.

    Raises:
        KeyFormatError: the algorithm or the cipher has no key blocks.
    """
    header = f"{_version(cipher)}0000{_usage(algorithm)}{_code(algorithm, key)}C00N0000"
    if cipher is KeyCipher.DES:
        return tdes_key_block.wrap_b(kek, header, key)
    return tr31.wrap(kbpk=kek, header=header, key=key)


def unwrap(kek: bytes, block: str, algorithm: MacAlgorithm, cipher: KeyCipher = KeyCipher.AES) -> bytes:
    """Return the working key of a key block.

    Args:
        kek: the key-encrypting key.
        block: the key block.
        algorithm: of the working key.
        cipher: of the key-encrypting key.

    Raises:
        KeyFormatError: it was made under another key or changed, or its header has another use.
    """
    version = _version(cipher)
    try:
        header, key = _opened(kek, block, cipher)
    except ValueError:
        header, key = None, b""
    if header is None or header.version_id != version:
        raise KeyFormatError(
            f"the key block is not TR-31 version {version}, or was made under another key-encrypting key, or was"
            " changed"
        )
    usage = _usage(algorithm)
    if header.key_usage != usage or header.algorithm != _code(algorithm, key):
        raise KeyFormatError(
            f"the key block's header has another use than {usage}, the use of keys of {algorithm}"
        )
    if header.mode_of_use not in _MAKES_AND_CHECKS:
        raise KeyFormatError(
            "the key block's header allows only making or only verifying MACs: mode of use C (both) is needed"
        )
    MacSettings(algorithm).check_key(key)
    return key


def _opened(kek: bytes, block: str, cipher: KeyCipher) -> tuple[tr31.Header, bytes]:
    if cipher is KeyCipher.DES:
        return tdes_key_block.unwrap_b(kek, block)
    if block[:1] != VERSIONS[cipher]:
        raise tr31.HeaderError("another version")
    return tr31.unwrap(kbpk=kek, key_block=block)


def _version(cipher: KeyCipher) -> str:
    if cipher not in VERSIONS:
        raise KeyFormatError(
            f"TR-31 has no version for key-encrypting keys of {cipher}: see `keys` of dialects"
        )
    return VERSIONS[cipher]


def _usage(algorithm: MacAlgorithm) -> str:
    if algorithm not in _USAGES:
        raise KeyFormatError(f"TR-31 has no code for keys of {algorithm}: enter the key in two components")
    return _USAGES[algorithm]


def _code(algorithm: MacAlgorithm, key: bytes) -> str:
    if CIPHERS[algorithm] is KeyCipher.AES:
        return "A"
    return "D" if len(key) == DES_KEY_BYTES else "T"

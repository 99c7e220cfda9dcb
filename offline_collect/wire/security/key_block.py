"""Working keys in transit: TR-31 (ANSI X9.143) key blocks of version D, under an AES key-encrypting key, by psec.

Versions A to C need a triple DES key-encrypting key. psec imports triple DES by a name that ``cryptography`` will
remove, and an AES key protects DES keys as well. So the key-encrypting key of a link is always AES.
"""

from __future__ import annotations

from psec import tr31
from psec.des import adjust_key_parity

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import CIPHERS, KeyCipher
from offline_collect.wire.security.mac_settings import KEY_SIZES, MacAlgorithm, MacSettings

KEK_SIZES = (16, 24, 32)
VERSION = "D"
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


def check_kek(key: bytes) -> None:
    """Refuse a key that does not have the length of an AES key.

    Raises:
        KeyFormatError: it has another length.
    """
    if len(key) not in KEK_SIZES:
        sizes = ", ".join(str(2 * size) for size in KEK_SIZES)
        raise KeyFormatError(f"a key-encrypting key is an AES key of {sizes} hex digits, not {2 * len(key)}")


def new_working_key(algorithm: MacAlgorithm, random: bytes) -> bytes:
    """Return a working key.

    Args:
        random: at least 16 random bytes.
    """
    key = random[: max(KEY_SIZES[algorithm])]
    return adjust_key_parity(key) if CIPHERS[algorithm] is KeyCipher.DES else key


def wrap(kek: bytes, key: bytes, algorithm: MacAlgorithm) -> str:
    """Return a working key as a key block; its padding is random, so each block differs.

    Raises:
        KeyFormatError: the algorithm has no key blocks.
    """
    header = f"{VERSION}0000{_usage(algorithm)}{_code(algorithm, key)}C00N0000"
    return tr31.wrap(kbpk=kek, header=header, key=key)


def unwrap(kek: bytes, block: str, algorithm: MacAlgorithm) -> bytes:
    """Return the working key of a key block.

    Raises:
        KeyFormatError: it was made under another key or changed, or its header has another use.
    """
    try:
        header, key = tr31.unwrap(kbpk=kek, key_block=block)
    except (tr31.KeyBlockError, tr31.HeaderError, ValueError):
        header, key = None, b""
    if header is None or header.version_id != VERSION:
        raise KeyFormatError(
            "the key block is not TR-31 version D, or was made under another key-encrypting key, or was changed"
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


def _usage(algorithm: MacAlgorithm) -> str:
    if algorithm not in _USAGES:
        raise KeyFormatError(f"TR-31 has no code for keys of {algorithm}: enter the key in two components")
    return _USAGES[algorithm]


def _code(algorithm: MacAlgorithm, key: bytes) -> str:
    if CIPHERS[algorithm] is KeyCipher.AES:
        return "A"
    return "D" if len(key) == DES_KEY_BYTES else "T"

"""The settings of MACs, from a dialect's file and a link's configuration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from offline_collect.wire.errors import KeyFormatError

if TYPE_CHECKING:
    from offline_collect.wire.dialects.schema import Section

MAC_ELEMENTS = (64, 128)
PLACES = (MAC_ELEMENTS, MAC_ELEMENTS[1:])
"""The elements that a dialect may have MACs in."""

CONTENT_SIZE = 8
"""The bytes of a MAC element."""

SIZE_MIN = 4
MTI_ELEMENT = 0
"""The MTI, in a list of elements."""


class MacAlgorithm(StrEnum):
    """The algorithm of a MAC."""

    AES_CMAC = "aes-cmac"
    X9_9 = "x9.9"
    X9_19 = "x9.19"
    SM4_CBC_MAC = "sm4-cbc-mac"
    CUP_XOR_ECB = "cup-xor-ecb"


KEY_SIZES = {
    MacAlgorithm.AES_CMAC: (16,),
    MacAlgorithm.X9_9: (8,),
    MacAlgorithm.X9_19: (16,),
    MacAlgorithm.SM4_CBC_MAC: (16,),
    MacAlgorithm.CUP_XOR_ECB: (8, 16),
}
"""A key of 8 bytes is single DES; one of 16 is AES-128, SM4 or two-key triple DES."""


class MacPadding(StrEnum):
    """The padding of the last block: zeros (ISO 9797-1 method 1), or a bit 1 and zeros (method 2)."""

    ZERO = "zero"
    ONE_AND_ZEROS = "80-00"


class MacShown(StrEnum):
    """The form of the MAC in its element: its bytes, or its first four bytes as eight hex digits."""

    RAW = "raw"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class MacSettings:
    """How the MACs of one link are made.

    Attributes:
        over: None covers the message from the MTI to the last byte before the MAC element; otherwise the covered
            elements in order, as encoded (0 is the MTI; missing elements are left out).
        join: the bytes between the elements of ``over``.
        padding: ignored by AES-CMAC, which has its own.
        shown: the form of the MAC in the element's 8 bytes.
        size: the number of bytes of the MAC that are sent; raw ones are padded with zeros.
        places: 64 and 128: the MAC is in 128 in messages with an element above 64, otherwise in 64; or 128 alone.
    """

    algorithm: MacAlgorithm = MacAlgorithm.AES_CMAC
    over: tuple[int, ...] | None = None
    join: bytes = b""
    padding: MacPadding = MacPadding.ZERO
    shown: MacShown = MacShown.RAW
    size: int = CONTENT_SIZE
    places: tuple[int, ...] = MAC_ELEMENTS

    def of_link(self, algorithm: MacAlgorithm, padding: MacPadding | None) -> MacSettings:
        """Return these settings with the algorithm and padding of a link instead of the dialect's."""
        return replace(self, algorithm=algorithm, padding=padding or self.padding)

    def check_key(self, key: bytes) -> None:
        """Refuse a key that does not fit the algorithm.

        Raises:
            KeyFormatError: it has another length, or its two halves are equal.
        """
        sizes = KEY_SIZES[self.algorithm]
        if len(key) not in sizes:
            wanted = " or ".join(str(size) for size in sizes)
            raise KeyFormatError(f"{self.algorithm} takes a key of {wanted} bytes, not {len(key)}")
        if self.algorithm is MacAlgorithm.X9_19 and key[:8] == key[8:]:
            raise KeyFormatError("both halves of the key are the same: it is a single DES key")


def compile_mac(section: Section) -> MacSettings:
    """Return the settings in the ``mac`` section of a dialect's file; every key has a default.

    Raises:
        SchemaError: the section is invalid.
    """
    default = MacSettings()
    settings = MacSettings(
        algorithm=MacAlgorithm(_choice(section, "algorithm", MacAlgorithm, default.algorithm)),
        over=section.integers("over", MTI_ELEMENT, MAC_ELEMENTS[1]) if _is_list(section) else None,
        join=section.text("join").encode() if section.has("join") else default.join,
        padding=MacPadding(_choice(section, "padding", MacPadding, default.padding)),
        shown=MacShown(_choice(section, "shown", MacShown, default.shown)),
        size=section.integer("bytes", SIZE_MIN, CONTENT_SIZE) if section.has("bytes") else default.size,
        places=section.integers("in", *MAC_ELEMENTS) if section.has("in") else default.places,
    )
    section.finish()
    if settings.places not in PLACES:
        section.fail("must be [64, 128] or [128]: the MAC is the last element", "in")
    if settings.shown is MacShown.HEX and settings.size != SIZE_MIN:
        section.fail("must be 4 with shown: hex, because 8 hex digits fill the element's 8 bytes", "bytes")
    return settings


def _choice(section: Section, key: str, options: type[StrEnum], default: StrEnum) -> str:
    return section.choice(key, [str(option) for option in options]) if section.has(key) else default


def _is_list(section: Section) -> bool:
    if not section.has("over"):
        return False
    if isinstance(section.values["over"], list):
        return True
    section.choice("over", ("message",))
    return False

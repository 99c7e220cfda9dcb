"""Addresses of payers as they are compared: in one form, and kept as a keyed digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import field
from enum import StrEnum

from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.texts.telephones import compared_mobile
from offline_collect.domain.values import value

ADDRESS_MAX = 254
"""Characters of an address: the longest e-mail address."""


class AddressKind(StrEnum):
    """What an address is."""

    MOBILE = "MOBILE"
    EMAIL = "EMAIL"
    APP = "APP"


@value
class Address:
    """A payer's address, in the form in which addresses are compared.

    Attributes:
        text: a mobile number as digits, an e-mail address in lower case, a user of the bank's app.
    """

    kind: AddressKind
    text: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The address with its middle hidden."""
        return mask_contact(self.text)


_NO_MOBILE = re.compile(r"(?!^)\+|[^0-9+]")
"""What is between the digits of a number that somebody wrote, such as a point."""

_PATTERNS = {
    AddressKind.MOBILE: re.compile(r"\+?[0-9]{6,20}"),
    AddressKind.EMAIL: re.compile(r"[^@\s]+@[^@\s]+"),
    AddressKind.APP: re.compile(r"\S.*"),
}


def address_of(kind: AddressKind, text: str) -> Address:
    """Return an address however it was written: ``+86 138-0000-1234`` is ``13800001234``."""
    usual = unicodedata.normalize("NFKC", text).strip()
    if kind is AddressKind.MOBILE:
        usual = compared_mobile(_NO_MOBILE.sub("", usual))
    elif kind is AddressKind.EMAIL:
        usual = usual.casefold()
    return Address(kind, usual)


def is_address(address: Address) -> bool:
    """Whether an address can be one of its kind."""
    # A database refuses some of the characters that cannot be printed: the caller would call again for ever.
    text = address.text
    return (
        len(text) <= ADDRESS_MAX
        and text.isprintable()
        and _PATTERNS[address.kind].fullmatch(text) is not None
    )


def address_digest(key: bytes, address: Address) -> str:
    """Return the digest by which the store knows an address, 64 hex digits.

    It is keyed: there are few enough mobile numbers to try them all.
    """
    return hmac.digest(key, f"{address.kind.value}:{address.text}".encode(), hashlib.sha256).hex()


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def is_mailbox(text: str) -> bool:
    """Whether a mail can be sent to an address: it is ASCII and needs no quotes (dot-atom of RFC 5322).

    Others are rare, and a way to put something into a header or a command.
    """
    return len(text) <= ADDRESS_MAX and _MAILBOX.fullmatch(text) is not None

"""What payers said about their addresses, and what is known of these: who gets no notice, and why."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from offline_collect.domain.notices.classes import NoticeClass
from offline_collect.domain.notices.second_look import NotWanted
from offline_collect.domain.values import value


class OptOutSource(StrEnum):
    """How a payer said that he wants no more."""

    SMS = "SMS"
    EMAIL = "EMAIL"
    APP = "APP"
    OPERATOR = "OPERATOR"


class AddressFault(StrEnum):
    """Why nothing goes to an address: it may not be the customer's, or does not work."""

    REFUSED = "REFUSED"
    BAD = "BAD"
    SHARED = "SHARED"


@value
class AddressRecord:
    """What is known of an address within a merchant.

    Attributes:
        opted_out: the classes of which its owner wants no more.
        refused: whether its owner said that he is not the customer.
        confirmed: whether a user knows that it is right although several customers have it, such as brothers.
        failed: messages that failed for good, because of the address.
        names: the different names of the customers who have it.
    """

    opted_out: frozenset[NoticeClass] = frozenset()
    refused: bool = False
    confirmed: bool = False
    failed: int = 0
    names: int = 1


UNKNOWN = AddressRecord()
"""An address of which nothing is known."""

_NOT_WANTED = {
    AddressFault.REFUSED: NotWanted.ADDRESS_REFUSED,
    AddressFault.BAD: NotWanted.ADDRESS_BAD,
    AddressFault.SHARED: NotWanted.ADDRESS_SHARED,
}


def fault_of(known: AddressRecord, failed_max: int, *, shared: bool = False) -> AddressFault | None:
    """Return why nothing goes to an address; None if something may.

    Args:
        failed_max: messages that may fail for good before the address counts as bad.
        shared: whether customers may have it too: it is the merchant's own.
    """
    if known.refused:
        return AddressFault.REFUSED
    if known.failed >= failed_max:
        return AddressFault.BAD
    return AddressFault.SHARED if known.names > 1 and not (known.confirmed or shared) else None


def why_unused(fault: AddressFault | None) -> NotWanted:
    """Return the reason of a notice that no address takes: the fault of the first; None if there is no address."""
    return NotWanted.NO_ADDRESS if fault is None else _NOT_WANTED[fault]


def opted_out(known: Iterable[AddressRecord]) -> NotWanted | None:
    """Return why a payer is to get no notices at all; None if he may.

    Who opts out with one of his addresses is not written to at another instead.

    Args:
        known: of all his addresses, also of those that no channel uses.
    """
    out = any(NoticeClass.SERVICE in each.opted_out for each in known)
    return NotWanted.OPTED_OUT if out else None


def may_advertise(known: Iterable[AddressRecord], *, proved: bool) -> bool:
    """Whether a payer may get words that advertise.

    Args:
        known: as of :func:`opted_out`.
        proved: whether his consent to advertising has a kept proof.
    """
    return proved and not any(NoticeClass.COMMERCIAL in each.opted_out for each in known)

"""To whom a notice goes, and on which channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from offline_collect.domain.notices.addresses import AddressKind, address_digest, address_of
from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.opt_out import AddressFault
from offline_collect.domain.notices.second_look import Payer
from offline_collect.domain.notices.sms import sms_number
from offline_collect.domain.texts.contacts import mask_contact
from offline_collect.domain.values import value

SMS = frozenset({NoticeChannel.KANNEL, NoticeChannel.GATEWAY})
"""The channels that send to a mobile number, in the form that receivers know."""


@value
class Recipient:
    """A payer's address on a channel.

    Attributes:
        address: his user of the bank's app, mobile number or e-mail address, as his merchant wrote it.
        digest: the digest by which the store knows the address, so that none is kept twice.
    """

    channel: NoticeChannel
    address: str = field(repr=False)
    digest: str = ""

    @property
    def masked(self) -> str:
        """The address with its middle hidden."""
        return mask_contact(self.address)


_KINDS: Mapping[NoticeChannel, Sequence[AddressKind]] = {
    # The bank's app knows its users.
    NoticeChannel.WEBHOOK: (AddressKind.APP,),
    # A file is for a system of the bank, which has its own ways.
    NoticeChannel.FILE: (AddressKind.APP, AddressKind.MOBILE, AddressKind.EMAIL),
    NoticeChannel.SMTP: (AddressKind.EMAIL,),
    NoticeChannel.KANNEL: (AddressKind.MOBILE,),
    NoticeChannel.GATEWAY: (AddressKind.MOBILE,),
}
"""The addresses that a channel can use, the preferred one first."""


def addresses_of(payer: Payer) -> dict[AddressKind, str]:
    """Return a payer's addresses as his merchant wrote them; one that he does not have is missing."""
    found = {
        AddressKind.APP: payer.app_user,
        AddressKind.MOBILE: payer.mobile,
        AddressKind.EMAIL: payer.email,
    }
    return {kind: text for kind, text in found.items() if text is not None}


def ways_to(payer: Payer, channels: Iterable[NoticeChannel], key: bytes) -> tuple[Recipient, ...]:
    """Return all ways on which channels reach a payer, in the order in which they are tried.

    Args:
        key: of the addresses' digests.
    """
    return tuple(_ways(addresses_of(payer), channels, key))


def other_digests(payer: Payer, channels: Iterable[NoticeChannel], key: bytes) -> tuple[str, ...]:
    """Return the digests of a payer's addresses that none of the channels uses: what he said of them holds as well.

    Args:
        key: of the digests.
    """
    used = {kind for channel in channels for kind in _KINDS[channel]}
    others = ((kind, text) for kind, text in addresses_of(payer).items() if kind not in used)
    return tuple(address_digest(key, address_of(kind, text)) for kind, text in others)


def _ways(
    addresses: Mapping[AddressKind, str], channels: Iterable[NoticeChannel], key: bytes
) -> Iterator[Recipient]:
    digests: dict[AddressKind, str] = {}
    for channel in channels:
        for kind in _KINDS[channel]:
            text = addresses.get(kind)
            sent_to = sms_number(text) if text is not None and channel in SMS else text
            if text is None or sent_to is None:
                continue
            if kind not in digests:
                digests[kind] = address_digest(key, address_of(kind, text))
            yield Recipient(channel, sent_to, digests[kind])


def first_usable(
    ways: Iterable[Recipient], fault: Callable[[Recipient], AddressFault | None]
) -> tuple[Recipient | None, AddressFault | None]:
    """Return the first way without a fault; if there is none, None and the fault of the first, if there is any way."""
    first = None
    for way in ways:
        found = fault(way)
        if found is None:
            return way, None
        first = first or found
    return None, first

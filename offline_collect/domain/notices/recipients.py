"""To whom a notice goes, and on which channel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import field

from offline_collect.domain.notices.deliveries import NoticeChannel
from offline_collect.domain.notices.second_look import Payer
from offline_collect.domain.notices.sms import sms_number
from offline_collect.domain.values import value

_SMS = frozenset({NoticeChannel.KANNEL, NoticeChannel.GATEWAY})


@value
class Recipient:
    """A payer's address on a channel.

    Attributes:
        address: his user of the bank's app, mobile number or e-mail address.
    """

    channel: NoticeChannel
    address: str = field(repr=False)

    @property
    def digest(self) -> str:
        """The digest by which the store counts a payer's messages, so that no address is kept twice."""
        return hashlib.sha256(f"{self.channel.value}:{self.address}".encode()).hexdigest()


def address_on(channel: NoticeChannel, payer: Payer) -> str | None:
    """Return a payer's address on a channel; None if the channel does not reach him.

    A webhook is the bank's app: it knows its users. A file is for a system of the bank, which has its own ways.
    Kannel and a gateway send SMS.
    """
    if channel in _SMS:
        return None if payer.mobile is None else sms_number(payer.mobile)
    if channel is NoticeChannel.WEBHOOK:
        return payer.app_user
    return payer.app_user or payer.mobile or payer.email


def recipient_of(payer: Payer, channels: Iterable[NoticeChannel]) -> Recipient | None:
    """Return the payer's address on the first channel that reaches him; None if none does."""
    for channel in channels:
        address = address_on(channel, payer)
        if address is not None:
            return Recipient(channel, address)
    return None

"""How often people may try to sign in: so many attempts a minute from one address, and with one name.

Attempts are counted in memory, for a bounded number of senders. A sender is an address or a name; who is silent for a
minute has all of his attempts again.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

SENDERS_MAX = 10_000
"""Senders of a kind that are known; beyond that, the one that was silent the longest is forgotten."""

NAME_MAX = 60
"""Characters of a name that tell it from others: no user has a longer one."""

PERIOD_S = 60.0
_ROUNDING_S = 1e-6
_IPV6_NETWORK = 64
"""Bits of an IPv6 address that a provider gives to one customer; the others are his choice."""


class Attempts:
    """The attempts of senders of one kind: a number at once, and as many in each minute.

    Args:
        per_minute: how many; None for no bound.
    """

    def __init__(self, per_minute: int | None) -> None:
        self._most = per_minute
        self._step = PERIOD_S / (per_minute or 1)
        # The moment at which a sender has all of his attempts again.
        self._whole_at: OrderedDict[str, float] = OrderedDict()

    def take(self, sender: str, now: float) -> bool:
        """Take one attempt of a sender; False if none is left, and then it is not counted.

        Args:
            sender: an address or a name.
            now: the present time in seconds.
        """
        if self._most is None:
            return True
        whole_at = max(self._whole_at.get(sender, now), now)
        if whole_at - now > PERIOD_S + _ROUNDING_S:
            # The clock was set back, which must not keep anybody waiting.
            whole_at = now
        if whole_at - now > PERIOD_S - self._step + _ROUNDING_S:
            return False
        self._whole_at[sender] = whole_at + self._step
        self._whole_at.move_to_end(sender)
        if len(self._whole_at) > SENDERS_MAX:
            self._whole_at.popitem(last=False)
        return True

    def __len__(self) -> int:
        return len(self._whole_at)


def address_sender(address: str) -> str:
    """Return what the attempts of an address are counted by: itself, or an IPv6 address's network of 64 bits."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known), _IPV6_NETWORK), strict=False))


def name_sender(name: str) -> str:
    """Return what the attempts with a name are counted by."""
    return name[:NAME_MAX]

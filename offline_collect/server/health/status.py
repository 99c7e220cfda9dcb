"""What a server does just now, for the operators' page /status: counts of connections, no message and no peer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from offline_collect.server.link import Link


def links_status(links: Iterable[Link]) -> list[dict[str, Any]]:
    """Return each link: its connections, who is signed on over how many of them, and what waits."""
    return [_link(link) for link in links]


def _link(link: Link) -> dict[str, Any]:
    connections = list(link.connections)
    signed_on = Counter(name for each in connections for name in each.signed_on_institutions)
    return {
        "link": link.settings.name,
        "connections": len(connections),
        "signed_on": dict(sorted(signed_on.items())),
        "in_flight": sum(each.in_flight for each in connections),
        "waiting": sum(each.waiting for each in connections),
    }

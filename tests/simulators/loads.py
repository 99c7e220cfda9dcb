"""Shared by tests of the load: a platform that approves, and a record of its requests."""

from offline_collect.wire.layouts.pds import parse_pds
from tests.simulators.peer import answer


def pay(peer, request):
    """Approve; a payment's answer names its bill, as the platform's does."""
    tags = parse_pds(request.elements.get(48, ""), peer.codec.dialect.charset)
    return (
        answer(request, de48=f"0030{len(tags['0030']):03d}{tags['0030']}")
        if "0030" in tags
        else answer(request)
    )


def of_class(peer, mti):
    return [request for request in peer.requests if request.mti == mti]

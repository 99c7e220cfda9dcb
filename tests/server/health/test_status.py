"""What a server says of its links: counts, and who is signed on."""

from offline_collect.server.health.status import links_status
from tests.server.rig import request_of


def test_a_link_without_connections_has_nothing(platform):
    (link,) = links_status([platform.link])
    assert link == {"link": "fep-1", "connections": 0, "signed_on": {}, "in_flight": 0, "waiting": 0}


def test_who_is_signed_on_is_counted_by_connections(platform):
    one, other = platform.connect(), platform.connect()
    platform.connect()
    one.send("sign_on")
    other.send("payment")
    (link,) = links_status([platform.link])
    assert (link["connections"], link["in_flight"], link["waiting"]) == (3, 1, 0)
    assert link["signed_on"] == {"12345678": 1}, "the other one has only sent a payment"
    one.send(request_of("sign_on", de70="002"))
    (link,) = links_status([platform.link])
    assert link["signed_on"] == {}

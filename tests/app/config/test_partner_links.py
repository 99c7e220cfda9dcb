"""Links that connect to a partner: what is accepted, and how errors are worded."""

import pytest


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("127.0.0.1:9000", "127.0.0.1:9000"),
        ("localhost:9000", "127.0.0.1:9000"),
        ("[0::1]:65535", "[0::1]:65535"),
    ],
)
def test_a_link_may_connect_to_a_partner_of_this_machine(load, written, read):
    assert load(f"links: [{{connect: '{written}'}}]").settings.links[0].connect == read


@pytest.mark.parametrize("host", ["switch.example", "10.1.2.3", "[fd00::1]"])
def test_a_link_that_connects_beyond_loopback_starts_where_it_is_declared_insecure(load, refused, host):
    assert (
        load(f"links: [{{connect: '{host}:9000', insecure: true}}]").settings.links[0].connect
        == f"{host}:9000"
    )
    (said,) = refused(f"links: [{{connect: '{host}:9000'}}]")
    assert said.startswith("links[0]: connects beyond loopback with neither TLS nor a MAC: ")


def test_links_that_connect_do_not_share_a_listening_address(load):
    links = "links: [{name: a, connect: '127.0.0.1:1'}, {name: b, connect: '127.0.0.1:1'}, {name: c}]"
    assert len(load(links).settings.links) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("links: [{connect: '9000'}]", "links[0].connect: must be a host and a port, such as "),
        ("links: [{connect: '127.0.0.1:0'}]", "links[0].connect: must have a port from 1 to 65535"),
        ("links: [{connect: '127.0.0.1:65536'}]", "links[0].connect: must have a port from 1 to 65535"),
        (
            "links: [{connect: '10.1.2:1'}]",
            "links[0].connect: must name a host by its name or its IP address",
        ),
        ("links: [{connect: '-a.b:1'}]", "links[0].connect: must name a host by its name or its IP address"),
        (
            "links: [{connect: '127.0.0.1:1', listen: '127.0.0.1:2'}]",
            "links[0]: connect: a link listens or connects, not both: leave out listen or connect",
        ),
        (
            "links: [{connect: '127.0.0.1:1', tls: {certificate: c, key: k}}]",
            "links[0]: tls.client_ca: a link that connects must know who signs its partner's certificate",
        ),
    ],
)
def test_a_link_that_cannot_connect_is_refused(refused, text, said):
    (line,) = refused(text)
    assert line.startswith(said)

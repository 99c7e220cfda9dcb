"""Links whose partner listens: the platform connects, from one server at a time."""

import ssl
from contextlib import ExitStack

import pytest

from offline_collect.store import StoreSettings, open_store, read_lease, write_lease
from tests.databases.school import fill
from tests.e2e.partner import Partner, free_port
from tests.e2e.serving import ECHO, serving, write_config
from tests.fakes.certificates import Authority

LEASE = ", lease_s: 4"
"""Short enough to wait for, long enough for a busy machine to renew."""
HOLDS = "link switch-1: this server has the lease"


def line_of(port, more=LEASE):
    """The configuration of a link that connects to a port of loopback."""
    return f'  - {{name: switch-1, connect: "127.0.0.1:{port}", institutions: ["12345678"]{more}}}\n'


@pytest.fixture
def partner():
    with Partner() as listening:
        yield listening


@pytest.fixture
def calling(tmp_path, store_url, partner):
    """The configuration of servers that connect to the partner, once for each kind of database."""
    fill(store_url, bills=50)
    return write_config(tmp_path, store_url, more_links=line_of(partner.port))


@pytest.fixture
def sqlite_calling(tmp_path, sqlite_url):
    """Writes the configuration of servers that connect to a port."""
    fill(sqlite_url, bills=50)
    return lambda port, more=LEASE: write_config(tmp_path, sqlite_url, more_links=line_of(port, more))


def codes(answers):
    return [answer.elements[39] for answer in answers]


def test_a_partner_that_listens_pays_and_is_told_the_end(calling, partner, pay):
    with serving(calling) as server:
        front_end = partner.accept()
        assert codes(front_end.ask(ECHO)) == ["00"]
        assert sorted(codes(front_end.ask(*(pay(nth) for nth in range(20))))) == ["00"] * 20
        assert f"link switch-1: connected to 127.0.0.1:{partner.port}\n" in server.get("/readyz")[1]
        metrics = server.get("/metrics")[1]
        assert 'offline_collect_partner_connected{link="switch-1"} 1.0' in metrics
        assert 'offline_collect_partner_lease_held{link="switch-1"} 1.0' in metrics
        assert server.stop() == 0
        assert front_end.rest() == []
        assert not front_end.was_reset


def test_of_two_servers_one_connects_and_the_other_takes_over_when_it_is_killed(calling, partner, pay):
    payment = pay(1)
    with ExitStack() as stack:
        first = stack.enter_context(serving(calling))
        before = partner.accept()
        second = stack.enter_context(serving(calling))
        (answer,) = before.ask(payment)
        assert answer.elements[39] == "00"
        assert "has the lease of the connection to" in second.get("/readyz")[1]
        assert not partner.is_called()
        first.kill()
        before.rest()
        second.wait_for(HOLDS)
        after = partner.accept()
        (again,) = after.ask(payment)
        assert (again.elements[39], again.elements[38]) == ("00", answer.elements[38])
        assert codes(after.ask(pay(2))) == ["00"]


def test_a_server_that_stops_leaves_the_connection_to_the_other(calling, partner, pay):
    with ExitStack() as stack:
        first = stack.enter_context(serving(calling))
        before = partner.accept()
        second = stack.enter_context(serving(calling))
        # An answer to the second's readiness says that it has looked at the lease.
        assert codes(before.ask(pay(1))) == ["00"]
        assert first.stop() == 0
        assert before.rest() == []
        second.wait_for(HOLDS)
        assert codes(partner.accept().ask(pay(2))) == ["00"]


def test_a_server_that_has_lost_its_lease_closes_the_connection(sqlite_calling, sqlite_url, partner):
    with serving(sqlite_calling(partner.port)) as server:
        front_end = partner.accept()
        assert codes(front_end.ask(ECHO)) == ["00"]
        store = open_store(StoreSettings(sqlite_url))
        taken = False
        while not taken:
            with store.transaction() as tx:
                taken = write_lease(tx, "switch-1", read_lease(tx, "switch-1"), "another server")
        store.dispose()
        server.wait_for("link switch-1: this server has lost the lease")
        assert front_end.rest() == []
        # The other does not renew it, so this server takes it back.
        assert codes(partner.accept().ask(ECHO)) == ["00"]


def test_a_connection_that_ends_is_made_again(sqlite_calling, partner, pay):
    with serving(sqlite_calling(partner.port)) as server:
        with partner.accept() as front_end:
            assert codes(front_end.ask(pay(1))) == ["00"]
        server.wait_for(
            rf"link switch-1: lost the connection to 127\.0\.0\.1:{partner.port}: .*; trying again in"
        )
        assert codes(partner.accept().ask(pay(2))) == ["00"]


def test_a_partner_that_does_not_listen_yet_is_tried_again_and_again(sqlite_calling):
    port = free_port()
    with serving(sqlite_calling(port)) as server:
        server.wait_for(
            rf"link switch-1: cannot connect to 127\.0\.0\.1:{port}: .*refused.*; trying again in"
        )
        status, text = server.get("/readyz")
        assert status == 200
        assert f"link switch-1: not connected to 127.0.0.1:{port}: " in text
        assert 'offline_collect_partner_connected{link="switch-1"} 0.0' in server.get("/metrics")[1]
        with Partner(port=port) as late:
            assert codes(late.accept().ask(ECHO)) == ["00"]


class Tls:
    """Certificates of the platform and of its partner, and the partner's side of TLS."""

    def __init__(self, folder, partner_name):
        self.authority = Authority(folder)
        self.platform = self.authority.issue("platform.example")
        self.partner = self.authority.issue(partner_name)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.partner.certificate, self.partner.key)
        self.context.load_verify_locations(self.authority.ca)
        self.context.verify_mode = ssl.CERT_REQUIRED

    def settings(self, **more):
        """The link's keys, with ``tls``."""
        tls = {
            "certificate": self.platform.certificate,
            "key": self.platform.key,
            "client_ca": self.authority.ca,
            **more,
        }
        return f"{LEASE}, tls: {{" + ", ".join(f"{key}: {value}" for key, value in tls.items()) + "}"


def is_refused(partner):
    """Whether the platform ends its connection with nothing said, in the handshake or right after it."""
    try:
        return partner.accept().rest() == []
    except ssl.SSLError:
        return True


def test_the_platform_and_the_partner_prove_themselves_over_tls(tmp_path, sqlite_calling, pay):
    tls = Tls(tmp_path, "switch.example")
    with Partner(tls.context) as partner, serving(sqlite_calling(partner.port, tls.settings())):
        assert codes(partner.accept().ask(pay(1))) == ["00"]


def test_a_partner_with_another_certificate_than_the_named_one_gets_nothing(tmp_path, sqlite_calling):
    tls = Tls(tmp_path, "stranger.example")
    settings = tls.settings(clients='{"12345678": [switch.example]}')
    with Partner(tls.context) as partner, serving(sqlite_calling(partner.port, settings)) as server:
        assert is_refused(partner)
        server.wait_for("link switch-1, 127.0.0.1: its certificate is not among tls.clients")


def test_a_partner_whose_certificate_others_have_signed_is_refused(tmp_path, sqlite_calling):
    tls = Tls(tmp_path, "switch.example")
    strange = Authority(tmp_path, "strange-ca").issue("strange.example")
    tls.context.load_cert_chain(strange.certificate, strange.key)
    with Partner(tls.context) as partner, serving(sqlite_calling(partner.port, tls.settings())) as server:
        assert is_refused(partner)
        server.wait_for("link switch-1, 127.0.0.1: the TLS handshake failed: certificate verify failed")

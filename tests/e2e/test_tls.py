"""A link with TLS: which peers may connect, for which institutions, and replacing certificates while it runs."""

import signal
import ssl

import pytest

from tests.databases.school import fill
from tests.e2e.forked import simulate
from tests.e2e.serving import ECHO, FrontEnd, run, serving, write_config
from tests.fakes.certificates import DAY, Authority


class Bank:
    """A server with TLS, and certificates of its peers."""

    def __init__(self, folder, url):
        self.authority = Authority(folder)
        self.platform = self.authority.issue("platform.example")
        self.partner = self.authority.issue("fep.partner.example")
        tls = (
            f"certificate: {self.platform.certificate}, key: {self.platform.key}, client_ca: {self.authority.ca},"
            ' clients: {"12345678": [FEP.partner.example]}'
        )
        self.config = write_config(folder, url, link=f", tls: {{{tls}}}, frame_timeout_s: 2")

    def trusting(self, client=None):
        context = ssl.create_default_context(cafile=str(self.authority.ca))
        if client is not None:
            context.load_cert_chain(client.certificate, client.key)
        return context


@pytest.fixture
def bank(tmp_path, sqlite_url):
    fill(sqlite_url, bills=300)
    return Bank(tmp_path, sqlite_url)


@pytest.fixture
def server(bank):
    with serving(bank.config) as running:
        yield running


def told(server, text):
    assert server.stop() == 0
    return [line for line in server.log if text in line]


def refused_by(server, context):
    """Whether the server ends the handshake; in TLS 1.3 a client sees it only when it reads."""
    try:
        with FrontEnd(server.port, context) as front_end:
            front_end.send(ECHO)
            return front_end.rest() == []
    except (ssl.SSLError, ConnectionResetError):
        return True


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_partner_pays_over_tls(bank, server, pay, version):
    context = bank.trusting(bank.partner)
    context.maximum_version = version
    with FrontEnd(server.port, context) as front_end:
        answers = front_end.ask(*(pay(nth) for nth in range(300)))
    assert [answer.elements[39] for answer in answers] == ["00"] * 300
    assert server.stop() == 0


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused(bank, server):
    context = bank.trusting(bank.partner)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    assert refused_by(server, context)
    assert told(server, "the TLS handshake failed: unsupported protocol")


def test_a_peer_without_a_certificate_is_refused_and_told(bank, server):
    assert refused_by(server, bank.trusting())
    assert told(server, "link fep-1, 127.0.0.1: the TLS handshake failed: peer did not return a certificate")


def test_a_certificate_of_another_authority_is_refused(bank, server, tmp_path):
    context = bank.trusting(Authority(tmp_path, "strange-ca").issue("stranger.example"))
    assert refused_by(server, context)
    assert told(server, "the TLS handshake failed: certificate verify failed")


def test_a_certificate_stands_for_its_institutions_alone(bank, server, pay):
    with FrontEnd(server.port, bank.trusting(bank.authority.issue("third.example"))) as front_end:
        (answer,) = front_end.ask(pay(1))
    assert (answer.elements[39], answer.elements[44]) == ("58", "not of this certificate")
    assert told(server, "its certificate is not among tls.clients")


def test_a_peer_that_does_not_speak_tls_is_told_apart(server):
    with FrontEnd(server.port) as front_end:
        front_end.send(ECHO)
        front_end.rest()
    assert told(server, "its bytes are not TLS: does it speak the link's dialect without TLS?")


def test_a_handshake_that_never_ends_is_cut_off(server):
    with FrontEnd(server.port) as front_end:
        front_end.rest()
    assert told(server, "the TLS handshake was not completed within frame_timeout_s")


def test_a_certificate_is_replaced_without_dropping_a_connection(bank, server, pay):
    with FrontEnd(server.port, bank.trusting(bank.partner)) as before:
        assert [answer.elements[39] for answer in before.ask(pay(1))] == ["00"]
        bank.authority.issue("platform.example", DAY * 5)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("certificates were read again")
        with FrontEnd(server.port, bank.trusting(bank.partner)) as after:
            (answer,) = after.ask(pay(2))
        assert answer.elements[39] == "00"
        assert [answer.elements[39] for answer in before.ask(pay(3))] == ["00"]
    assert "link fep-1: a certificate expires in 4 days" in server.get("/readyz")[1]
    assert 'offline_collect_certificate_expires_timestamp_seconds{link="fep-1"}' in server.get("/metrics")[1]


def test_files_that_cannot_be_used_leave_the_link_as_it_was(bank, server, pay):
    bank.platform.certificate.write_text("broken")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for("link fep-1 continues with its present certificate")
    with FrontEnd(server.port, bank.trusting(bank.partner)) as front_end:
        assert [answer.elements[39] for answer in front_end.ask(pay(1))] == ["00"]


def test_a_server_whose_certificate_cannot_be_used_does_not_start(bank):
    bank.platform.certificate.write_text("broken")
    ended = run(bank.config, "serve")
    assert ended.returncode == 1
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("Error: ")]
    assert line.startswith("Error: fep-1: tls.certificate: ")


def terminal(server, bank, *arguments):
    """Run the terminal simulator with the partner's certificate."""
    keys = ["--tls-cert", str(bank.partner.certificate), "--tls-key", str(bank.partner.key)]
    return simulate(*arguments, "--port", str(server.port), "--tls-ca", str(bank.authority.ca), *keys)


def test_the_terminal_simulator_speaks_tls(bank, server):
    ended = terminal(server, bank, "run", "link")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_load_goes_over_tls(bank, server):
    options = ["--merchant", "SCHOOL01", "--bill", "S-{:04d}", "--amount", "123.45", "--count", "200"]
    ended = terminal(server, bank, "load", *options, "--connections", "2", "--bills", "250")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "payment" in ended.stdout

"""A link's certificates: what is refused before it listens, which institutions they represent, and when they expire."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL, crypto

from offline_collect.server.errors import CertificateError
from offline_collect.server.settings import TlsSettings
from offline_collect.server.tls.certificates import comparable, institutions_of, names_host, names_of
from offline_collect.server.tls.credentials import Credentials
from tests.fakes.certificates import DAY, Authority, write_key


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def settings(authority):
    files = authority.issue("platform.example")
    return TlsSettings(str(files.certificate), str(files.key), str(authority.ca))


def refusal(settings):
    with pytest.raises(CertificateError) as refused:
        Credentials("fep-1", settings)
    return str(refused.value)


@pytest.mark.parametrize("which", ["certificate", "key", "client_ca"])
def test_a_file_that_is_not_there_is_named_with_its_setting(settings, tmp_path, which):
    gone = str(tmp_path / "gone.pem")
    assert (
        refusal(replace(settings, **{which: gone}))
        == f"fep-1: tls.{which}: {gone}: No such file or directory"
    )


@pytest.mark.parametrize(
    ("which", "lacks"), [("certificate", "certificate"), ("key", "private key"), ("client_ca", "certificate")]
)
def test_a_file_of_something_else_is_refused(settings, tmp_path, which, lacks):
    other = tmp_path / "other.pem"
    other.touch(mode=0o600)
    other.write_text("nothing of the kind")
    said = refusal(replace(settings, **{which: str(other)}))
    assert said == f"fep-1: tls.{which}: {other}: contains no {lacks} in PEM form"


def test_a_key_of_another_certificate_is_refused(settings, authority):
    other = authority.issue("other.example")
    said = refusal(replace(settings, key=str(other.key)))
    assert said.startswith(f"fep-1: tls.key: {other.key}: is not the key of the first certificate in ")


def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(settings, tmp_path):
    key = tmp_path / "platform.example.key"
    key.chmod(0o644)
    assert refusal(replace(settings, key=str(key))).endswith(f"may read it: chmod o= {key}")


def test_a_key_with_a_password_is_refused(settings, tmp_path):
    key = tmp_path / "locked.key"
    write_key(key, ec.generate_private_key(ec.SECP256R1()), b"secret")
    assert "is encrypted: give a key without a password" in refusal(replace(settings, key=str(key)))


def test_a_certificate_is_known_by_common_name_dns_name_and_fingerprint(authority):
    files = authority.issue("fep.partner.example")
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = {"fep.partner.example", f"sha256:{files.fingerprint}"}
    assert names_of(certificate) == names
    clients = {
        "1": frozenset({f"sha256:{files.fingerprint}"}),
        "2": frozenset({"other"}),
        "3": frozenset(names),
    }
    assert institutions_of(certificate, clients) == {"1", "3"}


def test_a_fingerprint_may_be_written_as_openssl_prints_it():
    assert comparable("SHA256:4D:05:EF") == "sha256:4d05ef"
    assert comparable("FEP.example") == "fep.example"


def test_a_certificate_without_dns_names_is_known_by_its_common_name(authority):
    ca = x509.load_pem_x509_certificate(authority.ca.read_bytes())
    assert "test-ca" in names_of(ca)


def test_what_is_read_anew_holds_and_what_cannot_be_used_changes_nothing(settings, authority):
    credentials = Credentials("fep-1", settings)
    before = credentials.expires_at
    authority.issue("platform.example", DAY * 100)
    credentials.reload()
    assert credentials.expires_at < before
    replaced = credentials.expires_at
    Path(settings.certificate).write_text("broken")
    with pytest.raises(CertificateError):
        credentials.reload()
    assert credentials.expires_at == replaced


@pytest.mark.parametrize(
    ("before", "said"),
    [(31 * DAY, None), (9 * DAY, "a certificate expires in 9 days"), (-1 * DAY, "a certificate expired")],
)
def test_operators_are_told_before_the_end_and_after_it(settings, before, said):
    credentials = Credentials("fep-1", replace(settings, warn_days=30))
    note = credentials.note(credentials.expires_at - before)
    assert note is None if said is None else note.startswith(f"link fep-1: {said}")


def test_the_end_is_told_in_the_zone_of_whoever_asks(settings):
    credentials = Credentials("fep-1", settings)
    shanghai = ZoneInfo("Asia/Shanghai")
    note = credentials.note((credentials.expires_at + DAY).astimezone(shanghai))
    assert f"expired {credentials.expires_at.astimezone(shanghai).isoformat(' ', 'minutes')}:" in note
    assert "+08:00" in note


def test_the_first_to_expire_counts_also_among_those_that_peers_are_checked_against(settings, authority):
    soon = authority.issue("soon.example", DAY * 3)
    both = replace(settings, client_ca=str(soon.certificate))
    left = Credentials("fep-1", both).expires_at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=2) < left < dt.timedelta(days=4)


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("switch.example", True),
        ("SWITCH.example", True),
        ("other.example", False),
        ("127.0.0.1", True),
        ("127.0.0.2", False),
    ],
)
def test_a_certificate_is_for_the_hosts_that_it_names(authority, host, named):
    certificate = x509.load_pem_x509_certificate(authority.issue("switch.example").certificate.read_bytes())
    assert names_host(certificate, host) is named


@pytest.mark.parametrize("host", ["test-ca", "127.0.0.1"])
def test_a_common_name_alone_is_for_no_host(authority, host):
    certificate = x509.load_pem_x509_certificate(authority.ca.read_bytes())
    assert not names_host(certificate, host)


class _Transport:
    """The end of a handshake, with the peer's certificate."""

    def __init__(self, files):
        self._certificate = crypto.X509.from_cryptography(
            x509.load_pem_x509_certificate(files.certificate.read_bytes())
        )

    def getPeerCertificate(self):  # noqa: N802 - Twisted's name
        return self._certificate


@pytest.mark.parametrize(("name", "institutions"), [("switch.example", None), ("other.example", frozenset())])
def test_a_partner_without_a_name_among_clients_must_be_the_host_that_was_called(
    settings, authority, name, institutions
):
    credentials = Credentials("fep-1", settings, "switch.example")
    assert credentials.institutions(_Transport(authority.issue(name))) == institutions


def test_a_partner_with_a_name_among_clients_may_have_any_host(settings, authority):
    settings = replace(settings, clients={"12345678": frozenset({"other.example"})})
    credentials = Credentials("fep-1", settings, "switch.example")
    assert credentials.institutions(_Transport(authority.issue("other.example"))) == {"12345678"}


@pytest.mark.parametrize(("host", "shown"), [("switch.example", b"switch.example"), ("127.0.0.1", None)])
def test_the_name_of_the_host_that_is_called_is_shown_to_it(settings, host, shown):
    connection = Credentials("fep-1", settings, host).clientConnectionForTLS(None)
    connection.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        connection.do_handshake()
    hello = connection.bio_read(4096)
    assert (b"switch.example" in hello) is (shown is not None)

"""The options of TLS: what cannot be used is named by its option and file, without OpenSSL's own places."""

import ssl

import pytest

from offline_collect_terminal.errors import ScenarioError
from offline_collect_terminal.wire.tls import read_tls, tls_reason
from tests.fakes.certificates import Authority


@pytest.fixture
def made(tmp_path):
    authority = Authority(tmp_path)
    return authority.ca, authority.issue("fep"), authority.issue("other")


def test_files_that_are_not_there_are_named_by_their_option(made, tmp_path):
    ca, fep, _ = made
    none = tmp_path / "none.pem"
    for option, files in {
        "--tls-ca": (none, None, None),
        "--tls-cert": (ca, none, fep.key),
        "--tls-key": (ca, fep.certificate, none),
    }.items():
        with pytest.raises(
            ScenarioError, match=f"^{option}: {none}: cannot be opened: No such file"
        ) as caught:
            read_tls(*files, None)
        assert "Errno" not in str(caught.value)


def test_files_of_other_content_are_named(made, tmp_path):
    ca, fep, other = made
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    with pytest.raises(ScenarioError, match=f"^--tls-ca: {text}: holds no certificate in PEM") as caught:
        read_tls(text, None, None, None)
    assert "_ssl.c" not in str(caught.value)
    with pytest.raises(ScenarioError, match=r"its key \(TLS: key values mismatch\)$"):
        read_tls(ca, fep.certificate, other.key, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError(), "timed out"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (ssl.SSLError(1, "[SSL: X] x (_ssl.c:2546)"), "TLS: it was cut off"),
    ],
)
def test_why_a_connection_failed_is_said_without_places_in_source(error, reason):
    assert tls_reason(error) == reason

"""The kiosk starts only where nobody's real money is."""

import socket

import pytest

from offline_collect_terminal.errors import KioskError
from offline_collect_terminal.kiosk.allowed import CONFIG_BYTES_MAX, check_allowed, on_loopback

ELSEWHERE = "192.0.2.7"


@pytest.fixture
def config(tmp_path):
    """Writes a platform's configuration, and returns its path."""

    def write(text):
        path = tmp_path / "platform.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_configuration(host):
    check_allowed(host, 8583, None)
    assert on_loopback(host)


def test_a_name_is_on_loopback_only_if_all_its_addresses_are(monkeypatch):
    def of(*addresses):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
        return on_loopback("bank.example")

    assert of("127.0.0.1", "127.0.0.2")
    assert not of("127.0.0.1", ELSEWHERE)


def test_a_name_that_nobody_knows_is_not_on_loopback(monkeypatch):
    def unknown(*_):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not on_loopback("bank.example")


def test_beyond_loopback_it_needs_the_configuration():
    with pytest.raises(KioskError, match=r"192\.0\.2\.7:8583 is not on this machine.*--config"):
        check_allowed(ELSEWHERE, 8583, None)


def test_a_link_that_is_marked_for_tests_is_allowed(config):
    check_allowed(
        ELSEWHERE, 8584, config("links: [{listen: '0.0.0.0:8583'}, {listen: '[::]:8584', test: true}]")
    )


@pytest.mark.parametrize(
    "text",
    [
        "links: [{listen: '0.0.0.0:8583'}]",
        "links: [{listen: '0.0.0.0:8583', test: false}]",
        "links: [{listen: '0.0.0.0:8583', test: 'true'}]",
        "links: [{listen: '0.0.0.0:8584', test: true}]",
        "links: [{connect: 'bank.example:8583', test: true}]",
        "links: [8583]",
        "links: 8583",
        "- 8583",
        "",
    ],
)
def test_any_other_link_is_not(config, text):
    with pytest.raises(KioskError, match="no link with listen port 8583 has test: true"):
        check_allowed(ELSEWHERE, 8583, config(text))


@pytest.mark.parametrize("text", ["links: [", "links: &a [*a"])
def test_a_configuration_that_cannot_be_read_allows_nothing(config, text):
    with pytest.raises(KioskError, match="cannot be read as YAML"):
        check_allowed(ELSEWHERE, 8583, config(text))


def test_a_missing_or_endless_configuration_allows_nothing(config, tmp_path):
    with pytest.raises(KioskError, match="cannot be read as YAML"):
        check_allowed(ELSEWHERE, 8583, tmp_path / "none.yaml")
    with pytest.raises(KioskError, match="is not a configuration"):
        check_allowed(ELSEWHERE, 8583, config("#" * (CONFIG_BYTES_MAX + 1)))

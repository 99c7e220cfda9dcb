"""The web server's bounds, and whose word counts for a browser's address."""

from pathlib import Path

from offline_collect.console.run import server_of
from offline_collect.console.settings import ConsoleSettings


def config(**settings):
    return server_of(None, ConsoleSettings(**settings)).config


def test_connections_headers_and_idle_time_are_bounded():
    found = config()
    assert found.limit_concurrency == 200
    assert found.h11_max_incomplete_event_size == 32 * 1024
    assert found.timeout_keep_alive == 30


def test_nobody_s_word_counts_without_a_proxy():
    assert not config().proxy_headers
    behind = config(proxies=("192.0.2.7",))
    assert behind.proxy_headers
    assert behind.forwarded_allow_ips == ["192.0.2.7"]


def test_the_server_does_not_say_what_it_is():
    assert not config().server_header
    assert not config().access_log


def test_its_own_certificate_is_given_on():
    found = config(certificate=Path("c.pem"), key=Path("c.key"))
    assert (found.ssl_certfile, found.ssl_keyfile) == (Path("c.pem"), Path("c.key"))

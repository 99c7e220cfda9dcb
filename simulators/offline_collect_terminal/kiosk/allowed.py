"""Where the kiosk may start: against loopback, or a link that the platform's configuration marks for tests."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from pathlib import Path

import yaml

from offline_collect_terminal.errors import KioskError

CONFIG_BYTES_MAX = 1_000_000
"""The most bytes of a configuration that is read."""


def check_allowed(host: str, port: int, config: Path | None) -> None:
    """Refuse a platform that is not for tests.

    Args:
        host: the platform's name or address.
        port: its link's port.
        config: the platform's configuration; None without one.

    Raises:
        KioskError: the link is neither on loopback nor marked for tests, or the configuration cannot be read.
    """
    if on_loopback(host):
        return
    if config is None:
        raise KioskError(
            f"{host}:{port} is not on this machine: the kiosk takes simulated money, so it pays only on loopback or on a"
            " link for tests; give the platform's configuration, which marks the link test: true, with --config"
        )
    if port not in set(test_ports(config)):
        raise KioskError(
            f"{config}: no link with listen port {port} has test: true; the kiosk takes simulated money, so it pays"
            " only on a link for tests"
        )


def on_loopback(host: str) -> bool:
    """Whether every address of a host is on loopback; a name without an address is not."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)


def test_ports(config: Path) -> Iterable[int]:
    """Return the ports of the links that a configuration marks for tests.

    Raises:
        KioskError: it cannot be read.
    """
    try:
        if config.stat().st_size > CONFIG_BYTES_MAX:
            raise KioskError(f"{config}: is over {CONFIG_BYTES_MAX} bytes: it is not a configuration")
        values = yaml.safe_load(config.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KioskError(f"{config}: cannot be read as YAML: {_first_line(error)}") from None
    links = values.get("links") if isinstance(values, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("test") is True:
            _, _, port = str(link.get("listen", "")).rpartition(":")
            if port.isascii() and port.isdigit():
                yield int(port)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

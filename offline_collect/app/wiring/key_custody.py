"""The master key, from its file or the environment, and the terms of each link's keys, from the configuration."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Collection
from pathlib import Path

from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import MasterKeyError, UnknownLinkError
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MASTER_KEY_BYTES, MasterKey

MASTER_KEY_VARIABLE = "OFFLINE_COLLECT_MASTER_KEY"
_FILE_BYTES_MAX = 1_000


def custody(settings: Settings) -> Custody:
    """Return the custody of keys, with the master key.

    Raises:
        MasterKeyError: there is no master key, it is invalid, or others can read its file.
    """
    named = settings.keys.master_key_file
    text = os.environ.get(MASTER_KEY_VARIABLE) if named is None else _read(Path(named))
    if text is None:
        raise MasterKeyError(
            f"there is no master key: name its file with keys.master_key_file (`keys init` makes one), or set"
            f" {MASTER_KEY_VARIABLE}"
        )
    place = MASTER_KEY_VARIABLE if named is None else named
    try:
        master = MasterKey(bytes.fromhex(text))
    except (ValueError, KeyFormatError):
        master = None
    if master is None:
        raise MasterKeyError(f"{place}: a master key is {2 * MASTER_KEY_BYTES} hex digits")
    return Custody(master, dt.timedelta(minutes=settings.keys.overlap_minutes))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read(_FILE_BYTES_MAX)
    except OSError as error:
        raise MasterKeyError(f"{path}: the master key cannot be read: {error.strerror}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MasterKeyError(f"{path}: others can read the master key: run chmod 600 {path}")
    return text.decode("ascii", "replace")


def make_master_key(path: Path, value: bytes) -> MasterKey:
    """Write a new master key into a new file that only its owner can read.

    Raises:
        MasterKeyError: the file exists, or cannot be written.
    """
    master = MasterKey(value)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"{value.hex().upper()}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except FileExistsError:
        raise MasterKeyError(f"{path}: the file exists already and was not changed") from None
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be written: {error.strerror}") from None
    return master


def key_terms(link: LinkSettings) -> KeyTerms:
    """Return the terms of the keys of a link with MACs."""
    return KeyTerms(link.key_name, MacAlgorithm(link.mac.algorithm), link.organisation)


def terms_of(settings: Settings, organisations: Collection[str], name: str | None = None) -> list[KeyTerms]:
    """Return the terms of the keys of one link; without a name, of all links with MACs.

    Args:
        settings: all settings.
        organisations: the organisations that the acting user sees; links of others are not found.
        name: the name of the link.

    Raises:
        UnknownLinkError: there is no such link, or it has no MAC.
    """
    seen = [link for link in settings.links if link.has_mac and link.organisation in organisations]
    found = [key_terms(link) for link in seen if name in {None, link.name}]
    if name is not None and not found:
        known = ", ".join(link.name for link in seen) or "none"
        raise UnknownLinkError(
            f"the configuration has no link {name} with a MAC; it has {known}"
            " (mac: {algorithm: aes-cmac} gives a link one)"
        )
    return found

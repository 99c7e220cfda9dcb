"""The master keys, from their places, and the terms of each link's keys, from the configuration."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from offline_collect.app.config.key_settings import MasterKeySettings, Pkcs11Settings
from offline_collect.app.config.link_settings import LinkSettings
from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import KeyModuleError, MasterKeyError, UnknownLinkError, UsageError
from offline_collect.app.wiring.private_file import read_private, write_private
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MASTER_KEY_BYTES, MasterKey, SealingKey

if TYPE_CHECKING:
    from offline_collect.app.wiring.pkcs11_token import Token

MASTER_KEY_VARIABLE = "OFFLINE_COLLECT_MASTER_KEY"
PIN_VARIABLE = "OFFLINE_COLLECT_PKCS11_PIN"
_NO_KEY_FILE = "`keys init` makes it (`keys init --next` that of keys.next); if the store has keys, bring back the file they are under"
_NO_PIN_FILE = "write the token's user PIN into it, and run chmod 600"


def custody(settings: Settings) -> Custody:
    """Return the custody of keys, with the master key, and with the next one if the configuration names it.

    Raises:
        MasterKeyError: there is no master key, it is invalid, others can read its file, or its module fails.
    """
    keys = settings.keys
    following = None if keys.next is None else _master_key(keys.next)
    return Custody(_master_key(keys), dt.timedelta(minutes=keys.overlap_minutes), following=following)


def has_master_key(settings: Settings) -> bool:
    """Whether the configuration or the environment names a master key."""
    keys = settings.keys
    named = keys.pkcs11 is not None or keys.master_key_file is not None
    return named or MASTER_KEY_VARIABLE in os.environ


def _master_key(settings: MasterKeySettings) -> SealingKey:
    if settings.pkcs11 is not None:
        return _in_module(settings.pkcs11, make=False)
    named = settings.master_key_file
    text = (
        os.environ.get(MASTER_KEY_VARIABLE)
        if named is None
        else read_private(Path(named), "master key", _NO_KEY_FILE)
    )
    if text is None:
        raise MasterKeyError(
            f"there is no master key: name its file with keys.master_key_file (`keys init` makes one), or set"
            f" {MASTER_KEY_VARIABLE}"
        )
    place = MASTER_KEY_VARIABLE if named is None else named
    try:
        return MasterKey(bytes.fromhex(text))
    except (ValueError, KeyFormatError):
        pass
    raise MasterKeyError(f"{place}: a master key is {2 * MASTER_KEY_BYTES} hex digits")


def _in_module(settings: Pkcs11Settings, *, make: bool) -> SealingKey:
    try:
        from offline_collect.app.wiring import pkcs11_master_key, pkcs11_token  # noqa: PLC0415 - of an extra
    except ImportError:
        raise KeyModuleError(
            "keys.pkcs11 needs the extra pkcs11: pip install 'offline-collect[pkcs11]'"
        ) from None
    token: Token = pkcs11_token.Token(settings.module, settings.token, lambda: _pin(settings))
    if make:
        return pkcs11_master_key.make_in_module(token, settings.label)
    return pkcs11_master_key.ModuleMasterKey(token, settings.label)


def _pin(settings: Pkcs11Settings) -> str:
    if settings.pin_file is not None:
        return read_private(Path(settings.pin_file), "PIN", _NO_PIN_FILE).strip()
    pin = os.environ.get(PIN_VARIABLE)
    if pin is None:
        raise MasterKeyError(
            f"token {settings.token}: there is no PIN: name its file with pin_file, or set {PIN_VARIABLE}"
        )
    return pin


def make_master_key(settings: MasterKeySettings) -> tuple[SealingKey, str]:
    """Make a new master key in the place that the settings name; return it, and the place with what to do next.

    Raises:
        UsageError: the settings name no place.
        MasterKeyError: there is one already, or it cannot be made.
    """
    if settings.pkcs11 is not None:
        made = (
            f"made as {settings.pkcs11.label} in token {settings.pkcs11.token}; it cannot leave the module:"
        )
        return _in_module(
            settings.pkcs11, make=True
        ), f"{made} keep a copy of the token as the module's maker says"
    if settings.master_key_file is None:
        raise UsageError(
            "keys.master_key_file is not set: set it, or keys.pkcs11, in the configuration; a key for"
            f" {MASTER_KEY_VARIABLE} is made without this command: openssl rand -hex {MASTER_KEY_BYTES}"
        )
    master = make_master_key_file(Path(settings.master_key_file), secrets.token_bytes(MASTER_KEY_BYTES))
    made = f"made in {settings.master_key_file}; keep a copy of it apart from the store's backups"
    return master, made


def make_master_key_file(path: Path, value: bytes) -> MasterKey:
    """Write a new master key into a new file that only its owner can read.

    Raises:
        MasterKeyError: the file exists, or cannot be written.
    """
    master = MasterKey(value)
    write_private(path, f"{value.hex().upper()}\n")
    return master


def key_terms(link: LinkSettings) -> KeyTerms:
    """Return the terms of the keys of a link with MACs."""
    cipher = KeyCipher(link.mac.kek.upper())
    return KeyTerms(link.key_name, MacAlgorithm(link.mac.algorithm), link.organisation, cipher)


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

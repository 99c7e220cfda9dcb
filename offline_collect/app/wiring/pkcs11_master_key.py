"""A master key that never leaves a hardware security module; keys are encrypted and decrypted there.

If the module has AES-GCM, keys are encrypted with it, with the place in the store as additional data. Otherwise they are
encrypted with AES key wrap (RFC 3394), together with a digest of the place, which is compared after decryption.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, TypeVar

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import MultipleObjectsReturned, NoSuchKey, PKCS11Error

from offline_collect.app.errors import KeyModuleError
from offline_collect.app.wiring.pkcs11_token import Token
from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import CHECK_VALUE_BYTES
from offline_collect.wire.security.sealing import NONCE_BYTES, ModuleForm, cannot_be_opened

R = TypeVar("R")

_Key = Any
"""A key in the module: it has the methods that its attributes allow, which its type does not show."""

KEY_BITS = 256
_BLOCK = 16
_DIGEST_BYTES = 16
_TEMPLATE = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.MODIFIABLE: False,
    Attribute.VERIFY: False,
    Attribute.DERIVE: False,
    Attribute.SIGN: True,
    Attribute.ENCRYPT: True,
    Attribute.DECRYPT: True,
    Attribute.WRAP: True,
    Attribute.UNWRAP: True,
}
_IN_SESSION = {Attribute.TOKEN: False, Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: False}
"""For a key that is wrapped or unwrapped: it exists in the module only during the call."""


class ModuleMasterKey:
    """A master key in a token of a module.

    Raises:
        KeyModuleError: the token cannot be opened, has no such key, or its key can be read.
    """

    def __init__(self, token: Token, label: str) -> None:
        self._token = token
        self._label = label
        self._check_value = self._run(_checked)

    def __repr__(self) -> str:
        return f"<ModuleMasterKey {self._check_value}>"

    @property
    def check_value(self) -> str:
        """The check value that identifies it."""
        return self._check_value

    def check(self) -> None:
        """Check that the module still has the key.

        Raises:
            KeyModuleError: it fails, or has another key of this label.
        """
        if self._run(_checked) != self._check_value:
            raise KeyModuleError(f"{self._token}: the key {self._label} is another one than at the start")

    def seal(self, key: bytes, place: str, nonce: bytes) -> str:
        """Return a key encrypted in the module.

        Raises:
            KeyModuleError: the module fails.
        """

        def calls(session: pkcs11.Session, master: _Key) -> str:
            if _can(session, master, Mechanism.AES_GCM, Attribute.ENCRYPT):
                made = master.encrypt(
                    key, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, place.encode())
                )
                return f"{ModuleForm.GCM}:{(nonce + bytes(made)).hex()}"
            return f"{ModuleForm.KEY_WRAP}:{_wrap(session, master, key + _digest(place)).hex()}"

        return self._run(calls)

    def open(self, sealed: str, place: str) -> bytes:
        """Return the value of a key that was encrypted in the module.

        Raises:
            KeyFormatError: it was encrypted under another master key or for another place, or was changed.
            KeyModuleError: the module fails.
        """
        form, _, digits = sealed.partition(":")
        if form not in set(ModuleForm):
            raise KeyFormatError(
                f"the key of {place} was encrypted under a master key of a file or the environment, and the master"
                f" key {self._check_value} is in a hardware security module"
            )
        value = self._opened(ModuleForm(form), digits, place)
        if value is None:
            raise cannot_be_opened(place, self._check_value)
        return value

    def _opened(self, form: ModuleForm, digits: str, place: str) -> bytes | None:
        open_as = _open_gcm if form is ModuleForm.GCM else _open_wrapped
        try:
            raw = bytes.fromhex(digits)
            return self._token.run(lambda session: open_as(session, self._key(session), raw, place))
        except ValueError:
            return None
        except PKCS11Error:
            # Modules have no agreed error for a wrong tag: one that still makes the check value has refused the key.
            self.check()
            return None

    def _run(self, calls: Callable[[pkcs11.Session, _Key], R]) -> R:
        try:
            return self._token.run(lambda session: calls(session, self._key(session)))
        except NoSuchKey:
            reason = f"has no key {self._label}: `keys init` makes one (`keys init --next` that of keys.next)"
        except MultipleObjectsReturned:
            reason = f"has several keys {self._label}: give one of them another label"
        except PKCS11Error as error:
            reason = f"fails: {error or type(error).__name__}"
        raise KeyModuleError(f"{self._token}: {reason}")

    def _key(self, session: pkcs11.Session) -> _Key:
        return session.get_key(object_class=ObjectClass.SECRET_KEY, label=self._label)


def make_in_module(token: Token, label: str) -> ModuleMasterKey:
    """Make a new master key in a token.

    Raises:
        KeyModuleError: the token cannot be opened, has a key of this label, or makes none.
    """
    try:
        token.run(lambda session: _make(token, session, label), write=True)
    except PKCS11Error as error:
        raise KeyModuleError(f"{token}: makes no key: {error or type(error).__name__}") from None
    return ModuleMasterKey(token, label)


def _make(token: Token, session: pkcs11.Session, label: str) -> None:
    if list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label})):
        raise KeyModuleError(f"{token}: the key {label} exists already and was not changed")
    session.generate_key(KeyType.AES, KEY_BITS, label=label, store=True, template=_TEMPLATE)


def _checked(session: pkcs11.Session, master: _Key) -> str:
    """Return the check value: from AES-CMAC as for all AES keys, or the module's own if it has no AES-CMAC."""
    if master[Attribute.EXTRACTABLE] or not master[Attribute.SENSITIVE]:
        raise KeyModuleError(
            f"the key {master.label} can be read from the module: `keys init` makes one that cannot"
        )
    if _can(session, master, Mechanism.AES_CMAC, Attribute.SIGN):
        made = bytes(master.sign(bytes(_BLOCK), mechanism=Mechanism.AES_CMAC))
    else:
        made = bytes(master[Attribute.CHECK_VALUE])
    return made[:CHECK_VALUE_BYTES].hex().upper()


def _can(session: pkcs11.Session, master: _Key, mechanism: Mechanism, permission: Attribute) -> bool:
    return mechanism in session.token.slot.get_mechanisms() and bool(master[permission])


def _open_gcm(_: pkcs11.Session, master: _Key, raw: bytes, place: str) -> bytes:
    params = GCMParams(raw[:NONCE_BYTES], place.encode())
    return bytes(master.decrypt(raw[NONCE_BYTES:], mechanism=Mechanism.AES_GCM, mechanism_param=params))


def _wrap(session: pkcs11.Session, master: _Key, content: bytes) -> bytes:
    template = {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
        Attribute.VALUE: content,
        **_IN_SESSION,
    }
    passing = session.create_object(template)
    try:
        return bytes(master.wrap_key(passing, mechanism=Mechanism.AES_KEY_WRAP))
    finally:
        passing.destroy()


def _open_wrapped(_: pkcs11.Session, master: _Key, raw: bytes, place: str) -> bytes | None:
    passing = master.unwrap_key(
        ObjectClass.SECRET_KEY,
        KeyType.GENERIC_SECRET,
        raw,
        mechanism=Mechanism.AES_KEY_WRAP,
        template=_IN_SESSION,
    )
    try:
        content = bytes(passing[Attribute.VALUE])
    finally:
        passing.destroy()
    value, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    return value if hmac.compare_digest(digest, _digest(place)) else None


def _digest(place: str) -> bytes:
    return hashlib.sha256(place.encode()).digest()[:_DIGEST_BYTES]

"""Tokens of PKCS#11 modules: one session a token, one call at a time, and a new session after a failure.

The library is initialised for one thread at a time, so a lock is held during all calls of a module. After any error the
library is ended and initialised again: some modules do not find a token again otherwise.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import pkcs11
from pkcs11.exceptions import (
    MultipleTokensReturned,
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    TokenNotPresent,
    TokenNotRecognised,
)

from offline_collect.app.errors import KeyModuleError

R = TypeVar("R")

WAIT_S = 10.0
"""How long a call waits for the calls of other threads; a module that hangs must not collect threads."""

_WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)
_REASONS: tuple[tuple[type[PKCS11Error] | tuple[type[PKCS11Error], ...], str], ...] = (
    ((NoSuchToken, TokenNotPresent, TokenNotRecognised), "the module has no such token"),
    (MultipleTokensReturned, "the module has several tokens of this label"),
    (_WRONG_PIN, "the PIN is wrong; after a few wrong ones the module locks it"),
    (PinLocked, "the PIN is locked: its officer must set a new one"),
)


@dataclass(slots=True)
class _Module:
    """The state of one module in this process.

    Attributes:
        sessions: by the label of the token.
        wrong_pins: digests of PINs that a token refused; they are not tried again, or the token would be locked.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    sessions: dict[str, pkcs11.Session] = field(default_factory=dict)
    wrong_pins: dict[str, bytes] = field(default_factory=dict)


_MODULES: dict[str, _Module] = {}


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a module.

    Attributes:
        module: the path of the module's library.
        label: the label of the token.
        pin: returns the user PIN; asked for each time that a session begins.
    """

    module: str
    label: str
    pin: Callable[[], str]

    def __str__(self) -> str:
        return f"token {self.label} of {self.module}"

    def run(self, calls: Callable[[pkcs11.Session], R], *, write: bool = False) -> R:
        """Run calls in the token's session; if one fails, all again in a new session.

        Args:
            calls: what to do with the session; must not keep it.
            write: whether the calls make an object in the token.

        Raises:
            KeyModuleError: the token cannot be opened, or other calls take too long.
            PKCS11Error: the calls failed in the new session too.
        """
        with self._locked() as state:
            try:
                return calls(self._session(state, write=write))
            except PKCS11Error:
                _end_all(self.module, state)
            try:
                return calls(self._session(state, write=write))
            except PKCS11Error:
                _end_all(self.module, state)
                raise

    @contextmanager
    def _locked(self) -> Iterator[_Module]:
        state = _MODULES.setdefault(self.module, _Module())
        if not state.lock.acquire(timeout=WAIT_S):
            raise KeyModuleError(f"{self}: the module does not answer: look at its own log")
        try:
            yield state
        finally:
            state.lock.release()

    def _session(self, state: _Module, *, write: bool) -> pkcs11.Session:
        session = state.sessions.get(self.label)
        if session is not None and (session.rw or not write):
            return session
        if session is not None:
            _end_all(self.module, state)
        pin = self._pin(state)
        try:
            opened = pkcs11.lib(self.module).get_token(token_label=self.label).open(rw=write, user_pin=pin)
        except (PKCS11Error, OSError) as error:
            if isinstance(error, _WRONG_PIN):
                state.wrong_pins[self.label] = _digest(pin)
            reason = _reason(error)
        else:
            state.wrong_pins.pop(self.label, None)
            state.sessions[self.label] = opened
            return opened
        _end_all(self.module, state)
        raise KeyModuleError(f"{self}: cannot be opened: {reason}")

    def _pin(self, state: _Module) -> str:
        pin = self.pin()
        if state.wrong_pins.get(self.label) == _digest(pin):
            raise KeyModuleError(
                f"{self}: cannot be opened: the PIN was wrong; it is not tried again until it changes"
            )
        return pin


def end_module(module: str) -> None:
    """End a module's sessions, and forget what it refused."""
    state = _MODULES.pop(module, None)
    if state is not None:
        with state.lock:
            _end_all(module, state)


def _digest(pin: str) -> bytes:
    return hashlib.sha256(pin.encode()).digest()


def _end_all(module: str, state: _Module) -> None:
    """End the library with all its sessions; the next session initialises it again."""
    state.sessions.clear()
    with suppress(PKCS11Error):
        pkcs11.lib(module).finalize()


def _reason(error: Exception) -> str:
    known = next((text for kinds, text in _REASONS if isinstance(error, kinds)), None)
    return known or str(error) or type(error).__name__

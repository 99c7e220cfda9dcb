"""The keys of a running server's links: read once a second, issued by message, marked at their first use."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred

from offline_collect.app.config.settings import Settings
from offline_collect.app.serving.background import Background, outliving
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.key_custody import custody, key_terms
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.keys.life import KeyState
from offline_collect.domain.ports import Clock, StoreError
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.server import KeyRing, KeysInForce
from offline_collect.store import LinkKey, SqlStore, open_store
from offline_collect.wire.security.message_mac import MacKey

_log = logging.getLogger(__name__)

_UNAVAILABLE = decline(ResponseCode.UNAVAILABLE, "no key now", "the store cannot be reached: ask again")
_FAULT = decline(ResponseCode.MALFUNCTION, "malfunction", "a fault of the platform: no key was issued")


@dataclass(frozen=True, slots=True)
class _Ring:
    """The keys of one name, and the actor of their changes in the audit trail."""

    terms: KeyTerms
    link: Actor
    ring: KeyRing


class LinkKeys:
    """Keys of all links with MACs; links that share their keys share a ring.

    Args:
        background: runs calls that may block, on a thread of their own.
        on_reactor: runs a call on the reactor's thread.

    Raises:
        MasterKeyError: a link has a MAC, and there is no master key.
        KeyRefusedError: a key does not open under the master key.
    """

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        clock: Clock,
        background: Background,
        on_reactor: Callable[..., Any],
    ) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._on_reactor = on_reactor
        self._rings: dict[str, _Ring] = {}
        self._asking: dict[str, list[Deferred[Answer]]] = {}
        with_macs = [link for link in settings.links if link.has_mac]
        self._custody: Custody | None = custody(settings) if with_macs else None
        for link in with_macs:
            if link.key_name not in self._rings:
                self._rings[link.key_name] = self._ring(key_terms(link))
        self._warned: set[str] = set()
        for name, keys in self._read().items():
            self._replace(name, keys)

    def ring(self, key_name: str) -> KeyRing:
        """Return the ring of a link with MACs."""
        return self._rings[key_name].ring

    def refresh(self) -> None:
        """Read the keys again, and retire those whose overlap has ended; must not run on the reactor's thread.

        If the store cannot be read, or a key cannot be decrypted, the rings stay unchanged.
        """
        what = "reading the keys of links (the keys that were read last stay in force)"
        found = outliving(what, self._read, (StoreError, KeyRefusedError))
        if found is not None:
            self._on_reactor(self._take, found)

    def _take(self, found: dict[str, KeysInForce]) -> None:
        for name, keys in found.items():
            self._replace(name, keys)

    def _ring(self, terms: KeyTerms) -> _Ring:
        link = Actor(f"link {terms.key_name}", frozenset())

        def used(number: int) -> None:
            self._background(lambda: self._used(terms, link, number))

        return _Ring(terms, link, KeyRing(used, lambda: self._ask(terms, link)))

    def _ask(self, terms: KeyTerms, link: Actor) -> Deferred[Answer]:
        """Issue a key; requests that come meanwhile get the same answer, so that only one call runs at a time."""
        answer: Deferred[Answer] = Deferred()
        waiting = self._asking.setdefault(terms.key_name, [])
        waiting.append(answer)
        if len(waiting) == 1:
            issued = self._background(lambda: self._issue(terms, link))
            issued.addCallback(lambda made: self._answer_all(terms.key_name, made))
        return answer

    def _answer_all(self, key_name: str, made: Answer) -> None:
        for each in self._asking.pop(key_name):
            each.callback(made)

    def _read(self) -> dict[str, KeysInForce]:
        if self._custody is None:
            return {}
        now = self._clock.now()
        found: dict[str, list[LinkKey]] = {name: [] for name in self._rings}
        ended: set[str] = set()
        for key in working_keys.in_force(self._store, found):
            if key.standing.overlap_ended(now):
                ended.add(key.key_name)
            else:
                found[key.key_name].append(key)
        for name in sorted(ended):
            working_keys.retire_due(self._store, name, self._rings[name].link, now)
        return {name: _in_force(self._custody, keys) for name, keys in found.items()}

    def _replace(self, name: str, keys: KeysInForce) -> None:
        self._rings[name].ring.replace(keys)
        if keys.active or keys.issued is not None:
            self._warned.discard(name)
        elif name not in self._warned:
            self._warned.add(name)
            _log.warning(
                "link keys %s: there is no working key: every message gets 63, except requests for a key",
                name,
            )

    def _used(self, terms: KeyTerms, link: Actor, number: int) -> None:
        assert self._custody is not None, "a ring exists, so a link has MACs"
        try:
            working_keys.mark_used(self._store, self._custody, terms, number, link, self._clock.now())
        except Exception:  # noqa: BLE001 - the next message with the key tries again
            _log.exception(
                "link keys %s: the first use of key %d could not be stored", terms.key_name, number
            )
        self.refresh()

    def _issue(self, terms: KeyTerms, link: Actor) -> Answer:
        assert self._custody is not None, "a ring exists, so a link has MACs"
        try:
            issued = working_keys.issue_by_message(self._store, self._custody, terms, link, self._clock.now())
        except KeyRefusedError as error:
            return decline(ResponseCode.NOT_PERMITTED, "no key issued", str(error))
        except StoreError as error:
            _log.warning("link keys %s: no key was issued: %s", terms.key_name, error)
            return _UNAVAILABLE
        except Exception:  # noqa: BLE001 - the peer must get an answer
            _log.exception("link keys %s: issuing a key failed", terms.key_name)
            return _FAULT
        self.refresh()
        _log.info(
            "link keys %s: key %d was issued (check value %s)",
            terms.key_name,
            issued.key.key_number,
            issued.key.check_value,
        )
        values = {"key_block": issued.block, "key_check_value": issued.key.check_value}
        return Answer(ResponseCode.APPROVED, values=values)


def check_keys(settings: Settings, now: dt.datetime) -> None:
    """Check that the keys in force of all links open under the master key; change nothing.

    Raises:
        MasterKeyError: a link has a MAC, and there is no master key.
        KeyRefusedError: a key does not open under the master key.
    """
    names = {link.key_name for link in settings.links if link.has_mac}
    if not names:
        return
    kept_by = custody(settings)
    store = open_store(store_settings(settings))
    try:
        keys = working_keys.in_force(store, names)
        _in_force(kept_by, [key for key in keys if not key.standing.overlap_ended(now)])
    finally:
        store.dispose()


def _in_force(kept_by: Custody, keys: list[LinkKey]) -> KeysInForce:
    made = {key.key_number: MacKey(key.key_number, kept_by.open(key), key.check_value) for key in keys}
    issued = [made[key.key_number] for key in keys if key.state is KeyState.ISSUED]
    latest_first = sorted(keys, key=lambda key: (key.state is not KeyState.ACTIVE, -key.key_number))
    active = tuple(made[key.key_number] for key in latest_first if key.state is not KeyState.ISSUED)
    return KeysInForce(active, issued[-1] if issued else None)

"""The keys of a running server's links: read once a second, issued by message, marked at their first use.

A key is decrypted once, and then kept in memory. So a hardware security module is not asked every second, and if it
fails, the keys that were read before stay in force.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from offline_collect.app.config.settings import Settings
from offline_collect.app.errors import MasterKeyError
from offline_collect.app.serving.background import Background, outliving
from offline_collect.app.wiring.backoffice import store_settings
from offline_collect.app.wiring.key_custody import custody, key_terms
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.answers import Answer, decline
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkManagement
from offline_collect.domain.keys.life import KeyState
from offline_collect.domain.ports import Clock, StoreError
from offline_collect.domain.texts.cards import mask_cards
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.delivered_keys import Delivered, take_by_message
from offline_collect.server.connections.key_ring import KeyRing, KeysInForce
from offline_collect.store import LinkKey, SqlStore, open_store
from offline_collect.wire.security.key_transit import KeyTransit
from offline_collect.wire.security.message_mac import MacKey

_log = logging.getLogger(__name__)

MASTER_CHECK_EVERY = dt.timedelta(seconds=30)
"""How often a server checks that its master key can be used."""

_UNAVAILABLE = decline(
    ResponseCode.UNAVAILABLE, "no key now", "the store or the master key cannot be reached: ask again"
)
_FAULT = decline(
    ResponseCode.MALFUNCTION, "malfunction", "a fault of the platform: no key was issued or taken"
)
_TAKING = decline(ResponseCode.UNAVAILABLE, "no key now", "another key is being taken: send this one again")


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
        self._asking: dict[tuple[str, KeyTransit], list[Deferred[Answer]]] = {}
        self._taking: set[str] = set()
        self._opened: dict[str, MacKey] = {}
        self._problem: str | None = None
        self._checked_at = clock.now()
        with_macs = [link for link in settings.links if link.has_mac]
        self._custody: Custody | None = custody(settings) if with_macs else None
        for link in with_macs:
            if link.key_name not in self._rings:
                self._rings[link.key_name] = self._ring(key_terms(link))
        self._warned: set[str] = set()
        for name, keys in self._read(starting=True).items():
            self._replace(name, keys)

    def ring(self, key_name: str) -> KeyRing:
        """Return the ring of a link with MACs."""
        return self._rings[key_name].ring

    def refresh(self) -> None:
        """Read the keys again, and retire those whose overlap has ended; must not run on the reactor's thread.

        If the store cannot be read, or a key cannot be decrypted, the rings stay unchanged.
        """
        what = "reading the keys of links (the keys that were read last stay in force)"
        found = outliving(what, self._checked, (StoreError, KeyRefusedError))
        if found is not None:
            self._on_reactor(self._take, found)

    def _checked(self) -> dict[str, KeysInForce]:
        """Return the keys of all links, after a look at the master key."""
        self._check_master()
        return self._read()

    def notes(self) -> list[str]:
        """Return notes for operators, one line each."""
        return [] if self._problem is None else [f"master key: {self._problem}"]

    def _check_master(self) -> None:
        """Check from time to time whether the master key can be used."""
        now = self._clock.now()
        if self._custody is None or now < self._checked_at + MASTER_CHECK_EVERY:
            return
        self._checked_at = now
        try:
            self._custody.check()
        except MasterKeyError as error:
            self._tell(str(error))
        else:
            self._tell(None)

    def _tell(self, problem: str | None) -> None:
        if problem is not None and problem != self._problem:
            _log.warning(
                "the master key cannot be used; keys that were read before stay in force: %s", problem
            )
        if problem is None and self._problem is not None:
            _log.info("the master key can be used again")
        self._problem = problem

    def _take(self, found: dict[str, KeysInForce]) -> None:
        for name, keys in found.items():
            self._replace(name, keys)

    def _ring(self, terms: KeyTerms) -> _Ring:
        link = Actor(f"link {terms.key_name}", frozenset())

        def used(number: int) -> None:
            self._background(lambda: self._used(terms, link, number))

        def ask(command: NetworkManagement, transit: KeyTransit) -> Deferred[Answer]:
            if command.new_key is None:
                return self._ask(terms, link, transit)
            delivered = Delivered(command.new_key, command.key_check_value)
            return self._deliver(terms, link, delivered, transit, command.key_set)

        return _Ring(terms, link, KeyRing(used, ask))

    def _ask(self, terms: KeyTerms, link: Actor, transit: KeyTransit) -> Deferred[Answer]:
        """Issue a key; requests that come meanwhile get the same answer, so that only one call runs at a time."""
        answer: Deferred[Answer] = Deferred()
        name = terms.key_name, transit
        waiting = self._asking.setdefault(name, [])
        waiting.append(answer)
        if len(waiting) == 1:
            issued = self._background(lambda: self._issue(terms, link, transit))
            issued.addErrback(_fault, terms.key_name)
            issued.addCallback(lambda made: self._answer_all(name, made))
        return answer

    def _answer_all(self, name: tuple[str, KeyTransit], made: Answer) -> None:
        for each in self._asking.pop(name):
            each.callback(made)

    def _deliver(
        self, terms: KeyTerms, link: Actor, delivered: Delivered, transit: KeyTransit, key_set: str | None
    ) -> Deferred[Answer]:
        """Take a partner's key; one at a time, so that a flood of them keeps no more than a thread busy."""
        name = terms.key_name
        if name in self._taking:
            return succeed(_TAKING)
        self._taking.add(name)

        def taken(answer: Answer) -> Answer:
            self._taking.discard(name)
            return answer

        answer = self._background(lambda: self._take_key(terms, link, delivered, transit, key_set))
        answer.addErrback(_fault, name)
        return answer.addCallback(taken)

    def _read(self, *, starting: bool = False) -> dict[str, KeysInForce]:
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
        self._opened = self._open_all(
            self._custody, [key for keys in found.values() for key in keys], starting=starting
        )
        return {name: self._in_force(keys) for name, keys in found.items()}

    def _open_all(self, kept_by: Custody, keys: list[LinkKey], *, starting: bool) -> dict[str, MacKey]:
        """Return keys decrypted; of a running server those whose master key can be used."""
        opened: dict[str, MacKey] = {}
        for key in keys:
            known = self._opened.get(_name(key))
            try:
                opened[_name(key)] = known or MacKey(key.key_number, kept_by.open(key), key.check_value)
            except MasterKeyError as error:
                if starting:
                    raise
                self._tell(str(error))
        return opened

    def _in_force(self, keys: list[LinkKey]) -> KeysInForce:
        opened = [(key, self._opened[_name(key)]) for key in keys if _name(key) in self._opened]
        issued = [value for key, value in opened if key.state is KeyState.ISSUED]
        used = [(key, value) for key, value in opened if key.state is not KeyState.ISSUED]
        used.sort(key=lambda each: (each[0].state is not KeyState.ACTIVE, -each[0].key_number))
        return KeysInForce(tuple(value for _, value in used), issued[-1] if issued else None)

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
        kept_by, now = self._custody, self._clock.now()
        outliving(
            f"link keys {terms.key_name}: storing the first use of key {number}",
            lambda: working_keys.mark_used(self._store, kept_by, terms, number, link, now),
            (StoreError, MasterKeyError, KeyRefusedError),
        )
        self.refresh()

    def _take_key(
        self, terms: KeyTerms, link: Actor, delivered: Delivered, transit: KeyTransit, key_set: str | None
    ) -> Answer:
        assert self._custody is not None, "a ring exists, so a link has MACs"
        now = self._clock.now()
        try:
            key, shown = take_by_message(self._store, self._custody, terms, delivered, transit, link, now)
        except KeyRefusedError as error:
            _log.warning("link keys %s: a key of the partner was refused: %s", terms.key_name, error)
            return decline(ResponseCode.SECURITY, "key not taken", str(error))
        except (StoreError, MasterKeyError) as error:
            return _failed(terms.key_name, error)
        self.refresh()
        _log.info(
            "link keys %s: the partner's key %d%s was taken (check value %s)",
            terms.key_name,
            key.key_number,
            f" (its {mask_cards(key_set)})" if key_set else "",
            key.check_value,
        )
        return Answer(ResponseCode.APPROVED, values={"key_check_value": shown})

    def _issue(self, terms: KeyTerms, link: Actor, transit: KeyTransit) -> Answer:
        assert self._custody is not None, "a ring exists, so a link has MACs"
        try:
            issued = working_keys.issue_by_message(
                self._store, self._custody, terms, link, self._clock.now(), transit
            )
        except (KeyRefusedError, StoreError, MasterKeyError) as error:
            return _failed(terms.key_name, error)
        self.refresh()
        _log.info(
            "link keys %s: key %d was issued (check value %s)",
            terms.key_name,
            issued.key.key_number,
            issued.key.check_value,
        )
        values: dict[str, str | int] = {
            "key_block": issued.block,
            "key_check_value": issued.check_value,
            "key_number": issued.key.key_number,
        }
        return Answer(ResponseCode.APPROVED, values=values)


def _failed(key_name: str, error: Exception) -> Answer:
    """Return the answer to a message about a key that could not be handled."""
    if isinstance(error, KeyRefusedError):
        return decline(ResponseCode.NOT_PERMITTED, "no key issued", str(error))
    _log.warning("link keys %s: no key was issued or taken: %s", key_name, error)
    return _UNAVAILABLE


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
        for key in keys:
            if not key.standing.overlap_ended(now):
                kept_by.open(key)
    finally:
        store.dispose()


def _fault(failure: Failure, key_name: str) -> Answer:
    """Log a fault of the platform; the peer must get an answer even then."""
    _log.error("link keys %s: issuing or taking a key failed", key_name, exc_info=failure.value)
    return _FAULT


def _name(key: LinkKey) -> str:
    return f"{key.place} {key.check_value}"

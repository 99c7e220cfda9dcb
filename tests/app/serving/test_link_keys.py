"""The keys of a running server's links: the keys in force, answers to requests for a key, and outages."""

import dataclasses
import datetime as dt
import logging

import pytest
from twisted.internet.defer import Deferred, maybeDeferred, succeed

from offline_collect.app.config.key_settings import KeySettings, MacSettings
from offline_collect.app.config.settings import LinkSettings, Settings
from offline_collect.app.errors import MasterKeyError
from offline_collect.app.serving.link_keys import LinkKeys
from offline_collect.app.wiring.key_custody import MASTER_KEY_VARIABLE
from offline_collect.domain.access.actor import SYSTEM
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.roles import Role
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, NetworkManagement
from offline_collect.domain.keys.life import KeyPurpose, KeyState
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.working_keys import Order
from offline_collect.store import StoreError, StoreSettings, keys_of, open_store
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_block import unwrap
from offline_collect.wire.security.key_transit import Kek, KeyForm, KeyTransit, check_value_in, wrap_key
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.databases.school import fill
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock
from tests.support.actors import person

MASTER = bytes(range(32))
CUSTODY = Custody(MasterKey(MASTER), dt.timedelta(minutes=10))
REQUEST = NetworkManagement("fep-1", "12345678", None, "000001", NOON, NOON, 10_000, NetworkFunction.NEW_KEY)
TERMS = KeyTerms("fep-1", MacAlgorithm.AES_CMAC, "BANK")
FIRST, SECOND = bytes(range(16)), b"0123456789abcdef"
CBC = KeyTransit(KeyForm.CBC, check_digits=8)
KEK = bytes(a ^ b for a, b in zip(FIRST, SECOND, strict=True))


@pytest.fixture
def store(sqlite_url, monkeypatch):
    monkeypatch.setenv(MASTER_KEY_VARIABLE, MASTER.hex())
    fill(sqlite_url)
    store = open_store(StoreSettings(sqlite_url))
    yield store
    store.dispose()


@pytest.fixture
def clock():
    return HandClock(NOON)


@pytest.fixture
def serve(store, clock):
    """Start two links that share their keys; background calls run at once."""

    def serve():
        mac = MacSettings(algorithm="aes-cmac", key="fep-1")
        links = (LinkSettings(mac=mac), LinkSettings(name="fep-2", listen="127.0.0.1:1", mac=mac))
        settings = Settings(links=links, keys=KeySettings(overlap_minutes=10))
        return LinkKeys(settings, store, clock, maybeDeferred, lambda call, *given: call(*given))

    return serve


def enter_kek(store):
    for number, (name, value) in enumerate((("anna", FIRST), ("bob", SECOND)), 1):
        actor, component = person(name, Role.OPERATOR), Component(number, value)
        enter_component(store, CUSTODY, TERMS, KeyPurpose.KEK, component, actor, NOON)


def asked(keys):
    """The answer to a request for a key."""
    answers = []
    keys.ring("fep-1").ask(REQUEST, KeyTransit()).addCallback(answers.append)
    return answers[0]


def states(store):
    with store.snapshot() as reading:
        return [key.state for key in keys_of(reading, "fep-1") if key.purpose is KeyPurpose.MAC]


def test_a_key_is_issued_and_takes_over_when_it_is_used(store, serve, clock):
    enter_kek(store)
    keys = serve()
    ring = keys.ring("fep-1")
    answer = asked(keys)
    value = unwrap(KEK, answer.values["key_block"], MacAlgorithm.AES_CMAC)
    (issued,) = ring.candidates
    assert (issued.value, issued.check_value) == (value, answer.values["key_check_value"])
    assert ring.signing is None
    ring.verified(issued)
    assert ring.signing == issued
    assert states(store) == [KeyState.ACTIVE]
    asked(keys)
    ring.verified(ring.candidates[-1])
    assert states(store) == [KeyState.RETIRING, KeyState.ACTIVE]
    assert [key.number for key in ring.candidates] == [3, 2], "the latest is the likeliest"
    clock.advance(600)
    keys.refresh()
    assert [key.number for key in ring.candidates] == [3]
    assert states(store) == [KeyState.RETIRED, KeyState.ACTIVE]


def test_changes_by_people_and_other_servers_are_seen(store, serve):
    enter_kek(store)
    keys = serve()
    assert keys.ring("fep-1").candidates == ()
    working_keys.make(store, CUSTODY, Order(DualAction.KEYS_GENERATE, TERMS), SYSTEM, NOON)
    keys.refresh()
    assert [key.number for key in keys.ring("fep-1").candidates] == [2]


def test_a_link_without_a_kek_issues_no_key(serve, caplog):
    with caplog.at_level(logging.WARNING):
        answer = asked(serve())
    assert (answer.code, answer.brief) == (ResponseCode.NOT_PERMITTED, "no key issued")
    assert "fep-1 has no key-encrypting key" in answer.reason
    assert caplog.text.count("link keys fep-1: there is no working key") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreError("gone"), ResponseCode.UNAVAILABLE), (ValueError(), ResponseCode.MALFUNCTION)],
)
def test_a_request_for_a_key_is_answered_whatever_fails(store, serve, monkeypatch, caplog, error, code):
    keys = serve()

    def fails(*_):
        raise error

    monkeypatch.setattr(store, "transaction", fails)
    assert asked(keys).code is code
    assert any(record.exc_info for record in caplog.records) is (code is ResponseCode.MALFUNCTION)


@pytest.mark.parametrize(("error", "traced"), [(StoreError("gone"), False), (ValueError("a fault"), True)])
def test_a_first_use_that_cannot_be_stored_is_stored_at_the_next_message(
    store, serve, monkeypatch, caplog, error, traced
):
    enter_kek(store)
    keys = serve()
    asked(keys)
    ring = keys.ring("fep-1")

    def fails(*_):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(store, "transaction", fails)
        ring.verified(ring.candidates[0])
    (record,) = (each for each in caplog.records if "storing the first use of key" in each.getMessage())
    assert (record.exc_info is not None) is traced
    assert states(store) == [KeyState.ISSUED]
    ring.verified(ring.candidates[0])
    assert states(store) == [KeyState.ACTIVE]


@pytest.mark.parametrize(
    ("error", "traced"),
    [
        (StoreError("gone"), False),
        (KeyRefusedError("another master key"), False),
        (ValueError("a fault"), True),
    ],
)
def test_keys_stay_in_force_while_they_cannot_be_read(store, serve, monkeypatch, caplog, error, traced):
    enter_kek(store)
    keys = serve()
    asked(keys)
    before = keys.ring("fep-1").candidates

    def fails():
        raise error

    monkeypatch.setattr(store, "snapshot", fails)
    with caplog.at_level(logging.WARNING):
        keys.refresh()
    assert keys.ring("fep-1").candidates == before
    said = "the keys that were read last stay in force"
    (record,) = (each for each in caplog.records if said in each.getMessage())
    assert (record.levelno, record.exc_info is not None) == (
        logging.ERROR if traced else logging.WARNING,
        traced,
    )


def keys_in_background(store, clock):
    """Keys whose background calls are kept, with the deferred of each, until a test makes them."""
    running = []

    def background(call):
        running.append((call, Deferred()))
        return running[-1][1]

    settings = Settings(links=(LinkSettings(mac=MacSettings(algorithm="aes-cmac")),))
    return LinkKeys(settings, store, clock, background, lambda call, *given: call(*given)), running


def test_requests_of_one_moment_are_answered_together(store, clock):
    enter_kek(store)
    keys, running = keys_in_background(store, clock)
    answers = []
    for _ in range(50):
        keys.ring("fep-1").ask(REQUEST, KeyTransit()).addCallback(answers.append)
    assert len(running) == 1, "each runs on a thread of its own"
    call, done = running[0]
    done.callback(call())
    assert {answer.code for answer in answers} == {ResponseCode.APPROVED}
    assert (len(answers), states(store)) == (50, [KeyState.ISSUED])
    keys.ring("fep-1").ask(REQUEST, KeyTransit())
    assert len(running) == 2


def delivered(key, check=None):
    """A request that brings a key."""
    kek = Kek(KeyCipher.AES, KEK)
    text = wrap_key(kek, key, MacAlgorithm.AES_CMAC, CBC)
    shown = check_value_in(CBC, key, MacAlgorithm.AES_CMAC) if check is None else check
    return dataclasses.replace(REQUEST, new_key=text, key_check_value=shown, key_set="01")


def brought(keys, request):
    answers = []
    keys.ring("fep-1").ask(request, CBC).addCallback(answers.append)
    return answers[0]


def test_a_partners_key_takes_over_when_it_is_used(store, serve, caplog):
    enter_kek(store)
    keys = serve()
    with caplog.at_level(logging.INFO):
        request = delivered(bytes(range(16)))
        answer = brought(keys, request)
    assert answer.code is ResponseCode.APPROVED
    assert answer.values == {"key_check_value": request.key_check_value}
    assert "fep-1: the partner's key 2 (its 01) was taken" in caplog.text
    (key,) = keys.ring("fep-1").candidates
    assert (key.value, keys.ring("fep-1").signing) == (bytes(range(16)), None)
    keys.ring("fep-1").verified(key)
    assert states(store) == [KeyState.ACTIVE]


@pytest.mark.parametrize(("check", "kek"), [("00000000", True), (None, False)])
def test_a_key_that_is_not_taken_changes_nothing(store, serve, caplog, check, kek):
    if kek:
        enter_kek(store)
    keys = serve()
    with caplog.at_level(logging.DEBUG):
        answer = brought(keys, delivered(bytes(range(16)), check))
    assert (answer.code, answer.brief) == (ResponseCode.SECURITY, "key not taken")
    assert (keys.ring("fep-1").candidates, states(store)) == ((), [])
    assert bytes(range(16)).hex() not in (caplog.text + answer.reason).lower()


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreError("gone"), ResponseCode.UNAVAILABLE), (ValueError(), ResponseCode.MALFUNCTION)],
)
def test_a_key_is_answered_whatever_fails(store, serve, monkeypatch, error, code):
    enter_kek(store)
    keys = serve()

    def fails(*_):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(store, "transaction", fails)
        assert brought(keys, delivered(bytes(range(16)))).code is code
    assert brought(keys, delivered(bytes(range(16)))).code is ResponseCode.APPROVED


def test_keys_are_taken_one_at_a_time(store, clock):
    enter_kek(store)
    keys, running = keys_in_background(store, clock)
    answers = []
    for _ in range(50):
        keys.ring("fep-1").ask(delivered(bytes(range(16))), CBC).addCallback(answers.append)
    assert (len(running), {answer.code for answer in answers}) == (1, {ResponseCode.UNAVAILABLE})
    call, done = running[0]
    done.callback(call())
    assert answers[-1].code is ResponseCode.APPROVED
    keys.ring("fep-1").ask(delivered(bytes(range(16))), CBC)
    assert len(running) == 2


def test_a_request_does_not_show_its_key():
    request = delivered(bytes(range(16)))
    assert request.new_key not in repr(request)


def test_another_master_key_stops_the_start(store, serve, monkeypatch):
    enter_kek(store)
    asked(serve())
    monkeypatch.setenv(MASTER_KEY_VARIABLE, "00" * 32)
    with pytest.raises(KeyRefusedError, match="cannot be decrypted with the master key"):
        serve()
    monkeypatch.delenv(MASTER_KEY_VARIABLE)
    with pytest.raises(MasterKeyError, match="there is no master key"):
        serve()


def test_no_master_key_is_needed_where_no_link_has_macs(store, clock, monkeypatch):
    monkeypatch.delenv(MASTER_KEY_VARIABLE)
    keys = LinkKeys(
        Settings(links=(LinkSettings(),)), store, clock, succeed, lambda call, *given: call(*given)
    )
    assert keys.refresh() is None


def test_no_key_is_logged(store, serve, caplog):
    enter_kek(store)
    with caplog.at_level(logging.DEBUG):
        keys = serve()
        asked(keys)
        keys.ring("fep-1").verified(keys.ring("fep-1").candidates[0])
    values = [MASTER, KEK, keys.ring("fep-1").candidates[0].value]
    assert "was issued" in caplog.text
    assert [value for value in values if value.hex() in caplog.text.lower()] == []

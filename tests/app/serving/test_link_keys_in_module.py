"""A running server whose master key is in a PKCS#11 module (SoftHSM2): keys stay in force while the module fails."""

import datetime as dt
import logging
import shutil

import pytest
from twisted.internet.defer import succeed

from offline_collect.app.config.key_settings import (
    KeySettings,
    MacSettings,
    MasterKeySettings,
    Pkcs11Settings,
)
from offline_collect.app.config.settings import LinkSettings, Settings
from offline_collect.app.errors import KeyModuleError
from offline_collect.app.serving.link_keys import MASTER_CHECK_EVERY, LinkKeys
from offline_collect.app.wiring import pkcs11_token
from offline_collect.app.wiring.key_custody import custody, make_master_key
from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Role
from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, NetworkManagement
from offline_collect.domain.keys.life import KeyPurpose
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import KeyTerms
from offline_collect.store import StoreSettings, open_store
from offline_collect.wire.security.key_transit import KeyTransit
from offline_collect.wire.security.mac_settings import MacAlgorithm
from tests.databases.school import fill
from tests.fakes.bank import NOON
from tests.fakes.clock import HandClock
from tests.modules.softhsm import PIN
from tests.support.actors import person

REQUEST = NetworkManagement("fep-1", "12345678", None, "000001", NOON, NOON, 10_000, NetworkFunction.NEW_KEY)
TERMS = KeyTerms("fep-1", MacAlgorithm.AES_CMAC, "BANK")
LINK = Actor("link fep-1", frozenset())


@pytest.fixture
def settings(softhsm):
    place = Pkcs11Settings(
        module=softhsm.library, token=softhsm.token(), label="master", pin_file=str(softhsm.pin_file())
    )
    make_master_key(MasterKeySettings(pkcs11=place))
    links = (LinkSettings(mac=MacSettings(algorithm="aes-cmac")),)
    return Settings(links=links, keys=KeySettings(pkcs11=place))


@pytest.fixture
def store(sqlite_url, settings):
    """A store with a KEK and a working key that was used once."""
    fill(sqlite_url)
    store, kept_by = open_store(StoreSettings(sqlite_url)), custody(settings)
    for number, (name, value) in enumerate((("anna", bytes(range(16))), ("bob", b"0123456789abcdef")), 1):
        actor, component = person(name, Role.OPERATOR), Component(number, value)
        enter_component(store, kept_by, TERMS, KeyPurpose.KEK, component, actor, NOON)
    issued = working_keys.issue_by_message(store, kept_by, TERMS, LINK, NOON)
    working_keys.mark_used(store, kept_by, TERMS, issued.key.key_number, LINK, NOON)
    yield store
    store.dispose()


@pytest.fixture
def clock():
    return HandClock(NOON)


@pytest.fixture
def serve(settings, store, clock):
    return lambda: LinkKeys(
        settings, store, clock, lambda call: succeed(call()), lambda call, *given: call(*given)
    )


@pytest.fixture
def breaking(softhsm):
    """Take the tokens away, and give them back."""
    away = softhsm.folder / "away"

    def fail():
        softhsm.tokens.rename(away)
        softhsm.tokens.mkdir()
        pkcs11_token.end_module(softhsm.library)

    def mend():
        shutil.rmtree(softhsm.tokens)
        away.rename(softhsm.tokens)

    return fail, mend


def pass_time(clock):
    clock.advance((MASTER_CHECK_EVERY + dt.timedelta(seconds=1)).total_seconds())


def answer_of(keys):
    answers = []
    keys.ring("fep-1").ask(REQUEST, KeyTransit()).addCallback(answers.append)
    return answers[0]


def test_keys_in_memory_stay_in_force_while_the_module_fails(serve, clock, breaking, caplog):
    fail, mend = breaking
    keys = serve()
    before = keys.ring("fep-1").candidates
    assert (len(before), keys.notes()) == (1, [])
    fail()
    pass_time(clock)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            keys.refresh()
        assert keys.ring("fep-1").candidates == before
        assert [note.partition(": token")[0] for note in keys.notes()] == ["master key"]
        assert (
            caplog.text.count("the master key cannot be used; keys that were read before stay in force") == 1
        )
        mend()
        pass_time(clock)
        keys.refresh()
    assert keys.notes() == []
    assert "the master key can be used again" in caplog.text
    assert PIN not in caplog.text


def test_no_key_is_issued_while_the_module_fails(serve, breaking):
    fail, mend = breaking
    keys = serve()
    fail()
    assert answer_of(keys).code is ResponseCode.UNAVAILABLE
    mend()
    assert answer_of(keys).code is ResponseCode.APPROVED


def test_a_new_key_of_another_server_waits_for_the_module(settings, store, serve, clock, breaking):
    fail, mend = breaking
    keys = serve()
    working_keys.issue_by_message(store, custody(settings), TERMS, LINK, NOON)
    fail()
    keys.refresh()
    assert [key.number for key in keys.ring("fep-1").candidates] == [2]
    assert len(keys.notes()) == 1
    mend()
    keys.refresh()
    assert [key.number for key in keys.ring("fep-1").candidates] == [2, 3]


def test_a_server_does_not_start_while_the_module_fails(serve, breaking):
    breaking[0]()
    with pytest.raises(
        KeyModuleError, match=r"token bank 1 of .*: cannot be opened: the module has no such token"
    ):
        serve()

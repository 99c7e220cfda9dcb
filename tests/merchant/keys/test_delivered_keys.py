"""Keys that the partner sends: one that fits becomes the next key, any other changes nothing."""

import datetime as dt

import pytest

from offline_collect.domain.access.actor import Actor
from offline_collect.domain.access.roles import Role
from offline_collect.domain.keys.life import RETIRING_MAX, KeyPurpose, KeyState
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.delivered_keys import Delivered, take_by_message
from offline_collect.store import AuditFilter, audit_rows, keys_of
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_transit import (
    Kek,
    KeyForm,
    KeyTransit,
    check_value_in,
    wrap_key,
)
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.merchant.documents import NOW
from tests.support.actors import person

LINK = Actor("link fep-1", frozenset())
CUSTODY = Custody(MasterKey(bytes(range(32))), dt.timedelta(minutes=60))
TERMS = KeyTerms("fep-1", MacAlgorithm.X9_19, "BANK", KeyCipher.DES)
ONE, OTHER = (
    bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
    bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"),
)
KEK = Kek(KeyCipher.DES, bytes(a ^ b for a, b in zip(ONE, OTHER, strict=True)))
ECB = KeyTransit(KeyForm.ECB, check_digits=8)
FIRST, SECOND = bytes(range(16)), bytes(range(40, 56))


def enter(store, number, value, name, terms=TERMS):
    component = Component(number, value)
    actor = person(name, Role.OPERATOR)
    return enter_component(store, CUSTODY, terms, KeyPurpose.KEK, component, actor, NOW)


@pytest.fixture
def kept(store):
    enter(store, 1, ONE, "anna")
    enter(store, 2, OTHER, "bob")
    return store


def message(key, transit=ECB):
    return Delivered(
        wrap_key(KEK, key, TERMS.algorithm, transit), check_value_in(transit, key, TERMS.algorithm)
    )


def take(store, delivered, transit=ECB, now=NOW):
    return take_by_message(store, CUSTODY, TERMS, delivered, transit, LINK, now)


def use(store, key, now=NOW):
    working_keys.mark_used(store, CUSTODY, TERMS, key.key_number, LINK, now)


def states(store):
    with store.snapshot() as reading:
        return [key.state for key in keys_of(reading, "fep-1") if key.purpose is KeyPurpose.MAC]


@pytest.mark.parametrize("transit", [ECB, KeyTransit(KeyForm.CBC), KeyTransit()])
def test_a_partners_key_is_the_next_one(kept, transit):
    key, shown = take(kept, message(FIRST, transit), transit)
    assert CUSTODY.open(key) == FIRST
    assert (key.state, key.made_by, len(shown)) == (KeyState.ISSUED, "link fep-1", transit.check_digits)
    use(kept, key)
    second, _ = take(kept, message(SECOND, transit), transit)
    use(kept, second)
    assert states(kept) == [KeyState.RETIRING, KeyState.ACTIVE]
    with kept.snapshot() as reading:
        written = repr(list(audit_rows(reading, AuditFilter()))).upper()
    assert "KEYS TAKE" in written
    assert [each for each in (FIRST, SECOND, KEK.value) if each.hex().upper() in written] == []


def test_a_block_of_version_b_may_come_without_a_check_value(kept):
    delivered = Delivered(message(FIRST, KeyTransit()).text, None)
    assert delivered.text[0] == "B"
    assert CUSTODY.open(take(kept, delivered, KeyTransit())[0]) == FIRST


def test_the_same_message_again_finds_its_key(kept):
    key, shown = take(kept, message(FIRST))
    assert take(kept, message(FIRST)) == (key, shown)
    use(kept, key)
    again, _ = take(kept, message(FIRST))
    assert (again.key_number, states(kept)) == (key.key_number, [KeyState.ACTIVE])


def test_a_key_that_was_not_used_yet_is_replaced(kept):
    take(kept, message(FIRST))
    take(kept, message(SECOND))
    assert states(kept) == [KeyState.RETIRED, KeyState.ISSUED]


def test_a_former_key_does_not_come_back(kept):
    use(kept, take(kept, message(FIRST))[0])
    use(kept, take(kept, message(SECOND))[0])
    for now in (NOW, NOW + dt.timedelta(hours=2)):
        with pytest.raises(KeyRefusedError, match="a former key had the check value"):
            take(kept, message(FIRST), now=now)
    assert states(kept)[-1] is KeyState.ACTIVE


@pytest.mark.parametrize(
    ("delivered", "reason"),
    [
        (Delivered(message(FIRST).text, "00000000"), "does not have the check value 00000000 of the message"),
        (Delivered(message(FIRST).text, message(FIRST).check_value[:4]), "does not have the check value"),
        (
            Delivered(message(FIRST).text, None),
            "no check value, and nothing else shows that the key is whole",
        ),
        (Delivered(message(FIRST).text[:-2], message(FIRST).check_value), "of DES is 16 hex digits"),
        (Delivered(message(FIRST).text[:16], message(FIRST).check_value), "takes a key of 16 bytes, not 8"),
        (Delivered("?", "000000"), "of DES is 16 hex digits"),
    ],
)
def test_a_message_without_a_good_key_changes_nothing(kept, delivered, reason):
    use(kept, take(kept, message(SECOND))[0])
    with pytest.raises(KeyRefusedError, match=reason) as caught:
        take(kept, delivered)
    assert caught.value.__context__ is None
    assert FIRST.hex() not in str(caught.value).lower()
    assert states(kept) == [KeyState.ACTIVE]


def test_a_link_without_a_kek_takes_no_key(store):
    with pytest.raises(KeyRefusedError, match="has no key-encrypting key"):
        take(store, message(FIRST))


def test_so_many_former_keys_in_force_stop_new_ones(kept):
    for number in range(RETIRING_MAX + 1):
        use(kept, take(kept, message(bytes(range(number, number + 16))))[0])
    with pytest.raises(KeyRefusedError, match="too many former working keys"):
        take(kept, message(SECOND))


def test_a_kek_is_of_the_cipher_of_the_configuration(store):
    weak = bytes(8) * 2
    enter(store, 1, ONE, "anna")
    with pytest.raises(KeyRefusedError, match="two parts of the key are the same"):
        enter(store, 2, bytes(a ^ b for a, b in zip(ONE, b"x" * 16, strict=True)), "bob")
    with pytest.raises(KeyRefusedError, match="a DES key of 32 or 48 hex digits, not 64"):
        enter(store, 1, weak * 2, "anna")
    changed = KeyTerms("fep-1", MacAlgorithm.X9_19, "BANK", KeyCipher.SM4)
    with pytest.raises(KeyRefusedError, match="is of a key of DES, and the configuration has changed"):
        enter(store, 2, OTHER, "bob", changed)


def test_the_platform_makes_keys_in_the_partners_form(kept):
    issued = working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, NOW, ECB)
    value = CUSTODY.open(issued.key)
    assert issued.block == wrap_key(KEK, value, TERMS.algorithm, ECB)
    assert issued.check_value == check_value_in(ECB, value, TERMS.algorithm)
    assert working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, NOW).block[0] == "B"

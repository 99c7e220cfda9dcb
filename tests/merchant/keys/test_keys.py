"""Keys of links made by people and by messages: two people, one new key at a time, and no key shown."""

import datetime as dt
from dataclasses import replace

import pytest

from offline_collect.domain.access.actor import SYSTEM, Actor, NotPermittedError, ScopeError
from offline_collect.domain.access.approvals import DualAction
from offline_collect.domain.access.organisation import Scope
from offline_collect.domain.access.roles import Permission, Role
from offline_collect.domain.keys.life import RETIRING_MAX, KeyPurpose, KeyState
from offline_collect.merchant.access.approvals import approve, show
from offline_collect.merchant.access.errors import ApprovalError
from offline_collect.merchant.access.requests import Asked
from offline_collect.merchant.access.users import register_user
from offline_collect.merchant.common.errors import KeyRefusedError
from offline_collect.merchant.keys import ceremony, working_keys
from offline_collect.merchant.keys.components import Component, enter_component
from offline_collect.merchant.keys.custody import Custody, KeyTerms
from offline_collect.merchant.keys.working_keys import Order
from offline_collect.store import AuditFilter, audit_rows, keys_of
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_block import unwrap, wrap
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey
from tests.merchant.documents import NOW
from tests.support.actors import person

ANNA, BOB = person("anna", Role.OPERATOR), person("bob", Role.OPERATOR)
CHEN = person("chen", Role.CHECKER)
LINK = Actor("link fep-1", frozenset())
MASTER = MasterKey(bytes(range(32)))
CUSTODY = Custody(MASTER, dt.timedelta(minutes=60))
TERMS = KeyTerms("fep-1", MacAlgorithm.AES_CMAC, "BANK")
ONE, OTHER = (
    bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
    bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"),
)
KEK = bytes(a ^ b for a, b in zip(ONE, OTHER, strict=True))
LATER = NOW + dt.timedelta(minutes=5)


def enter(store, number, value, actor, purpose=KeyPurpose.KEK, terms=TERMS, **options):
    return enter_component(store, CUSTODY, terms, purpose, Component(number, value), actor, NOW, **options)


def with_kek(store, terms=TERMS):
    enter(store, 1, ONE, ANNA, terms=terms)
    enter(store, 2, OTHER, BOB, terms=terms)


@pytest.fixture
def kept(store):
    """A store with a KEK of the link, and with users."""
    for each in (ANNA, BOB):
        register_user(store, each.name, each.roles, SYSTEM, NOW)
    with_kek(store)
    return store


def make(store, action, actor=ANNA, approver=CHEN, now=NOW, **options):
    asked = working_keys.make(store, CUSTODY, Order(action, TERMS, **options), actor, now)
    assert isinstance(asked, Asked)
    approve(store, asked.number, approver, now, lambda: CUSTODY)
    return asked.number


def used(store, now=NOW):
    """Mark the link's issued key as used."""
    issued = working_keys.issue_by_message(store, CUSTODY, TERMS, LINK, now)
    working_keys.mark_used(store, CUSTODY, TERMS, issued.key.key_number, LINK, now)
    return issued.key.key_number


def working(store):
    with store.snapshot() as reading:
        return {
            key.key_number: key.state for key in keys_of(reading, "fep-1") if key.purpose is KeyPurpose.MAC
        }


def everything_written(store):
    with store.snapshot() as reading:
        rows = audit_rows(reading, AuditFilter())
        return repr(list(rows)).upper() + repr(keys_of(reading, "fep-1")).upper()


def test_two_people_enter_a_key_that_neither_knows(store):
    first = enter(store, 1, ONE, ANNA)
    assert first.component_check_value == check_value(KeyCipher.AES, ONE)
    assert first.key.state is KeyState.ENTERING
    second = enter(store, 2, OTHER, BOB)
    assert second.key.check_value == check_value(KeyCipher.AES, KEK)
    assert (second.key.state, second.key.made_by, second.key.completed_by) == (KeyState.ACTIVE, "anna", "bob")
    assert CUSTODY.open(second.key) == KEK


@pytest.mark.parametrize("again", [ANNA, replace(BOB, through="anna"), replace(ANNA, alone=True)])
def test_one_person_does_not_enter_both_components(store, again):
    enter(store, 1, ONE, ANNA)
    with pytest.raises(
        KeyRefusedError, match=r"by the same person \(anna\): another person must enter the second"
    ):
        enter(store, 2, OTHER, again)
    with store.snapshot() as reading:
        assert [key.state for key in keys_of(reading, "fep-1")] == [KeyState.ENTERING]


def test_a_first_component_that_is_entered_again_replaces_the_first_one(store):
    enter(store, 1, OTHER, BOB)
    enter(store, 1, ONE, ANNA)
    assert CUSTODY.open(enter(store, 2, OTHER, BOB).key) == KEK
    with store.snapshot() as reading:
        gone = keys_of(reading, "fep-1")[0]
    assert (gone.state, gone.sealed) == (KeyState.RETIRED, None)


def test_a_new_kek_replaces_the_former_one(kept):
    enter(kept, 1, OTHER, BOB)
    enter(kept, 2, bytes(15) + b"1", ANNA)
    with kept.snapshot() as reading:
        former, present = keys_of(reading, "fep-1")
    assert (former.state, former.sealed, present.state) == (KeyState.RETIRED, None, KeyState.ACTIVE)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (None, OTHER, "there is no first component"),
        (ONE, OTHER[:8], "32 or 48 or 64 hex digits, not 16"),
        (ONE, OTHER + OTHER, "the first component has 32 hex digits, the second 64"),
        (ONE, ONE, "both components are equal, so the key would be all zeros"),
    ],
)
def test_a_component_that_makes_no_key_is_refused(store, first, second, reason):
    if first is not None:
        enter(store, 1, first, ANNA)
    with pytest.raises(KeyRefusedError, match=reason):
        enter(store, 2, second, BOB)


def test_a_component_that_was_mistyped_shows_by_its_check_value(store):
    with pytest.raises(
        KeyRefusedError, match="the component's check value is 53E107, not 53E108: type it again"
    ):
        enter(store, 1, ONE, ANNA, wanted="53e108")
    assert enter(store, 1, ONE, ANNA, wanted="53e107").component_check_value == "53E107"


def test_working_keys_without_key_blocks_are_entered_in_components(store):
    terms = replace(TERMS, algorithm=MacAlgorithm.SM4_CBC_MAC)
    enter(store, 1, ONE, ANNA, KeyPurpose.MAC, terms)
    key = enter(store, 2, OTHER, BOB, KeyPurpose.MAC, terms).key
    assert (key.state, key.cipher, CUSTODY.open(key)) == (KeyState.ISSUED, "SM4", KEK)


def test_a_working_key_with_equal_halves_or_a_wrong_length_is_refused(store):
    terms = replace(TERMS, algorithm=MacAlgorithm.X9_19)
    enter(store, 1, ONE, ANNA, KeyPurpose.MAC, terms)
    with pytest.raises(KeyRefusedError, match="both halves of the key are the same"):
        enter(store, 2, bytes(byte ^ 1 for byte in ONE), BOB, KeyPurpose.MAC, terms)
    with pytest.raises(KeyRefusedError, match=r"a component of a key of x9\.19 has 32 hex digits, not 16"):
        enter(store, 1, ONE[:8], ANNA, KeyPurpose.MAC, terms)


def test_a_working_key_is_made_when_another_user_approves(kept):
    asked = working_keys.make(kept, CUSTODY, Order(DualAction.KEYS_GENERATE, TERMS), ANNA, NOW)
    assert working(kept) == {}
    with pytest.raises(ApprovalError, match="asked for by the same person"):
        approve(kept, asked.number, replace(CHEN, through="anna"), NOW, lambda: CUSTODY)
    approve(kept, asked.number, CHEN, NOW, lambda: CUSTODY)
    assert working(kept) == {2: KeyState.ISSUED}
    assert show(kept, asked.number, CHEN).payload == {
        "action": "keys generate",
        "link": "fep-1",
        "algorithm": "aes-cmac",
        "organisation": "BANK",
    }


def test_it_is_approved_only_where_the_master_key_is(kept):
    asked = working_keys.make(kept, CUSTODY, Order(DualAction.KEYS_GENERATE, TERMS), ANNA, NOW)
    with pytest.raises(KeyRefusedError, match="needs the master key: approve it on a machine that has it"):
        approve(kept, asked.number, CHEN, NOW)
    assert working(kept) == {}


def test_the_partner_decrypts_the_exported_block(kept):
    make(kept, DualAction.KEYS_GENERATE)
    issued = working_keys.export(kept, CUSTODY, TERMS, BOB, NOW)
    key = unwrap(KEK, issued.block, MacAlgorithm.AES_CMAC)
    assert check_value(KeyCipher.AES, key) == issued.key.check_value
    assert CUSTODY.open(issued.key) == key


@pytest.mark.parametrize("at_once", [False, True])
def test_the_next_key_leaves_the_former_one_in_force_unless_it_ends_at_once(kept, at_once):
    make(kept, DualAction.KEYS_GENERATE)
    used(kept)
    make(kept, DualAction.KEYS_ROTATE, at_once=at_once)
    former = KeyState.RETIRED if at_once else KeyState.ACTIVE
    assert working(kept) == {2: former, 3: KeyState.ISSUED}
    make(kept, DualAction.KEYS_ROTATE)
    assert working(kept) == {2: former, 3: KeyState.RETIRED, 4: KeyState.ISSUED}


def test_a_partners_key_is_imported_by_its_key_block(kept):
    theirs = bytes(range(16))
    block, shown = wrap(KEK, theirs, MacAlgorithm.AES_CMAC), check_value(KeyCipher.AES, theirs)
    make(kept, DualAction.KEYS_IMPORT, block=block, check_value=shown.lower())
    assert CUSTODY.open(working_keys.in_force(kept, ["fep-1"])[0]) == theirs
    with pytest.raises(KeyRefusedError, match=f"the check value of the key is {shown}, not 000000"):
        make(kept, DualAction.KEYS_IMPORT, block=block, check_value="000000")
    with pytest.raises(KeyRefusedError, match="made under another key-encrypting key"):
        make(kept, DualAction.KEYS_IMPORT, block=wrap(ONE, theirs, MacAlgorithm.AES_CMAC))


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (DualAction.KEYS_GENERATE, "has a working key: `keys rotate` makes the next one"),
        (DualAction.KEYS_ROTATE, "has no working key: `keys generate` makes the first one"),
    ],
)
def test_the_first_key_is_generated_and_the_next_ones_rotated(kept, action, reason):
    if action is DualAction.KEYS_GENERATE:
        make(kept, DualAction.KEYS_GENERATE)
    with pytest.raises(KeyRefusedError, match=reason):
        make(kept, action)


def test_without_a_kek_no_key_is_made_or_issued(store):
    for refused in (
        lambda: make(store, DualAction.KEYS_GENERATE),
        lambda: working_keys.issue_by_message(store, CUSTODY, TERMS, LINK, NOW),
        lambda: working_keys.export(store, CUSTODY, TERMS, ANNA, NOW),
    ):
        with pytest.raises(KeyRefusedError, match="fep-1 has no key-encrypting key: two people enter it"):
            refused()
    with_kek(store)
    with pytest.raises(KeyRefusedError, match="fep-1 has no working key"):
        working_keys.export(store, CUSTODY, TERMS, ANNA, NOW)


def test_an_issued_key_is_issued_again_until_it_is_used(kept):
    first = working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, NOW)
    again = working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, LATER)
    assert again.key == first.key
    assert unwrap(KEK, again.block, MacAlgorithm.AES_CMAC) == unwrap(KEK, first.block, MacAlgorithm.AES_CMAC)
    assert again.block != first.block, "the padding is random"
    assert working(kept) == {2: KeyState.ISSUED}


def test_the_former_key_stays_valid_for_the_overlap_after_the_first_use_of_the_next(kept):
    used(kept)
    second = used(kept)
    assert working(kept) == {2: KeyState.RETIRING, 3: KeyState.ACTIVE}
    assert [key.key_number for key in working_keys.in_force(kept, ["fep-1"])] == [second, 2]
    before, ended = NOW + dt.timedelta(minutes=59), NOW + dt.timedelta(minutes=60)
    working_keys.retire_due(kept, "fep-1", LINK, before)
    assert working(kept) == {2: KeyState.RETIRING, 3: KeyState.ACTIVE}
    working_keys.retire_due(kept, "fep-1", LINK, ended)
    assert working(kept) == {2: KeyState.RETIRED, 3: KeyState.ACTIVE}
    with kept.snapshot() as reading:
        assert [key.sealed for key in keys_of(reading, "fep-1") if key.key_number == 2] == [None]


def test_a_key_is_marked_used_once(kept):
    number = used(kept)
    working_keys.mark_used(kept, CUSTODY, TERMS, number, LINK, LATER)
    assert working(kept) == {number: KeyState.ACTIVE}


def test_former_keys_in_force_are_bounded(kept):
    for _ in range(RETIRING_MAX + 1):
        used(kept)
    with pytest.raises(KeyRefusedError, match="too many former working keys are in force"):
        working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, NOW)
    ended = NOW + dt.timedelta(minutes=60)
    assert working_keys.issue_by_message(kept, CUSTODY, TERMS, LINK, ended).key.state is KeyState.ISSUED


def test_another_master_key_opens_nothing(kept):
    other = Custody(MasterKey(bytes(32)), dt.timedelta())
    with pytest.raises(
        KeyRefusedError, match="the key of fep-1 KEK 1 cannot be decrypted with the master key"
    ):
        working_keys.issue_by_message(kept, other, TERMS, LINK, NOW)


def test_no_key_is_in_the_audit_trail_or_in_a_record(kept):
    make(kept, DualAction.KEYS_GENERATE)
    used(kept)
    values = [ONE, OTHER, KEK, MASTER.value]
    values += [CUSTODY.open(key) for key in working_keys.in_force(kept, ["fep-1"])]
    written = everything_written(kept)
    assert "KEYS GENERATE" in written
    assert [value for value in values if value.hex().upper() in written] == []


def test_the_list_of_keys_is_by_link(kept):
    make(kept, DualAction.KEYS_GENERATE)
    make(kept, DualAction.KEYS_ROTATE)
    terms = [TERMS, replace(TERMS, key_name="fep-2")]
    assert [key.key_number for key in ceremony.listed(kept, terms, CHEN)] == [1, 3]
    assert [key.key_number for key in ceremony.listed(kept, terms, CHEN, every=True)] == [1, 2, 3]


def test_the_master_key_is_made_by_users_who_see_the_whole_store(store):
    ceremony.master_key_made(store, MASTER, ANNA, NOW)
    assert MASTER.check_value in everything_written(store)
    one_bank = replace(ANNA, scope=Scope("/GROUP/BANK/"))
    with pytest.raises(ScopeError):
        ceremony.may_make_master_key(one_bank)


@pytest.mark.parametrize(
    ("use_case", "permission"),
    [
        (lambda store: enter(store, 1, ONE, CHEN), Permission.MAINTAIN_KEYS),
        (
            lambda store: working_keys.make(
                store, CUSTODY, Order(DualAction.KEYS_GENERATE, TERMS), CHEN, NOW
            ),
            Permission.MAINTAIN_KEYS,
        ),
        (lambda store: working_keys.export(store, CUSTODY, TERMS, CHEN, NOW), Permission.MAINTAIN_KEYS),
        (lambda store: ceremony.master_key_made(store, MASTER, CHEN, NOW), Permission.MAINTAIN_KEYS),
        (
            lambda store: ceremony.listed(store, [TERMS], replace(CHEN, roles=frozenset())),
            Permission.VIEW,
        ),
    ],
)
def test_a_use_case_refuses_by_itself(kept, use_case, permission):
    before = everything_written(kept)
    with pytest.raises(NotPermittedError) as caught:
        use_case(kept)
    assert caught.value.permission is permission
    assert everything_written(kept) == before

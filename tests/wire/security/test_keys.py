"""Keys at rest and in transit: key blocks, encryption under the master key, and messages without key bytes."""

import pytest
from psec import tr31

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_block import (
    check_kek,
    check_kek_parts,
    new_working_key,
    unwrap,
    wrap,
)
from offline_collect.wire.security.mac_settings import MacAlgorithm
from offline_collect.wire.security.sealing import MasterKey, ModuleForm
from offline_collect.wire.security.tdes_key_block import unwrap_b

# TR-31:2018, A.7.4: a PIN key under an AES-256 key.
KEK = bytes.fromhex("88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6")
PIN_BLOCK = (
    "D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D2"
    "07E2E417C07156A27E8E31DA05F7425509593D03A457DC34"
)
PIN_KEY = bytes.fromhex("3F419E1CB7079442AA37474C2EFBF8B8")
WORKING = bytes(range(16))
MASTER = MasterKey(bytes(range(32)))
NONCE = bytes(12)


def test_the_library_reads_the_standards_example():
    header, key = tr31.unwrap(kbpk=KEK, key_block=PIN_BLOCK)
    assert (header.key_usage, key) == ("P0", PIN_KEY)
    # Its check value in OpenEMV's tests.
    assert check_value(KeyCipher.AES, PIN_KEY) == "08793E"


@pytest.mark.parametrize(
    ("algorithm", "key", "header"),
    [
        ("aes-cmac", WORKING, "D0144M6AC00N0000"),
        ("x9.19", WORKING, "D0144M3TC00N0000"),
        ("x9.9", WORKING[:8], "D0144M1DC00N0000"),
        ("cup-xor-ecb", WORKING, "D0144M1TC00N0000"),
        ("cup-xor-ecb", WORKING[:8], "D0144M1DC00N0000"),
    ],
)
@pytest.mark.parametrize("size", [16, 24, 32])
def test_a_working_key_travels_in_a_key_block(algorithm, key, header, size):
    made = MacAlgorithm(algorithm)
    block = wrap(KEK[:size], key, made)
    assert (block[0], block[5:16], len(block)) == ("D", header[5:], int(block[1:5]))
    assert unwrap(KEK[:size], block, made) == key
    assert key.hex() not in block.lower()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("", "not TR-31 version D"),
        ("D0144M6AC00N0000" + "00" * 64, "not TR-31 version D"),
        (wrap(bytes(32), WORKING, MacAlgorithm.AES_CMAC), "made under another key-encrypting key"),
        (PIN_BLOCK, "another use than M6, the use of keys of aes-cmac"),
        (tr31.wrap(kbpk=KEK, header="D0000M6TC00N0000", key=WORKING), "another use than M6"),
        (
            tr31.wrap(kbpk=KEK, header="D0000M6AG00N0000", key=WORKING),
            "allows only making or only verifying MACs",
        ),
        (tr31.wrap(kbpk=KEK, header="D0000M6AC00N0000", key=bytes(32)), "takes a key of 16 bytes, not 32"),
    ],
)
def test_a_key_block_that_cannot_be_used_is_refused(block, reason):
    with pytest.raises(KeyFormatError, match=reason):
        unwrap(KEK, block, MacAlgorithm.AES_CMAC)


# ANSI X9 TR-31:2010, A.7: a PIN key under a double-length triple DES key.
DES_KEK = bytes.fromhex("DD7515F2BFC17F85CE48F3CA25CB21F6")
B_BLOCK = "B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E"


def test_the_standards_example_of_version_b_is_read():
    header, key = unwrap_b(DES_KEK, B_BLOCK)
    assert (header.key_usage, header.algorithm, key) == ("P0", "T", PIN_KEY)


@pytest.mark.parametrize(("algorithm", "size"), [("x9.19", 16), ("x9.9", 8), ("aes-cmac", 16)])
@pytest.mark.parametrize("kek", [bytes(range(16)), bytes(range(24))])
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_blocks_of_version_b_are_those_of_psec(algorithm, size, kek):
    made, key = MacAlgorithm(algorithm), WORKING[:size]
    block = wrap(kek, key, made, KeyCipher.DES)
    assert (block[0], int(block[1:5])) == ("B", len(block))
    assert tr31.unwrap(kbpk=kek, key_block=block)[1] == key
    theirs = tr31.wrap(kbpk=kek, header=block[:16], key=key)
    assert unwrap(kek, theirs, made, KeyCipher.DES) == key
    assert wrap(kek, bytes(size), made, KeyCipher.DES)[16:] != block[16:]


OURS = wrap(DES_KEK, WORKING, MacAlgorithm.X9_19, KeyCipher.DES)


CHANGES = {
    "empty": lambda _: "",
    "a letter": lambda _: "B",
    "version D": lambda _: wrap(KEK, WORKING, MacAlgorithm.X9_19),
    "another version": lambda block: "D" + block[1:],
    "cut": lambda block: block[:-1],
    "no digits": lambda block: block[:-2] + "zz",
    "no ASCII": lambda block: block[:-2] + "\u00e9\u00e9",
    "another MAC": lambda block: block[:-2] + ("00" if block[-2:] != "00" else "01"),
    "another use": lambda block: block.replace("M3TC", "M3TN"),
    "no key": lambda _: "B0016M3TC00N0000",
    "no whole blocks": lambda _: "B0040M3TC00N0000" + "00" * 12,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_block_of_version_b_that_was_changed_is_refused(change):
    block = CHANGES[change](OURS)
    with pytest.raises(KeyFormatError, match="not TR-31 version B, or was made under another") as caught:
        unwrap(DES_KEK, block, MacAlgorithm.X9_19, KeyCipher.DES)
    assert caught.value.__context__ is None


def test_a_block_of_version_b_says_what_its_key_is_for():
    with pytest.raises(KeyFormatError, match="another use than M3"):
        unwrap(DES_KEK, B_BLOCK, MacAlgorithm.X9_19, KeyCipher.DES)


def test_versions_are_not_exchanged():
    with pytest.raises(KeyFormatError, match="not TR-31 version D"):
        unwrap(KEK, OURS, MacAlgorithm.X9_19)


@pytest.mark.parametrize(
    ("cipher", "sizes", "reason"),
    [
        (KeyCipher.DES, (16, 24), "a DES key of 32 or 48 hex digits, not 16"),
        (KeyCipher.SM4, (16,), "an SM4 key of 32 hex digits, not 16"),
    ],
)
def test_a_key_encrypting_key_is_as_long_as_its_cipher_takes_it(cipher, sizes, reason):
    assert [check_kek(bytes(size), cipher) for size in sizes] == [None] * len(sizes)
    with pytest.raises(KeyFormatError, match=reason):
        check_kek(bytes(8), cipher)


def test_a_key_encrypting_key_is_not_single_des():
    part, other, third = (bytes([each]) * 8 for each in range(3))
    for weak in (part * 2, part + part + other, other + part + part):
        with pytest.raises(KeyFormatError, match="it is a single DES key"):
            check_kek_parts(weak, KeyCipher.DES)
    for good in (part + other, part + other + part, part + other + third):
        assert check_kek_parts(good, KeyCipher.DES) is None
    assert check_kek_parts(part * 2, KeyCipher.AES) is None


def test_sm4_keys_have_no_key_block():
    with pytest.raises(
        KeyFormatError, match="no code for keys of sm4-cbc-mac: enter the key in two components"
    ):
        wrap(KEK, WORKING, MacAlgorithm.SM4_CBC_MAC)


@pytest.mark.parametrize("size", [0, 8, 20, 64])
def test_a_key_encrypting_key_is_an_aes_key(size):
    with pytest.raises(KeyFormatError, match=f"32 or 48 or 64 hex digits, not {2 * size}"):
        check_kek(bytes(size))
    assert check_kek(KEK) is None


def test_a_new_key_is_as_long_as_its_algorithm_takes_it():
    random = bytes(range(1, 33))
    assert new_working_key(MacAlgorithm.AES_CMAC, random) == random[:16]
    des = new_working_key(MacAlgorithm.X9_19, random)
    assert len(des) == 16
    assert all(byte.bit_count() % 2 for byte in des), "DES keys have odd parity"
    assert len(new_working_key(MacAlgorithm.X9_9, random)) == 8


def test_a_key_is_sealed_for_its_place():
    sealed = MASTER.seal(WORKING, "fep-1 MAC 1", NONCE)
    assert WORKING.hex() not in sealed
    assert MASTER.open(sealed, "fep-1 MAC 1") == WORKING
    assert MASTER.seal(WORKING, "fep-1 MAC 1", bytes(11) + b"1") != sealed


@pytest.mark.parametrize(
    ("master", "place", "change"),
    [
        (MasterKey(bytes(32)), "fep-1 MAC 1", ""),
        (MASTER, "fep-2 MAC 1", ""),
        (MASTER, "fep-1 MAC 1", "00"),
    ],
)
def test_a_sealed_key_opens_nowhere_else(master, place, change):
    sealed = MASTER.seal(WORKING, "fep-1 MAC 1", NONCE) + change
    with pytest.raises(
        KeyFormatError, match=f"the key of {place} cannot be decrypted with the master key"
    ) as caught:
        master.open(sealed, place)
    assert caught.value.__context__ is None


def test_a_master_key_shows_by_its_check_value_only():
    assert MASTER.check_value == check_value(KeyCipher.AES, MASTER.value)
    assert MASTER.value.hex() not in repr(MASTER).lower()
    with pytest.raises(KeyFormatError, match="a master key is 64 hex digits"):
        MasterKey(bytes(16))


@pytest.mark.parametrize("form", ModuleForm)
def test_a_key_that_was_sealed_in_a_module_names_the_setting(form):
    with pytest.raises(KeyFormatError, match=r"in a hardware security module, and .* set keys\.pkcs11"):
        MASTER.open(f"{form}:00", "fep-1 MAC 1")


def test_a_stored_text_that_is_no_hex_is_refused():
    with pytest.raises(KeyFormatError, match="or was changed in the store"):
        MASTER.open("no hex", "fep-1 MAC 1")


def test_a_master_key_in_memory_can_always_be_used():
    assert MASTER.check() is None

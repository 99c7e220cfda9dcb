"""Working keys in messages: key blocks of both versions, keys in ECB and CBC, and their check values."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import KeyFormatError, SchemaError
from offline_collect.wire.security.check_value import CheckMethod, check_block
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.key_transit import (
    Kek,
    KeyForm,
    KeyTransit,
    check_value_in,
    decrypt_key,
    fits_check_value,
    unwrap_key,
    wrap_key,
)
from offline_collect.wire.security.mac_settings import MacAlgorithm
from tests.messages.golden import dialect_values

ECB, CBC = KeyTransit(KeyForm.ECB), KeyTransit(KeyForm.CBC)
DES_KEK = Kek(KeyCipher.DES, bytes(range(16)))
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")

PUBLISHED = [
    # NIST SP 800-67, appendix B.1: "The qufck brown fox jump" under three keys.
    (
        KeyCipher.DES,
        "0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123",
        KeyForm.ECB,
        "A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900",
        b"The qufck brown fox jump".hex(),
    ),
    # FIPS 197, appendix C.1.
    (
        KeyCipher.AES,
        "000102030405060708090A0B0C0D0E0F",
        KeyForm.ECB,
        "69C4E0D86A7B0430D8CDB78070B4C55A",
        "00112233445566778899aabbccddeeff",
    ),
    # GB/T 32907-2016, appendix A.1.
    (
        KeyCipher.SM4,
        "0123456789ABCDEFFEDCBA9876543210",
        KeyForm.ECB,
        "681EDF34D206965E86B3E94F536E4246",
        "0123456789abcdeffedcba9876543210",
    ),
    # NIST SP 800-38A, F.2.1: its first input block, which has the initial vector in it, then its second plaintext.
    (
        KeyCipher.AES,
        "2B7E151628AED2A6ABF7158809CF4F3C",
        KeyForm.CBC,
        "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2",
        "6bc0bce12a459991e134741a7f9e1925ae2d8a571e03ac9c9eb76fac45af8e51",
    ),
]


@pytest.mark.parametrize(("cipher", "kek", "form", "encrypted", "key"), PUBLISHED)
def test_keys_are_decrypted_as_published(cipher, kek, form, encrypted, key):
    kek = Kek(cipher, bytes.fromhex(kek))
    assert decrypt_key(kek, encrypted, form).hex() == key
    assert decrypt_key(kek, encrypted.lower(), form).hex() == key


@pytest.mark.parametrize(
    ("algorithm", "size"), [("aes-cmac", 16), ("x9.19", 16), ("sm4-cbc-mac", 16), ("x9.9", 8)]
)
@pytest.mark.parametrize("transit", [ECB, CBC])
def test_a_key_that_is_sent_can_be_read(algorithm, size, transit):
    algorithm, key = MacAlgorithm(algorithm), KEY[:size]
    text = wrap_key(DES_KEK, key, algorithm, transit)
    assert len(text) == 2 * size
    assert key.hex() not in text.lower()
    assert unwrap_key(DES_KEK, text, algorithm, transit) == key


def test_cbc_is_not_ecb():
    texts = {wrap_key(DES_KEK, KEY, MacAlgorithm.X9_19, transit) for transit in (ECB, CBC)}
    assert len(texts) == 2
    assert len({text[:16] for text in texts}) == 1, "it begins with a block of zeros"


@pytest.mark.parametrize("cipher", [KeyCipher.DES, KeyCipher.AES])
def test_a_key_block_is_of_the_version_of_its_kek(cipher):
    kek, algorithm = Kek(cipher, bytes(range(16))), MacAlgorithm.X9_19
    block = wrap_key(kek, KEY, algorithm, KeyTransit())
    assert block[0] == {KeyCipher.DES: "B", KeyCipher.AES: "D"}[cipher]
    assert unwrap_key(kek, block, algorithm, KeyTransit()) == KEY


@pytest.mark.parametrize(
    ("kek", "text", "algorithm", "transit", "reason"),
    [
        (DES_KEK, "0123", "x9.9", ECB, "of DES is 16 hex digits, or a multiple"),
        (DES_KEK, "", "x9.9", ECB, "of DES is 16 hex digits"),
        (DES_KEK, "no hex digits", "x9.9", CBC, "of DES is 16 hex digits"),
        (DES_KEK, "00" * 8, "x9.19", ECB, "takes a key of 16 bytes, not 8"),
        (Kek(KeyCipher.SM4, KEY), "00" * 8, "x9.9", ECB, "of SM4 is 32 hex digits"),
        (
            Kek(KeyCipher.SM4, KEY),
            "00" * 16,
            "aes-cmac",
            KeyTransit(),
            "no version for key-encrypting keys of SM4",
        ),
    ],
)
def test_a_text_that_is_no_key_is_refused(kek, text, algorithm, transit, reason):
    with pytest.raises(KeyFormatError, match=reason):
        unwrap_key(kek, text, MacAlgorithm(algorithm), transit)


def test_a_key_of_zeros_is_refused():
    zeros = wrap_key(DES_KEK, bytes(8), MacAlgorithm.X9_9, ECB)
    with pytest.raises(KeyFormatError, match="all zeros"):
        unwrap_key(DES_KEK, zeros, MacAlgorithm.X9_9, ECB)


def test_a_short_key_does_not_go_under_a_cipher_of_long_blocks():
    with pytest.raises(KeyFormatError, match="of AES is 32 hex digits"):
        wrap_key(Kek(KeyCipher.AES, KEY), KEY[:8], MacAlgorithm.X9_9, ECB)


def test_check_values_are_as_long_and_made_as_the_dialect_says():
    # The usual example of the industry's key blocks: this double-length key has 08D7B4.
    assert check_value_in(ECB, KEY, MacAlgorithm.X9_19) == "08D7B4"
    longer = KeyTransit(KeyForm.ECB, CheckMethod.ZEROS, 8)
    assert check_value_in(longer, KEY, MacAlgorithm.X9_19)[:6] == "08D7B4"
    assert len(check_value_in(longer, KEY, MacAlgorithm.X9_19)) == 8
    # FIPS 197's cipher of a block of zeros under this AES key is not its CMAC.
    zeros = check_block(KeyCipher.AES, KEY, CheckMethod.ZEROS)
    assert zeros != check_block(KeyCipher.AES, KEY)
    assert check_block(KeyCipher.AES, KEY, CheckMethod.CMAC) == check_block(KeyCipher.AES, KEY)
    assert check_block(KeyCipher.DES, KEY, CheckMethod.CMAC) != check_block(KeyCipher.DES, KEY)


@pytest.mark.parametrize(
    ("given", "fits"), [("08D7B4", True), ("08d7b4", True), ("08D7B5", False), ("08D7", False), ("", False)]
)
def test_a_check_value_fits_all_of_its_digits_and_has_six(given, fits):
    assert fits_check_value(ECB, KEY, MacAlgorithm.X9_19, given) is fits


def test_a_check_value_may_be_longer_than_ours():
    whole = check_block(KeyCipher.DES, KEY).hex()
    assert fits_check_value(ECB, KEY, MacAlgorithm.X9_19, whole)
    assert not fits_check_value(ECB, KEY, MacAlgorithm.X9_19, whole[:-1] + "?")


def test_nothing_of_a_kek_shows():
    assert KEY.hex() not in repr(Kek(KeyCipher.DES, KEY)).lower()


def compiled(keys):
    return compile_dialect(dialect_values() | {"keys": keys}, "partner.yaml").keys


def test_a_dialect_says_how_keys_travel():
    assert compiled({}) == KeyTransit()
    assert compiled({"form": "cbc", "check": "cmac", "check_digits": 8}) == KeyTransit(
        KeyForm.CBC, CheckMethod.CMAC, 8
    )


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"form": "rsa"}, "keys.form: must be one of tr-31, ecb, cbc"),
        ({"check": "crc"}, "keys.check: must be one of zeros, cmac"),
        ({"check_digits": 4}, "keys.check_digits: must be a whole number from 6 to 16"),
        ({"check_digits": 7}, "keys.check_digits: must be even"),
        ({"iv": "00"}, "keys.iv: unknown key"),
    ],
)
def test_a_dialect_whose_keys_cannot_travel_so_is_refused(keys, reason):
    with pytest.raises(SchemaError, match=reason):
        compiled(keys)

"""MACs of bytes, compared with published examples."""

import pytest

from offline_collect.wire.errors import KeyFormatError
from offline_collect.wire.security.check_value import check_value
from offline_collect.wire.security.ciphers import KeyCipher
from offline_collect.wire.security.mac import compute_mac, mac_content, pad, same_mac
from offline_collect.wire.security.mac_settings import MacAlgorithm, MacPadding, MacSettings, MacShown

# RFC 4493, section 4.
AES_KEY = "2b7e151628aed2a6abf7158809cf4f3c"
AES_MESSAGE = (
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
RFC_4493 = {
    0: "bb1d6929e95937287fa37d129b756746",
    16: "070a16b46b4d4144f79bdd9dd04a287c",
    40: "dfa66747de9ae63030ca32611497c827",
    64: "51f0bebf7e3b9d92fc49741779363cfe",
}

# ISO/IEC 9797-1, annex B; with zero padding they are also the examples of ANSI X9.9 and X9.19.
DES_KEY, SECOND_KEY = "0123456789ABCDEF", "FEDCBA9876543210"
WHOLE_BLOCKS, CUT_BLOCK = b"Now is the time for all ", b"Now is the time for it"
ISO_9797_1 = [
    ("x9.9", DES_KEY, WHOLE_BLOCKS, "zero", "70A30640"),
    ("x9.9", DES_KEY, WHOLE_BLOCKS, "80-00", "10E1F0F1"),
    ("x9.9", DES_KEY, CUT_BLOCK, "zero", "E45B3AD2"),
    ("x9.9", DES_KEY, CUT_BLOCK, "80-00", "A924C721"),
    ("x9.19", DES_KEY + SECOND_KEY, WHOLE_BLOCKS, "zero", "A1C72E74EA3FA9B6"),
    ("x9.19", DES_KEY + SECOND_KEY, WHOLE_BLOCKS, "80-00", "E9086230CA3BE796"),
    ("x9.19", DES_KEY + SECOND_KEY, CUT_BLOCK, "zero", "2E2B1428CC78254F"),
    ("x9.19", DES_KEY + SECOND_KEY, CUT_BLOCK, "80-00", "5A692CE64F404145"),
]

# The published step-by-step example of a UnionPay terminal's MAC: a message from
# the MTI to element 63, the clear working key, and the element's 8 bytes, which are hex digits.
CUP_KEY = "55036372B17543ECB173730768B8D6C4"
CUP_ITEMS = (
    "000003339F220103DF05083230323431323331",
    "000003339F220104DF05083230323431323331",
    "000003339F220102DF05083230323131323331",
    "000000039F220107DF05083230313731323331",
    "000000039F220108DF05083230323331323331",
    "000000039F220109DF05083230323331323331",
    "000000659F220110DF05083230323231323331",
    "000000659F220112DF05083230323231323331",
    "000000659F220114DF05083230323231323331",
    "000000049F220104DF05083230313731323331",
    "000000049F220105DF05083230323131323331",
    "000000049F220106DF05083230323131323331",
)
CUP_HEAD = "08300000000002C00015303036373030343634323839373337303137393332333030320011000000013720027731"
CUP_MESSAGE = CUP_HEAD + "".join(f"9F0605A0{item}" for item in CUP_ITEMS)


def hexed(algorithm, key, data, padding="zero"):
    made = compute_mac(MacAlgorithm(algorithm), bytes.fromhex(key), data, MacPadding(padding))
    return made.hex().upper()


@pytest.mark.parametrize(("length", "mac"), RFC_4493.items())
def test_aes_cmac_is_that_of_rfc_4493(length, mac):
    message = bytes.fromhex(AES_MESSAGE)[:length]
    assert hexed("aes-cmac", AES_KEY, message) == mac.upper()


@pytest.mark.parametrize(("algorithm", "key", "message", "padding", "mac"), ISO_9797_1)
def test_x9_9_and_x9_19_are_those_of_iso_9797_1(algorithm, key, message, padding, mac):
    assert hexed(algorithm, key, message, padding)[: len(mac)] == mac


def test_one_block_of_x9_19_is_triple_des_of_it():
    # The vector of ANSI X3.92's key for a block of zeros; both halves of the key are the single DES key.
    assert hexed("x9.19", DES_KEY + DES_KEY, bytes(8)) == "D5D44FF720683D0D"


def test_sm4_cbc_mac_is_the_last_block_of_the_drafts_cbc_example():
    # draft-ribose-cfrg-sm4-10, A.2.2.1: an initial vector equals one that is added to the first block.
    plain = bytes.fromhex("aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb")
    first = bytes(a ^ b for a, b in zip(plain[:16], range(16), strict=True))
    mac = hexed("sm4-cbc-mac", "0123456789ABCDEFFEDCBA9876543210", first + plain[16:])
    assert mac == "4CB7016951909226979B0D15DC6A8F6D"


def test_sm4_cbc_mac_of_a_cut_block_is_that_of_another_library():
    # Bouncy Castle's vector in the tests of Hutool: a key of zeros, zero padding.
    assert hexed("sm4-cbc-mac", "00" * 16, "test中文".encode()) == "3212E848DB7F816A4BD591AD9948DEBF"


def test_cup_xor_ecb_is_that_of_the_published_example():
    settings = MacSettings(MacAlgorithm.CUP_XOR_ECB, shown=MacShown.HEX, size=4)
    content = mac_content(settings, bytes.fromhex(CUP_KEY), bytes.fromhex(CUP_MESSAGE))
    assert content == b"5FE058DB"
    assert content.hex() == "3546453035384442"


def test_cup_xor_ecb_takes_a_single_key():
    assert hexed("cup-xor-ecb", DES_KEY, b"12345678") == hexed("cup-xor-ecb", DES_KEY * 2, b"12345678")


@pytest.mark.parametrize(
    ("data", "padding", "padded"),
    [
        (b"", "zero", bytes(8)),
        (b"12345678", "zero", b"12345678"),
        (b"123456789", "zero", b"123456789" + bytes(7)),
        (b"", "80-00", b"\x80" + bytes(7)),
        (b"12345678", "80-00", b"12345678\x80" + bytes(7)),
    ],
)
def test_the_last_block_is_filled_up(data, padding, padded):
    assert pad(data, 8, MacPadding(padding)) == padded


def test_an_element_holds_the_first_bytes_of_a_mac():
    key, data = bytes.fromhex(DES_KEY + SECOND_KEY), WHOLE_BLOCKS
    assert mac_content(MacSettings(MacAlgorithm.X9_19), key, data).hex() == "a1c72e74ea3fa9b6"
    assert mac_content(MacSettings(MacAlgorithm.X9_19, size=4), key, data).hex() == "a1c72e7400000000"
    aes = mac_content(MacSettings(), bytes.fromhex(AES_KEY), b"")
    assert aes.hex() == RFC_4493[0][:16]


def test_macs_are_compared_as_a_whole():
    assert same_mac(b"12345678", b"12345678")
    assert not same_mac(b"12345678", b"12345679")
    assert not same_mac(b"12345678", b"1234567")


@pytest.mark.parametrize(
    ("algorithm", "key", "reason"),
    [
        ("aes-cmac", bytes(8), "aes-cmac takes a key of 16 bytes, not 8"),
        ("cup-xor-ecb", bytes(24), "cup-xor-ecb takes a key of 8 or 16 bytes, not 24"),
        ("x9.19", bytes(16), "both halves of the key are the same: it is a single DES key"),
    ],
)
def test_a_key_that_an_algorithm_cannot_take_is_refused(algorithm, key, reason):
    with pytest.raises(KeyFormatError, match=f"^{reason}$"):
        MacSettings(MacAlgorithm(algorithm)).check_key(key)


def test_a_key_of_its_length_is_taken():
    settings = MacSettings(MacAlgorithm.CUP_XOR_ECB)
    assert settings.check_key(bytes(8)) is None
    assert settings.check_key(bytes(16)) is None


@pytest.mark.parametrize(
    ("cipher", "key", "value"),
    [
        ("DES", DES_KEY, "D5D44F"),
        ("DES", DES_KEY + SECOND_KEY, "08D7B4"),
    ],
)
def test_a_check_value_says_which_key_it_is(cipher, key, value):
    assert check_value(KeyCipher(cipher), bytes.fromhex(key)) == value


def test_the_check_value_of_a_key_of_16_bytes_is_of_a_block_of_zeros():
    key = bytes.fromhex(AES_KEY)
    assert check_value(KeyCipher.AES, key) == hexed("aes-cmac", AES_KEY, bytes(16))[:6]
    assert check_value(KeyCipher.SM4, key) == hexed("sm4-cbc-mac", AES_KEY, bytes(16))[:6]

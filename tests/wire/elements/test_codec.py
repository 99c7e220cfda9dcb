"""The codec: which bytes it refuses although pyiso8583 alone would accept them, and its messages."""

import pytest

from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.codec import Codec
from offline_collect.wire.errors import DecodeError, EncodeError
from offline_collect.wire.messages.message import Message
from tests.messages.golden import codec, dialect_values, golden

ECHO = Message("0800", {7: "1122093001", 11: "000002", 70: "301"})
ECHO_BYTES = b"0800822000000000000004000000000000001122093001000002301"


STRICT = Codec(compile_dialect(dialect_values() | {"bitmaps": "strict"}, "strict.yaml"))


def refused(raw, name="ascii", reading=None):
    with pytest.raises(DecodeError) as caught:
        (reading or codec(name)).decode(raw)
    return caught.value


def unwritten(elements, mti="0200", name="ascii"):
    with pytest.raises(EncodeError) as caught:
        codec(name).encode(Message(mti, elements))
    return caught.value


def one(bitmap, content):
    """An ASCII message with the elements of one bitmap."""
    return b"0200" + bitmap + content


@pytest.mark.parametrize("raw", [b"", b"080", b"08x0", b"+800", "０８".encode(), b"\xb2\xb2\xb2\xb2"])
def test_a_message_whose_mti_cannot_be_read_has_none(raw):
    error = refused(raw)
    assert error.mti is None
    assert error.elements == {}
    assert str(error) == "MTI: 4 digits only"


def test_a_packed_mti_must_be_digits_too():
    assert refused(bytes.fromhex("0a00"), "bcd").mti is None
    assert refused(b"\x08", "bcd").mti is None


@pytest.mark.parametrize(
    "bitmap",
    [
        b"82 0000000000000",
        b"82x0000000000000",
        b"\xff220000000000000",
        b"+220000000000000",
    ],
)
def test_a_bitmap_must_be_hex(bitmap):
    error = refused(ECHO_BYTES.replace(b"8220000000000000", bitmap))
    assert (error.mti, str(error), error.elements) == ("0800", "bitmap: hex digits only", {})


def test_the_second_bitmap_must_be_hex_too():
    error = refused(ECHO_BYTES.replace(b"0400000000000000", b"04 0000000000000"))
    assert str(error) == "bitmap: hex digits only"


def test_a_bitmap_in_lower_case_is_read_unless_the_dialect_is_strict():
    raw = one(b"000000000000000f", b"a" * 40)
    assert str(refused(raw)) == "DE 61: length no number"
    assert str(refused(raw, reading=STRICT)) == "bitmap: upper-case hex only"
    assert STRICT.decode(ECHO_BYTES) == ECHO


def test_a_bitmap_cut_short_is_named():
    assert str(refused(ECHO_BYTES[:10])) == "bitmap: wrong length"
    assert str(refused(ECHO_BYTES[:25])) == "DE 1: wrong length"
    assert str(refused(bytes.fromhex("0800822000"), "bcd")) == "bitmap: wrong length"


def test_a_second_bitmap_without_elements_is_read_unless_the_dialect_is_strict():
    raw = b"0800822000000000000000000000000000001122093001000002"
    elements = {7: "1122093001", 11: "000002"}
    assert codec().decode(raw).elements == elements
    assert codec("bcd").decode(bytes.fromhex(raw.decode())).elements == elements
    error = refused(raw, reading=STRICT)
    assert str(error) == "DE 1: nothing above 64"
    assert error.elements == elements


def test_a_dialect_may_always_write_two_bitmaps():
    always = Codec(compile_dialect(dialect_values() | {"bitmaps": "always two"}, "two.yaml"))
    message = Message("0800", {11: "000002"})
    assert always.encode(message) == b"0800" + b"80200000000000000000000000000000" + b"000002"
    assert always.decode(always.encode(message)) == message


def test_a_third_bitmap_is_refused_with_what_can_be_read_before_it():
    raw = b"0800822000000000000084000000000000001122093001000002301"
    error = refused(raw)
    assert str(error) == "DE 65: no third bitmap here"
    assert error.elements == {7: "1122093001", 11: "000002"}


def test_a_third_bitmap_in_raw_bitmaps_is_refused_likewise():
    raw = bytes.fromhex("08008220000000000000840000000000000011220930010000020301")
    error = refused(raw, "bcd")
    assert str(error) == "DE 65: no third bitmap here"
    assert error.elements == {7: "1122093001", 11: "000002"}


def test_bytes_after_the_last_element_are_refused():
    error = refused(ECHO_BYTES + b"XYZ")
    assert str(error) == "DE 70: bytes left over"
    assert error.elements == ECHO.elements


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (one(b"1000000000000000", b"00000000"), "DE 4: wrong length"),
        (one(b"0000000100000000", b"1"), "DE 32: cut short"),
        (one(b"0000000100000000", b"0812345"), "DE 32: wrong length"),
        (one(b"0000000100000000", b"12123456789012"), "DE 32: too long"),
        (one(b"0000000100000000", b"x812345678"), "DE 32: length no number"),
        (one(b"0000000100000000", b"\xb2812345678"), "DE 32: length no number"),
    ],
)
def test_a_length_that_does_not_fit_is_refused(raw, reason):
    assert str(refused(raw)) == reason


@pytest.mark.parametrize("prefix", [b"+8", b" 8", b"8 "])
def test_a_length_with_a_sign_or_a_space_is_refused(prefix):
    error = refused(one(b"0000000100000000", prefix + b"12345678"))
    assert str(error) == "DE 32: length no number"
    assert error.elements == {}


def test_a_negative_length_is_refused():
    assert refused(one(b"0000000100000000", b"-112345678")).element == "DE 32"


def test_an_underscore_is_no_digit_of_a_length():
    assert str(refused(one(b"0000000000010000", b"1_0" + b"0" * 10))) == "DE 48: length no number"


def test_a_packed_length_must_be_digits():
    raw = bytes.fromhex("020000000001000000000a1234567890")
    assert str(refused(raw, "bcd")) == "DE 32: length no number"


def test_an_element_of_length_zero_is_refused():
    error = refused(one(b"1000000100000000", b"00000000010000"))
    assert str(error) == "DE 32: empty"
    assert error.elements == {4: "000000000100"}


@pytest.mark.parametrize(
    ("bitmap", "content", "reason"),
    [
        (b"1000000000000000", b"0000000001A0", "DE 4: digits only"),
        (b"1000000000000000", b"+00000000100", "DE 4: digits only"),
        (b"1000000000000000", b" 00000000100", "DE 4: digits only"),
        (b"0000000100000000", b"0812E45678", "DE 32: digits only"),
        (b"0000000008000000", b"6326 9300008", "DE 37: letters and digits only"),
        (b"0000000008000000", b"6326-9300008", "DE 37: letters and digits only"),
        (b"0000000000800000", b"TERM\x000001"[:8], "DE 41: printable ASCII only"),
        (b"0000000000800000", b"TERM\x7f001", "DE 41: printable ASCII only"),
        (b"0000000000800000", b"TERM\xb2001", "DE 41: no text in its encoding"),
        (b"0000000000100000", b"04a\r\nb", "DE 44: control character"),
        (b"0000000000010000", b"0030\x1b1", "DE 48: control character"),
        (b"0000000000010000", "004a\x85b".encode(), "DE 48: control character"),
        (b"0000000000010000", "005a\u2028b".encode(), "DE 48: control character"),
        (b"0000000000010000", b"002\xe7\x8e", "DE 48: no text in its encoding"),
        (b"0000000000010000", b"003\xed\xa0\x80", "DE 48: no text in its encoding"),
        (b"0000000000000001", b"0123456789ABCDEG", "DE 64: hex digits only"),
    ],
)
def test_content_must_be_what_its_kind_says(bitmap, content, reason):
    assert str(refused(one(bitmap, content))) == reason


def test_the_first_bad_element_is_named_and_the_good_ones_are_kept():
    error = refused(one(b"1220000000000000", b"00000000010A112209300100000x"))
    assert str(error) == "DE 4: digits only"
    assert error.elements == {7: "1122093001"}


def test_the_first_of_two_bad_lengths_is_named():
    raw = one(b"0000000180000000", b"+812345678+812345678")
    assert str(refused(raw)) == "DE 32: length no number"


def test_a_net_amount_is_a_letter_and_digits():
    raw = b"050080000000000000000000000080000000"
    assert str(refused(raw + b"X0000000000000001")) == "DE 97: C or D, then digits"
    assert codec().decode(raw + b"D0000000000000001").elements == {97: "D0000000000000001"}


def test_a_packed_net_amount_is_a_letter_and_packed_digits():
    head = bytes.fromhex("050080000000000000000000000080000000")
    assert codec("bcd").decode(head + b"D" + bytes(7) + b"\x01").elements == {97: "D0000000000000001"}
    assert refused(head + b"X" + bytes(8), "bcd").element == "DE 97"
    assert refused(head + b"C" + bytes(7) + b"\x0a", "bcd").element == "DE 97"


def test_packed_digits_must_be_digits():
    raw = bytes.fromhex("0200100000000000000000000000010a")
    assert str(refused(raw, "bcd")) == "DE 4: digits only"


def test_the_padding_of_an_odd_number_must_be_zero():
    head = "02000000000000008000"
    assert codec("bcd").decode(bytes.fromhex(head + "0156")).elements == {49: "156"}
    assert str(refused(bytes.fromhex(head + "1156"), "bcd")) == "DE 49: wrong length"


def test_text_of_every_language_is_read_and_kept():
    text = "缴费　€ 😀 ümläut"
    for name in ("ascii", "bcd"):
        message = Message("0210", {44: "缴费", 63: text})
        assert codec(name).decode(codec(name).encode(message)) == message


def test_an_error_drags_no_raw_bytes_along():
    error = refused(one(b"4000000000000000", b"166225880100001234"[:12]))
    assert error.__context__ is None
    assert "6225" not in str(error)
    assert "6225" not in repr(error)


def test_an_encoding_error_drags_no_content_along():
    error = unwritten({48: "x" * 1000})
    assert error.__context__ is None
    assert str(error) == "DE 48: too long"


def test_encoding_leaves_the_message_alone():
    message = Message("0800", dict(ECHO.elements))
    codec().encode(message)
    assert message == ECHO


def test_the_order_of_the_elements_does_not_matter():
    assert codec().encode(Message("0800", dict(reversed(ECHO.elements.items())))) == ECHO_BYTES


@pytest.mark.parametrize("mti", ["080", "08000", "08x0", "", "０８００"])
def test_an_mti_has_four_digits(mti):
    assert unwritten({}, mti).element == "MTI"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({1: "1122"}, "DE 1: not in this dialect"),
        ({65: "1"}, "DE 65: not in this dialect"),
        ({4: "12a"}, "DE 4: digits only"),
        ({4: ""}, "DE 4: empty"),
        ({4: "1234567890123"}, "DE 4: wrong length"),
        ({3: "5"}, "DE 3: wrong length"),
        ({49: "56"}, "DE 49: wrong length"),
        ({41: "王"}, "DE 41: printable ASCII only"),
        ({41: "TERM00012"}, "DE 41: wrong length"),
        ({41: ""}, "DE 41: empty"),
        ({37: "王"}, "DE 37: printable ASCII only"),
        ({44: "x" * 26}, "DE 44: too long"),
        ({44: "缴费缴费缴费缴费缴"}, "DE 44: too long"),
        ({48: "a\nb"}, "DE 48: control character"),
        ({48: "a\ud800b"}, "DE 48: control character"),
        ({97: "0000000000000001"}, "DE 97: C or D, then digits"),
        ({97: "C1"}, "DE 97: wrong length"),
        ({64: "00"}, "DE 64: wrong length"),
        ({64: "0g"}, "DE 64: hex digits only"),
    ],
)
def test_what_does_not_fit_is_not_encoded(elements, reason):
    assert str(unwritten(elements)) == reason


@pytest.mark.parametrize("name", ["ascii", "bcd", "cuppos"])
def test_digits_of_other_scripts_are_not_encoded(name):
    with pytest.raises(EncodeError, match="DE 11"):
        codec(name).encode(Message("0200", {11: "²"}))


@pytest.mark.parametrize("value", ["C1", "C000000000000001", "C00000000000000001"])
def test_a_packed_net_amount_must_have_its_width(value):
    assert str(unwritten({97: value}, name="bcd")) == "DE 97: wrong length"


def test_fixed_elements_are_filled_up_where_nothing_is_lost():
    message = Message("0200", {4: "12345", 37: "R1", 41: "T1", 42: "SCHOOL01"})
    for name in ("ascii", "bcd"):
        assert codec(name).decode(codec(name).encode(message)).elements == {
            4: "000000012345",
            37: "R1          ",
            41: "T1      ",
            42: "SCHOOL01       ",
        }


def test_a_mac_is_hex_digits_or_raw_bytes():
    mac = "0123456789ABCDEF"
    assert codec().encode(Message("0800", {64: mac})).endswith(mac.encode())
    assert codec("bcd").encode(Message("0800", {128: mac})).endswith(bytes.fromhex(mac))
    for name in ("ascii", "bcd"):
        message = Message("0800", {128: mac})
        assert codec(name).decode(codec(name).encode(message)) == message


def test_a_dialect_may_mix_encodings():
    values = dialect_values() | {"encoding": {"numeric": "bcd", "binary": "raw"}}
    mixed = Codec(compile_dialect(values, "mixed.yaml"))
    message = Message("0200", {4: "000000000100", 32: "1234567", 64: "0123456789ABCDEF"})
    raw = mixed.encode(message)
    assert raw == (
        b"0200"
        b"1000000100000001"
        + bytes.fromhex("000000000100")
        + b"07"
        + bytes.fromhex("01234567")
        + bytes.fromhex("0123456789ABCDEF")
    )
    assert mixed.decode(raw) == message


def test_all_spaces_are_no_letters_and_digits():
    assert str(refused(one(b"0000000008000000", b" " * 12))) == "DE 37: letters and digits only"


def test_a_golden_message_cut_anywhere_is_refused_without_a_fault():
    for name in ("ascii", "bcd"):
        _, raw = golden("payment", name)
        for size in range(len(raw)):
            assert refused(raw[:size], name).reason

"""Messages by hand: hex and files in any form to readable masked text, YAML to hex."""

import io

import pytest

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.errors import MessageError
from offline_collect.app.tools.code_words import CodeWords
from offline_collect.app.tools.message_codec import decode_input as decoded
from offline_collect.app.tools.message_codec import described, read_input
from offline_collect.app.tools.message_encoding import encode_messages, read_tpdu

ECHO = {"mti": "0800", "elements": {7: "1122093001", 11: "000002", 70: "301"}}
SHARED = {"name": "x", "like": "ascii", "response_codes": {"default": "06", "APPROVED": "00"}}
CARD = {
    "mti": "0220",
    "elements": {
        2: "6225880100001234",
        3: "500000",
        7: "1122093011",
        11: "000009",
        48: "0030013S2026-11-0002",
    },
}
ECHO_FRAME = "3030353530383030383232303030303030303030303030303034303030303030303030303030303031313232303933303031303030303032333031"


def decode_input(content, dialect, framed, **shown):
    return [described(message, dialect, **shown) for message in decoded(content, dialect, framed)]


@pytest.fixture(scope="module")
def ascii_dialect():
    return Schemas().dialect("ascii")


@pytest.fixture(scope="module")
def bcd():
    return Schemas().dialect("bcd")


def encoded(document, dialect, *, framed=True, tpdu=None):
    (line,) = encode_messages(document, "m.yaml", dialect, framed=framed, tpdu=tpdu)
    return line


def test_a_message_is_encoded_as_others_do(ascii_dialect):
    assert encoded(ECHO, ascii_dialect) == ECHO_FRAME
    assert encoded(ECHO, ascii_dialect, framed=False) == ECHO_FRAME[8:]


def test_a_list_of_messages_is_a_line_each(ascii_dialect):
    assert encode_messages([ECHO, ECHO], "m.yaml", ascii_dialect, framed=True, tpdu=None) == [ECHO_FRAME] * 2


def test_a_tpdu_goes_before_the_message(bcd):
    line = encoded(ECHO, bcd, tpdu=read_tpdu("6000010002"))
    assert line[4:14] == "6000010002"
    assert encoded(ECHO, bcd)[4:14] == "6000000000"


@pytest.mark.parametrize("name", ["ascii", "bcd"])
@pytest.mark.parametrize("framed", [True, False])
def test_what_is_encoded_is_found_again_framed_or_not(name, framed):
    dialect = Schemas().dialect(name)
    content = bytes.fromhex(encoded(ECHO, dialect, framed=framed))
    for given in (content, content.hex().encode(), content.hex(" ").upper().encode() + b"\n"):
        (shown,) = decode_input(given, dialect, None)
        assert shown.startswith("0800 (network management request)\n")
        assert "Network management code" in shown


def test_many_frames_of_a_file_are_all_shown(ascii_dialect):
    assert len(decode_input(bytes.fromhex(ECHO_FRAME) * 3, ascii_dialect, None)) == 3


def test_card_numbers_are_masked(ascii_dialect):
    (shown,) = decode_input(bytes.fromhex(encoded(CARD, ascii_dialect)), ascii_dialect, None)
    assert "622588******1234" in shown
    assert "6225880100001234" not in shown
    assert "S2026-11-0002" in shown


@pytest.mark.parametrize(
    ("given", "framed", "reason"),
    [
        (b"", None, "nothing to decode"),
        (b" \n", None, "nothing to decode"),
        (b"123", None, "an odd number of hex digits"),
        (b"00", None, "cannot be read as dialect ascii: MTI"),
        (b"zz", None, "cannot be read as dialect ascii: MTI"),
    ],
)
def test_what_is_no_message_is_refused_with_the_reason(ascii_dialect, given, framed, reason):
    with pytest.raises(MessageError, match=reason):
        decode_input(given, ascii_dialect, framed)


def test_a_frame_that_was_promised_must_be_whole(ascii_dialect):
    frame = bytes.fromhex(encoded(CARD, ascii_dialect))
    for broken in (frame[4:], frame + b"0"):
        with pytest.raises(MessageError, match=r"are not whole frames of dialect ascii \(--raw takes"):
            decode_input(broken, ascii_dialect, framed=True)


@pytest.mark.parametrize("name", ["ascii", "bcd"])
@pytest.mark.parametrize("framed", [True, None])
@pytest.mark.parametrize("missing", [1, 4])
def test_a_frame_that_was_cut_says_how_much_is_missing(name, framed, missing):
    dialect = Schemas().dialect(name)
    frame = bytes.fromhex(encoded(CARD, dialect))[:-missing]
    for given in (frame, frame.hex().encode()):
        with pytest.raises(
            MessageError, match=rf"cut short: .* asks for {missing} bytes more than the {len(frame)}"
        ):
            decode_input(given, dialect, framed)


@pytest.mark.parametrize("name", ["ascii", "bcd"])
@pytest.mark.parametrize(
    ("encoded_framed", "framed"), [(False, False), (False, None), (True, True), (True, None)]
)
def test_lines_as_they_were_encoded_are_decoded_each(name, encoded_framed, framed):
    dialect = Schemas().dialect(name)
    other = {**ECHO, "elements": {**ECHO["elements"], 11: "000003"}}
    lines = encode_messages([ECHO, CARD, other], "m.yaml", dialect, framed=encoded_framed, tpdu=None)
    shown = decode_input("\n".join([*lines, ""]).encode(), dialect, framed)
    assert [message[:4] for message in shown] == ["0800", "0220", "0800"]
    assert "000003" in shown[2]


def test_one_message_may_be_folded_over_lines(ascii_dialect):
    digits = encoded(CARD, ascii_dialect, framed=False)
    folded = "\n".join(digits[at : at + 60] for at in range(0, len(digits), 60))
    (shown,) = decode_input(folded.encode(), ascii_dialect, framed=False)
    assert shown.startswith("0220 (payment advice)\n")


def test_a_truncated_message_names_the_element_and_what_was_read(ascii_dialect):
    message = bytes.fromhex(encoded(CARD, ascii_dialect, framed=False))
    with pytest.raises(MessageError, match=r"DE 48: .*; what could be read before it: DE 2, DE 3") as caught:
        decode_input(message[:-1], ascii_dialect, None)
    assert "6225" not in str(caught.value)


def test_a_broken_message_among_others_is_numbered(ascii_dialect):
    good = bytes.fromhex(ECHO_FRAME)
    with pytest.raises(MessageError, match="message 2: cannot be read"):
        decode_input(good + b"0004xxxx", ascii_dialect, None)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "m.yaml: holds no message"),
        ({"elements": {}}, "m.yaml: mti: missing"),
        ([ECHO, {"mti": "0800"}], r"m\.yaml\[1\]: elements: missing"),
        ({"mti": "0800", "elements": {70: 301}}, "m.yaml: elements.70: must be a quoted string"),
        ({"mti": "0800", "elements": {70: "3010"}}, "m.yaml: DE 70: "),
        ({"mti": "0800", "elements": {65: "1"}}, "m.yaml: DE 65: "),
        ("0800", "m.yaml: must be a mapping"),
    ],
)
def test_what_is_not_of_the_vectors_shape_is_refused_with_its_place(ascii_dialect, document, reason):
    with pytest.raises(MessageError, match=reason):
        encode_messages(document, "m.yaml", ascii_dialect, framed=True, tpdu=None)


@pytest.mark.parametrize("digits", ["60", "zz00010002", "600001000200"])
def test_a_tpdu_has_five_bytes(digits):
    with pytest.raises(MessageError, match="--tpdu: must be 10 hex digits"):
        read_tpdu(digits)


def test_input_is_hex_or_a_file_or_standard_input(tmp_path):
    file = tmp_path / "message.bin"
    file.write_bytes(b"\x08\x00")
    stdin = io.BytesIO(b"0800")
    assert read_input("0800", stdin) == b"0800"
    assert read_input(str(file), stdin) == b"\x08\x00"
    assert read_input("-", stdin) == b"0800"
    with pytest.raises(MessageError, match="not hex digits, and no file either"):
        read_input("nowhere.bin", stdin)


DUMPED = bytes.fromhex(ECHO_FRAME)
XXD = (
    "00000000: 3030 3535 3038 3030 3832 3230 3030 3030  0055080082200000\n"
    "00000010: 3030 3030 3030 3030 3034 3030 3030 3030  0000000004000000\n"
    "00000020: 3030 3030 3030 3030 3131 3232 3039 3330  0000000011220930\n"
    "00000030: 3031 3030 3030 3032 3330 31              01000002301\n"
)
HEXDUMP = (
    "00000000  30 30 35 35 30 38 30 30  38 32 32 30 30 30 30 30  |0055080082200000|\n"
    "00000010  30 30 30 30 30 30 30 30  30 34 30 30 30 30 30 30  |0000000004000000|\n"
    "00000020  30 30 30 30 30 30 30 30  31 31 32 32 30 39 33 30  |0000000011220930|\n"
    "00000030  30 31 30 30 30 30 30 32  33 30 31                 |01000002301|\n"
    "0000003b\n"
)
TCPDUMP = "\n".join(
    f"\t0x{at:04x}:  {DUMPED[at : at + 16].hex(' ', 2):41}{DUMPED[at : at + 16].decode()}"
    for at in range(0, len(DUMPED), 16)
)
PASTES = {
    "text": DUMPED.decode(),
    "text without its length": DUMPED[4:].decode() + "\r\n",
    "xxd": XXD,
    "hexdump": HEXDUMP,
    "tcpdump": TCPDUMP,
    "list": ", ".join(f"0x{byte:02X}" for byte in DUMPED),
    "array": "{" + ",\n".join(f"0x{byte:x}" for byte in DUMPED) + "};",
    "escapes": "".join(f"\\x{byte:02x}" for byte in DUMPED),
}


@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES)
def test_pastes_are_taken_as_an_argument_and_as_a_file(ascii_dialect, paste):
    given = read_input(paste, io.BytesIO())
    for content in (given, paste.encode()):
        (shown,) = decode_input(content, ascii_dialect, None)
        assert "301 (echo)" in shown


@pytest.mark.parametrize(
    "broken",
    [
        XXD.replace("00000020:", "00000030:"),
        XXD.replace("00000010:", "00000011:"),
        XXD.replace("00000000:", "00000040:"),
        XXD.replace("3030 3535", "3030 35zz"),
    ],
)
def test_a_dump_that_does_not_fit_its_offsets_is_no_dump(ascii_dialect, broken):
    with pytest.raises(MessageError, match="cannot be read as dialect ascii"):
        decode_input(broken.encode(), ascii_dialect, None)


def test_codes_are_said_in_words(ascii_dialect):
    request = {"mti": "0401", "elements": {3: "500000", 39: "68", 49: "156"}}
    answer = {"mti": "0410", "elements": {3: "999999", 39: "U1", 48: {"0081": "00"}}}
    shown = [
        decode_input(bytes.fromhex(encoded(document, ascii_dialect)), ascii_dialect, None)[0]
        for document in (request, answer)
    ]
    for said in ("0401 (reversal request, repeated)", "500000 (payment)", "68 (no answer)", "156 (CNY)"):
        assert said in shown[0]
    for said in ("0410 (reversal response)", "U1 (already paid)", "00 (approved)", "999999\n"):
        assert said in shown[1]


def test_a_shared_code_names_some_of_its_meanings():
    words = CodeWords(Schemas().compiled(SHARED, "x.yaml"), "0210")
    assert words(39, "", "06") == "unknown merchant or in progress or unsupported or others"
    assert words(39, "", "99") == ""
    assert words(0, "", "0930") == "(class 9 advice response)"


def test_unmasked_people_are_shown_but_no_cards(ascii_dialect):
    document = {
        "mti": "0200",
        "elements": {2: "4111111111111111", 48: {"0032": "张伟", "0021": "4111111111111111", "0090": "KEY"}, 102: "62258801"},
    }  # fmt: skip
    content = bytes.fromhex(encoded(document, ascii_dialect))
    (masked,) = decode_input(content, ascii_dialect, None)
    (shown,) = decode_input(content, ascii_dialect, None, unmask=True)
    assert "张伟" not in masked
    assert "张伟" in shown
    assert "62258801\n" not in masked + "\n"
    assert "62258801\n" in shown + "\n"
    assert "4111111111111111" not in masked + shown
    assert "KEY" not in masked + shown


def test_tags_may_be_a_mapping(ascii_dialect):
    tags = {**CARD, "elements": {**CARD["elements"], 48: {"0030": "S2026-11-0002"}}}
    assert encoded(tags, ascii_dialect) == encoded(CARD, ascii_dialect)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({30: "x"}, "m.yaml: elements.48: 30 must be a tag: 4 digits, quoted"),
        ({"0030": 5}, r"m.yaml: elements.48.0030: must be a quoted string"),
        ({"0032": "x" * 1000}, "m.yaml: DE 48: .* over the 999"),
    ],
)
def test_wrong_tags_are_refused_with_their_place(ascii_dialect, tags, reason):
    with pytest.raises(MessageError, match=reason):
        encoded({"mti": "0200", "elements": {48: tags}}, ascii_dialect)


def test_unmasked_messages_with_keys_hide_what_has_no_layout(ascii_dialect):
    document = {"mti": "0800", "elements": {48: "no tags but a key", 70: "161"}}
    (shown,) = decode_input(bytes.fromhex(encoded(document, ascii_dialect)), ascii_dialect, None, unmask=True)
    assert "a key" not in shown

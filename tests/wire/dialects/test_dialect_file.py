"""Dialects: the shipped ones are as specified; a dialect that cannot work is refused with the place of the fault."""

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.wire.dialects.dialect import Dialect, Encoding
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.elements.notation import Kind
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.frame.frame_format import FrameFormat, HeaderRow
from tests.messages.golden import NAMES, changed, dialect_values, older, shipped

TPDU = (
    HeaderRow("TPDU", 1, b"\x60"),
    HeaderRow("destination", 2, bytes(2), reply="source"),
    HeaderRow("source", 2, bytes(2), reply="destination"),
)


def test_the_ascii_dialect_is_the_default_of_the_contract():
    dialect = shipped("ascii")
    assert dialect.frame == FrameFormat("ascii4", length_max=8192)
    assert dialect.encoding == Encoding("ascii", "hex", "ascii", "ascii", "hex", "utf-8")
    assert dialect.identity == (32, 41, 11, 7)
    assert not dialect.transmission_local


def test_the_bcd_dialect_packs_and_speaks_gb18030():
    dialect = shipped("bcd")
    assert dialect.frame == FrameFormat("binary2", header=TPDU, length_max=8192)
    assert dialect.encoding == Encoding("bcd", "raw", "bcd", "bcd", "raw", "gb18030")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_its_own_code(name):
    dialect = shipped(name)
    assert dialect.response_codes.keys() == set(ResponseCode)
    assert len(set(dialect.response_codes.values())) == len(ResponseCode)
    assert dialect.response_codes[ResponseCode.ALREADY_PAID] == "U1"
    assert dialect.network_codes[NetworkFunction.ECHO] == "301"
    assert dialect.reversal_reasons["68"] is ReversalReason.NO_ANSWER
    assert dialect.processing_codes["PAYMENT"] == "500000"


@pytest.mark.parametrize("name", NAMES)
def test_the_elements_have_the_shapes_of_the_contract(name):
    shapes = {number: element.shape for number, element in shipped(name).elements.items()}
    assert shapes[2] == "n..19"
    assert shapes[37] == "an12"
    assert shapes[42] == "ans15"
    assert shapes[48] == "text..999"
    assert shapes[97] == "x+n16"
    assert shipped(name).elements[128].kind is Kind.B


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_dialects_keep_what_they_were(name):
    now, before = shipped(name), older(name)
    assert {number: now.elements[number] for number in before.elements} == before.elements
    for what in Dialect.__dataclass_fields__.keys() - {"elements"}:
        assert getattr(now, what) == getattr(before, what), what


def test_all_but_the_name_and_the_length_has_a_default():
    dialect = compile_dialect({"name": "small", "frame": {"length": "ascii4"}}, "small.yaml")
    assert dialect.encoding == shipped("ascii").encoding
    assert dialect.response_codes == shipped("ascii").response_codes
    assert dialect.processing_codes == shipped("ascii").processing_codes
    assert dialect.network_codes == shipped("ascii").network_codes
    assert dialect.reversal_reasons == shipped("ascii").reversal_reasons
    assert dialect.identity == (32, 41, 11, 7)
    assert (dialect.elements, dialect.answer_mtis, dialect.version) == ({}, {}, 0)


def test_a_dialect_may_name_other_elements_and_answers():
    values = dialect_values() | {
        "identity": [32, 37, 60],
        "answer_mtis": {"0201": "0211"},
        "sent": {"zone": "local"},
        "version": 1,
    }
    dialect = compile_dialect(values, "x.yaml")
    assert dialect.identity == (32, 37, 60)
    assert dialect.answer_mtis == {"0201": "0211"}
    assert dialect.transmission_local
    assert dialect.version == 1


def test_a_table_of_codes_is_completed():
    values = dialect_values() | {"response_codes": {"SETTLED": "X9"}, "network_codes": {"ECHO": "371"}}
    dialect = compile_dialect(values, "x.yaml")
    assert dialect.response_codes == {**shipped().response_codes, ResponseCode.SETTLED: "X9"}
    assert dialect.network_codes[NetworkFunction.ECHO] == "371"


def test_with_a_default_codes_may_be_shared():
    codes = {"default": "06", "APPROVED": "00", "NOT_FOUND": "14", "UNKNOWN_CUSTOMER": "14"}
    dialect = compile_dialect(dialect_values() | {"response_codes": codes}, "x.yaml")
    assert dialect.response_codes.keys() == set(ResponseCode)
    assert dialect.response_codes[ResponseCode.NOT_FOUND] == "14"
    assert dialect.response_codes[ResponseCode.SETTLED] == "06"


def test_codes_are_as_wide_as_their_element():
    values = changed(dialect_values(), ["elements", 39], "n3 Action")
    values["response_codes"] = {"default": "100", "APPROVED": "000"}
    assert compile_dialect(values, "x.yaml").response_codes[ResponseCode.APPROVED] == "000"


@pytest.mark.parametrize(
    ("notation", "encoding"),
    [
        ("n6 X", "binary"),
        ("n..19 X", "bcd-right"),
        ("z..37 X", "bcd-right"),
        ("x+n8 X", "bcd"),
        ("ans10 X", "ebcdic"),
        ("an10 X", "latin-1"),
        ("text...99 X", "gbk"),
        ("b8 X", "raw"),
    ],
)
def test_an_element_may_have_an_encoding_of_its_own(notation, encoding):
    values = changed(dialect_values(), ["elements", 54], {"is": notation, "encoding": encoding})
    element = compile_dialect(values, "x.yaml").elements[54]
    assert (element.encoding, element.name) == (encoding, "X")


BAD = [
    (
        ["frame", "length"],
        "ascii5",
        "frame.length: must be one of ascii2, ascii3, ascii4, ascii6, hex4, bcd2",
    ),
    (["frame", "length_max"], 0, "frame.length_max: must be a whole number from 1 to 999999"),
    (["frame", "length_max"], 10_000, "frame.length_max: with its header it is over 9999"),
    (["frame", "length_max"], True, "frame.length_max: must be a whole number"),
    (["frame", "tpdu"], "yes", "frame.tpdu: must be true or false"),
    (["frame", "header"], "TPDU", "frame.header: must be a list"),
    (
        ["frame", "tdpu"],
        True,
        "frame.tdpu: unknown key; known here: header, length, length_includes, length_max",
    ),
    (["frame", "trailer"], "3", "frame.trailer: must be bytes in hex digits"),
    (
        ["frame", "length_includes"],
        ["tail"],
        "frame.length_includes[0]: must be some of length, header, trailer",
    ),
    (["frame", "length_includes"], ["header", "header"], "frame.length_includes[1]: must be some of"),
    (["frame"], None, "frame: missing"),
    (["frame"], "ascii4", "frame: must be a mapping, not a str"),
    (["frame"], {"length": "none"}, "frame.trailer: without a length a trailer must end each message"),
    (["encoding"], {"text": "klingon"}, "encoding.text: must be one of ascii, ebcdic, or a charset"),
    (["encoding"], {"text": "utf-16"}, "encoding.text: must be one of ascii, ebcdic, or a charset"),
    (["encoding"], {"mti": 7}, "encoding.mti: must be one of ascii, ebcdic, bcd"),
    (["encoding"], {"colour": "red"}, "encoding.colour: unknown key"),
    (["name"], "", "name: must not be empty"),
    (["colour"], "red", "colour: unknown key"),
    (["version"], 3, "version: must be a whole number from 0 to 2"),
    (["bitmaps"], "three", "bitmaps: must be one of as needed, always two, one of 128, strict"),
    (["sent"], {"zone": "gmt"}, "sent.zone: must be one of utc, local"),
    (["elements"], 5, "elements: must be a mapping, not a number"),
    (["elements", 1], "n6", "elements.1: the key must be an element's number, 2 to 128"),
    (["elements", 65], "n6", "elements.65: element 65 announces a third bitmap"),
    (["elements", 2], "n..100", "elements.2: 100 is wider than a prefix of 2 digits can say"),
    (["elements", 2], "q6", "elements.2: must be a shape such as n6, ans..25 or b...999"),
    (["elements", 2], {"encoding": "bcd"}, "elements.2.is: missing"),
    (
        ["elements", 2],
        {"is": "n6", "encoding": "raw"},
        "elements.2.encoding: must be one of ascii, ebcdic, bcd",
    ),
    (
        ["elements", 60],
        {"is": "n..6", "encoding": "binary"},
        "elements.60: a binary n element has a fixed length",
    ),
    (["elements", 60], "b...999", "elements.60: a prefix of 3 digits cannot say the hex digits of 999 bytes"),
    (["elements", 4], "n10", "elements.4: element 4 must be n12, not n10"),
    (["elements", 44], "text25", "elements.44: a text element needs a prefix"),
    (["elements", 41], "x+n7", "elements.41: an x+n element has a fixed, even number of digits"),
    (["identity"], [32, 41, 11, 65], "identity[3]: element 65 is not one of this dialect"),
    (["identity"], [32, 41, 7], "identity: needs element 11 or 37"),
    (["identity"], [11, 11], "identity[1]: 11 is there twice"),
    (["identity"], ["11"], "identity[0]: must be an element's number, 2 to 128"),
    (["identity"], [True], "identity[0]: must be an element's number"),
    (["response_codes"], {"SETTLED": "U1"}, "response_codes.SETTLED: 'U1' already means ALREADY_PAID"),
    (["response_codes"], {"SETTLED": 9}, "response_codes.SETTLED: must be a string, not a number; quote it"),
    (["response_codes"], {"SETTLED": "U"}, "response_codes.SETTLED: must be 2 letters or digits"),
    (["response_codes"], {"PAID_TWICE": "U6"}, "response_codes.PAID_TWICE: unknown key"),
    (["response_codes"], {"default": "00"}, "response_codes.APPROVED: '00' means UNKNOWN_MERCHANT too"),
    (["elements", 39], "n3", "response_codes: every name needs a code of 3 letters or digits"),
    (["processing_codes"], {"PAYMENT": "5000"}, "processing_codes.PAYMENT: must be 6 digits, or dots"),
    (["processing_codes"], {"PAYMENT": "50000A"}, "processing_codes.PAYMENT: must be 6 digits"),
    (["processing_codes"], {"PAYMENT": "380000"}, "'380000' already means PAYMENT"),
    (
        ["processing_codes"],
        {7: "380000"},
        "processing_codes.7: the key must be a string, not a number; quote it",
    ),
    (["network_codes"], {"ECHO": "3A1"}, "network_codes.ECHO: must be 3 digits"),
    (["reversal_reasons"], {"ERROR": "17"}, "reversal_reasons.ERROR: '17' already means WRITE_OFF"),
    (["answer_mtis"], {"201": "0211"}, "answer_mtis.201: must be an MTI: 4 digits, quoted"),
    (["answer_mtis"], {"0201": "211"}, "answer_mtis.0201: must be an MTI: 4 digits, quoted"),
]


@pytest.mark.parametrize(("path", "value", "reason"), BAD)
def test_a_dialect_that_cannot_work_is_refused_with_its_place(path, value, reason):
    with pytest.raises(SchemaError) as caught:
        compile_dialect(changed(dialect_values(), path, value), "x.yaml")
    assert str(caught.value).startswith("x.yaml: ")
    assert reason in str(caught.value)
    assert caught.value.file == "x.yaml"


ROW = {"name": "TPDU", "bytes": 1}
BAD_HEADERS = [
    ([ROW, ROW], "frame.header[0].name: TPDU is there twice"),
    ([{"bytes": 1}], "frame.header[0].name: missing"),
    ([ROW | {"bytes": 0}], "frame.header[0].bytes: must be a whole number from 1 to 999"),
    ([ROW | {"must": "6060"}], "frame.header[0].must: must have 1 bytes, not 2"),
    ([ROW | {"send": "x"}], "frame.header[0].send: must be bytes in hex digits"),
    ([ROW | {"send": {"text": "é"}}], "frame.header[0].send.text: must be printable ASCII"),
    ([ROW | {"reply": "other"}], "frame.header[0].reply: must be bytes in hex digits"),
    (
        [ROW | {"reply": "to"}, {"name": "to", "bytes": 2}],
        "frame.header[0].reply: to has 2 bytes, this row 1",
    ),
    ([ROW, {"name": "a", "bytes": 1, "before_length": True}], "rows before the length go before all others"),
    ([ROW | {"is": "date"}], "frame.header[0].is: must be one of length"),
    ([ROW | {"colour": "red"}], "frame.header[0].colour: unknown key"),
]


@pytest.mark.parametrize(("rows", "reason"), BAD_HEADERS)
def test_a_header_that_cannot_work_is_refused_with_its_place(rows, reason):
    with pytest.raises(SchemaError) as caught:
        compile_dialect(dialect_values() | {"frame": {"length": "ascii4", "header": rows}}, "x.yaml")
    assert reason in str(caught.value)


def test_rows_of_a_header_say_bytes_or_characters():
    rows = [
        {"name": "start", "bytes": 3, "must": {"text": "ISO"}, "before_length": True},
        {"name": "size", "bytes": 4, "is": "length", "send": {"text": "0000"}},
        {"name": "from", "bytes": 1, "reply": {"text": "5"}},
    ]
    values = dialect_values() | {"frame": {"length": "ascii4", "header": rows, "trailer": "0d0a"}}
    frame = compile_dialect(values, "x.yaml").frame
    assert frame.header == (
        HeaderRow("start", 3, b"ISO", must=b"ISO", before_length=True),
        HeaderRow("size", 4, b"0000", is_length=True),
        HeaderRow("from", 1, b"\0", reply=b"5"),
    )
    assert frame.trailer == b"\r\n"


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ({"bitmap": "raw"}, "none does not go with raw bitmaps"),
        ({"numeric": "bcd"}, "none does not go with bcd elements"),
        ({"prefix": "binary"}, "none does not go with binary elements"),
    ],
)
def test_without_a_length_nothing_may_hold_the_trailer(encoding, reason):
    values = dialect_values() | {"frame": {"length": "none", "trailer": "03"}, "encoding": encoding}
    with pytest.raises(SchemaError, match=reason):
        compile_dialect(values, "x.yaml")
    assert not compile_dialect(values | {"encoding": {}}, "x.yaml").frame.has_length


def test_without_a_length_no_row_stands_before_it():
    frame = {"length": "none", "trailer": "03", "header": [ROW | {"before_length": True}]}
    with pytest.raises(SchemaError, match="there is no length that a row could stand before"):
        compile_dialect(dialect_values() | {"frame": frame}, "x.yaml")


def test_a_limit_that_the_length_cannot_say_is_refused():
    frame = {"length": "ascii4", "length_max": 9999, "length_includes": ["length"]}
    with pytest.raises(SchemaError, match=r"frame.length_max: with its header it is over 9999"):
        compile_dialect(dialect_values() | {"frame": frame}, "x.yaml")


def test_a_file_that_is_no_mapping_is_refused():
    with pytest.raises(SchemaError, match=r"^x.yaml: must be a mapping, not nothing$"):
        compile_dialect(None, "x.yaml")


def test_dialects_cannot_be_changed_after_they_are_checked():
    with pytest.raises(TypeError):
        shipped().response_codes[ResponseCode.APPROVED] = "99"

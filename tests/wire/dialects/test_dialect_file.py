"""Dialects: the shipped ones are as specified; a dialect that cannot work is refused with the place of the fault."""

import pytest

from offline_collect.domain.codes import ResponseCode
from offline_collect.domain.commands import NetworkFunction, ReversalReason
from offline_collect.wire.dialects.dialect import Encoding, Kind
from offline_collect.wire.dialects.dialect_file import compile_dialect
from offline_collect.wire.errors import SchemaError
from offline_collect.wire.frame.frames import FrameFormat
from tests.messages.golden import NAMES, changed, dialect_values, shipped


def test_the_ascii_dialect_is_the_default_of_the_contract():
    dialect = shipped("ascii")
    assert dialect.frame == FrameFormat("ascii4", length_max=8192)
    assert dialect.encoding == Encoding("ascii", "hex", "ascii", "ascii", "hex", "utf-8")
    assert dialect.identity == (32, 41, 11, 7)
    assert not dialect.transmission_local


def test_the_bcd_dialect_packs_and_speaks_gb18030():
    dialect = shipped("bcd")
    assert dialect.frame == FrameFormat("binary2", tpdu=True, length_max=8192)
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


def test_optional_settings_have_defaults():
    values = changed(changed(dialect_values(), ["identity"], None), ["answer_mtis"], None)
    dialect = compile_dialect(values, "x.yaml")
    assert dialect.identity == (32, 41, 11, 7)
    assert dialect.answer_mtis == {}


def test_a_dialect_may_name_other_elements_and_answers():
    values = changed(dialect_values(), ["identity"], [32, 37])
    values = changed(values, ["answer_mtis"], {"0201": "0211"})
    values = changed(values, ["transmission_time"], "local")
    dialect = compile_dialect(values, "x.yaml")
    assert dialect.identity == (32, 37)
    assert dialect.answer_mtis == {"0201": "0211"}
    assert dialect.transmission_local


BAD = [
    (["frame", "length"], "ascii5", "frame.length: must be one of ascii4, binary2, binary4, bcd2"),
    (["frame", "length_max"], 0, "frame.length_max: must be a whole number from 1 to 9999"),
    (["frame", "length_max"], 10_000, "frame.length_max: must be a whole number from 1 to 9999"),
    (["frame", "length_max"], True, "frame.length_max: must be a whole number"),
    (["frame", "tpdu"], "yes", "frame.tpdu: must be true or false"),
    (["frame", "tdpu"], True, "frame.tdpu: unknown key; known here: length, length_includes_header"),
    (["frame"], None, "frame: missing"),
    (["frame"], "ascii4", "frame: must be a mapping, not a str"),
    (["encoding", "charset"], "gbk", "encoding.charset: must be one of utf-8, gb18030"),
    (["encoding", "mti"], 7, "encoding.mti: must be one of ascii, bcd"),
    (["name"], "", "name: must not be empty"),
    (["colour"], "red", "colour: unknown key"),
    (["elements"], {}, "elements: must be a list, not a dict"),
    (["elements", 0, "number"], 1, "elements[0].number: must be a whole number from 2 to 128"),
    (["elements", 0, "number"], 65, "elements[0].number: element 65 announces a third bitmap"),
    (["elements", 1, "number"], 2, "elements[1].number: element 2 is there twice"),
    (["elements", 0, "length"], 100, "elements[0].length: 100 is wider than a prefix of 2 digits can say"),
    (["elements", 0, "name"], None, "elements[0].name: missing"),
    (["elements", 0, "kind"], "z", "elements[0].kind: must be one of n, an, ans, text, x+n, b"),
    (["elements", 2, "length"], 10, "elements[2].kind: element 4 must be n12, not n10"),
    (["elements", 15, "prefix"], None, "elements[15].prefix: a text element needs a prefix"),
    (
        ["elements", 14, "kind"],
        "x+n",
        "elements[14].length: an x+n element has a fixed, even number of digits",
    ),
    (["identity"], [32, 41, 11, 99], "identity[3]: element 99 identifies nothing; choose from 7, 11, 12, 13"),
    (["identity"], [32, 41, 7], "identity: needs element 11 or 37"),
    (["identity"], [11, 11], "identity[1]: 11 is there twice"),
    (["identity"], ["11"], "identity[0]: must be a whole number from 2 to 128"),
    (["identity"], [True], "identity[0]: must be a whole number"),
    (["response_codes", "SETTLED"], None, "response_codes.SETTLED: missing"),
    (["response_codes", "SETTLED"], "U1", "response_codes.SETTLED: 'U1' already means ALREADY_PAID"),
    (["response_codes", "SETTLED"], 9, "response_codes.SETTLED: must be a string, not a number; quote it"),
    (["response_codes", "SETTLED"], "U", "response_codes.SETTLED: must be 2 letters or digits"),
    (["response_codes", "PAID_TWICE"], "U6", "response_codes.PAID_TWICE: unknown key"),
    (["processing_codes", "PAYMENT"], "5000", "processing_codes.PAYMENT: must be 6 letters or digits"),
    (["processing_codes", "PAYMENT"], "50000A", "processing_codes.PAYMENT: must be 6 digits"),
    (["processing_codes", "PAYMENT"], "380000", "'380000' already means PAYMENT"),
    (
        ["processing_codes", 7],
        "380000",
        "processing_codes.7: the key must be a string, not a number; quote it",
    ),
    (["network_codes", "ECHO"], "3A1", "network_codes.ECHO: must be 3 digits"),
    (["reversal_reasons", "ERROR"], None, "reversal_reasons.ERROR: missing"),
    (["transmission_time"], "gmt", "transmission_time: must be one of utc, local"),
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


def test_a_limit_that_the_length_cannot_say_is_refused():
    values = changed(dialect_values(), ["frame", "length_max"], 9999)
    values["frame"]["length_includes_header"] = True
    with pytest.raises(SchemaError, match=r"frame.length_max: with its header it is over 9999"):
        compile_dialect(values, "x.yaml")


def test_a_file_that_is_no_mapping_is_refused():
    with pytest.raises(SchemaError, match=r"^x.yaml: must be a mapping, not nothing$"):
        compile_dialect(None, "x.yaml")


def test_dialects_cannot_be_changed_after_they_are_checked():
    with pytest.raises(TypeError):
        shipped().response_codes[ResponseCode.APPROVED] = "99"

"""A layout that cannot work is refused at start, with file, place and reason."""

import pytest

from offline_collect.wire.errors import SchemaError
from offline_collect.wire.layouts.layout_file import compile_layout
from tests.wire.layouts.partner_layouts import LAYOUTS, compiled, partner


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_partners_layout_compiles(name):
    layout = partner(name)
    assert layout.name == name
    assert layout.size_least <= layout.size_most


def fixed(*rows, **more):
    return {"fixed": list(rows), **more}


def part(**words):
    return fixed({"x": words})


def tagged(**words):
    return {"tagged": {"tag": "n4", "length": "n3", **words}}


def delimited(**words):
    return {"delimited": {"separator": "|", **words}}


def times(count, *before, **words):
    return fixed(*before, {"times": count, "rows": [{"id": "n1"}], **words})


COUNT = {"count": "n1"}
OPTIONAL = {"is": "n1", "optional": True}
SHAPE = "must be a shape such as n6"


@pytest.mark.parametrize(
    ("values", "path", "reason"),
    [
        ("fixed", "", "must be a mapping"),
        ({}, "", "must be one of fixed, tagged, delimited, bitmap"),
        ({"fixed": [], "tagged": {}}, "", "must be one of fixed, tagged, delimited, bitmap"),
        (
            {**fixed({"x": "n1"}), "times": 1},
            ".times",
            "unknown word; known here: bitmap, delimited, encoding",
        ),
        ({"tagged": "ber", "rest": True}, ".rest", "is allowed with fixed only"),
        (fixed(), ".fixed", "must be a list of parts"),
        ({"fixed": {"x": "n1"}}, ".fixed", "must be a list of parts"),
        (fixed("n1"), ".fixed[0]", "must be one part"),
        (fixed({"x": "n1", "y": "n1"}), ".fixed[0]", "must be one part"),
        (fixed({"1x": "n1"}), ".fixed[0]", "the name of a part must be a letter"),
        (fixed({True: "n1"}), ".fixed[0]", "the name of a part must be a letter"),
        (fixed({"a.b": "n1"}), ".fixed[0]", "the name of a part must be a letter"),
        (fixed({"x": "n1"}, {"x": "n1"}), ".fixed[1].x", "x is there twice"),
        (fixed({"rest": "n1"}, rest=True), ".fixed", "rest is there twice"),
        (fixed({"x": "n1"}, rest="n"), ".rest", "must be one of text, b"),
        (
            fixed({"x": "n1"}, rest=True, encoding={"text": "latin-9x"}),
            ".rest",
            "'latin-9x' is not a known charset",
        ),
        (
            fixed({"x": "n1"}, encoding={"numeric": "hex"}),
            ".encoding.numeric",
            "must be one of ascii, ebcdic",
        ),
        (fixed({"x": "n1"}, encoding={"mti": "bcd"}), ".encoding.mti", "unknown word; known here: binary"),
        (fixed({"x": "n"}), ".fixed[0].x", SHAPE),
        (fixed({"x": 6}), ".fixed[0].x.is", "must be a string, not a number; quote it"),
        (fixed({"x": "n..100"}), ".fixed[0].x", "100 is wider than a prefix of 2 digits can say"),
        (part(), ".fixed[0].x.is", "missing"),
        (part(**{"is": "n1", "when": 1}), ".fixed[0].x.when", "unknown word; known here: encoding, is, must"),
        (
            part(**{"is": "n1", "encoding": "hex"}),
            ".fixed[0].x",
            "n is not written as hex; known here: ascii, bcd",
        ),
        (
            part(**{"is": "b1", "encoding": "bcd"}),
            ".fixed[0].x",
            "b is not written as bcd; known here: raw, hex",
        ),
        (
            part(**{"is": "an1", "encoding": "bcd"}),
            ".fixed[0].x",
            "an is not written as bcd; known here: ascii",
        ),
        (
            part(**{"is": "text1", "encoding": "utf-7"}),
            ".fixed[0].x",
            "'utf-7' is not a known charset",
        ),
        (part(**{"is": "text1", "encoding": "no\0"}), ".fixed[0].x", "is not a known charset"),
        (
            part(**{"is": "b..64", "encoding": "hex"}),
            ".fixed[0].x",
            "its longest value has 128 bytes, more than",
        ),
        (part(**{"is": "x+n..16"}), ".fixed[0].x", "x+n has a fixed length"),
        (
            part(**{"is": "n19", "encoding": "binary"}),
            ".fixed[0].x",
            "a number in binary has a fixed length, 18",
        ),
        (
            part(**{"is": "n..9", "encoding": "binary"}),
            ".fixed[0].x",
            "a number in binary has a fixed length, 18",
        ),
        (part(**{"is": "n2", "must": "123"}), ".fixed[0].x", "its constant: too long"),
        (part(**{"is": "n2", "send": "x"}), ".fixed[0].x", "its constant: digits only"),
        (part(**{"is": "n2", "send": ""}), ".fixed[0].x", "its constant: empty"),
        (part(**{"is": "n2", "must": "1", "send": "1"}), ".fixed[0].x", "has must and send"),
        (part(**{"is": "n2", "pad": {"left": "12"}}), ".fixed[0].x", "a pad must be one character"),
        (part(**{"is": "n2", "pad": {"left": "é"}}), ".fixed[0].x", "a pad must be one character"),
        (
            part(**{"is": "n2", "pad": {"right": "0"}}),
            ".fixed[0].x",
            "the only digit to pad with is 0 on the left",
        ),
        (
            part(**{"is": "n2", "pad": {"left": "1"}}),
            ".fixed[0].x",
            "the only digit to pad with is 0 on the left",
        ),
        (
            part(**{"is": "n..2", "pad": {"left": "0"}}),
            ".fixed[0].x",
            "only digits and characters of a fixed",
        ),
        (part(**{"is": "b2", "pad": {"left": "0"}}), ".fixed[0].x", "only digits and characters of a fixed"),
        (part(**{"is": "n2", "pad": {"left": "0", "right": " "}}), ".fixed[0].x.pad.right", "unknown key"),
        (
            part(**{"is": "n2", "encoding": "bcd", "pad": {"left": " "}}),
            ".fixed[0].x",
            "' ' cannot pad digits",
        ),
        (
            part(**{"is": "n2", "encoding": "binary", "pad": {"left": "F"}}),
            ".fixed[0].x",
            "'F' cannot pad",
        ),
        (
            fixed({"x": OPTIONAL}, {"y": "n1"}),
            ".fixed[1].y",
            "x before it is optional, so this must be optional",
        ),
        (
            fixed({"x": OPTIONAL}, {"y": [{"z": "n1"}]}),
            ".fixed[1].y",
            "x before it is optional, so nothing can",
        ),
        (
            fixed({"y": [{"z": OPTIONAL}]}),
            ".fixed[0].y[0].z",
            "only parts at the end of the layout may be optional",
        ),
        (times("count"), ".fixed[0].times", "count is not a part before this list"),
        (
            times("private", {"private": [{"x": "n1"}]}),
            ".fixed[1].times",
            "private is not a part before this list",
        ),
        (times("count", {"count": "ans1"}), ".fixed[1].times", "count must be a number of 1 to 4 digits"),
        (times("count", {"count": "n5"}), ".fixed[1].times", "count must be a number of 1 to 4 digits"),
        (times("count", {"count": "n..2"}), ".fixed[1].times", "count must be a number of 1 to 4 digits"),
        (
            times("count", {"count": {"is": "n2", "pad": {"right": " "}}}),
            ".fixed[1].times",
            "count must be a number of 1 to 4 digits",
        ),
        (times("count", {"count": OPTIONAL}), ".fixed[1].times", "count must be a number of 1 to 4 digits"),
        (times(0), ".fixed[0].times", "must be a whole number from 1 to 9999"),
        (times(True), ".fixed[0].times", "the name of a part must be a letter"),
        (times("count", COUNT, most=0), ".fixed[1].most", "must be a whole number from 1 to 9999"),
        (
            times("count", COUNT, each=1),
            ".fixed[1].each",
            "unknown word; known here: most, name, rows, times",
        ),
        (times("count", COUNT, name="count"), ".fixed[1]", "count is there twice"),
        (times("count", COUNT, name="a b"), ".fixed[1].name", "the name of a part must be a letter"),
        (fixed(COUNT, {"times": "count", "rows": []}), ".fixed[1].rows", "must be a list of parts"),
        (fixed({"rows": [{"x": "n1"}]}), ".fixed[0].times", "missing"),
        (
            fixed({"times": 2, "rows": [{"times": "rest", "rows": [{"x": "n1"}]}]}),
            ".fixed[0].rows[0].times",
            "must be",
        ),
        (
            {**times("rest"), "rest": True},
            ".fixed[0].times",
            "a list that goes on to the end must be the last part",
        ),
        (
            fixed({"times": "rest", "rows": [{"x": "n1"}]}, {"y": "n1"}),
            ".fixed[1]",
            "private goes on to the end, so",
        ),
        (
            fixed(COUNT, {"times": 2, "rows": [{"x": "n1"}]}, {"times": 2, "rows": [{"x": "n1"}]}),
            ".fixed[2]",
            "private is",
        ),
        (tagged(tag="n7"), ".tagged.tag", "a tag has a fixed length, 1 to 6"),
        (tagged(tag="n..2"), ".tagged.tag", "a tag has a fixed length, 1 to 6"),
        (tagged(tag="text2"), ".tagged.tag", "a tag has a fixed length, 1 to 6"),
        (tagged(length="an2"), ".tagged.length", "a length is a number of 1 to 6 digits, such as n3"),
        (tagged(length="n7"), ".tagged.length", "a length is a number of 1 to 6 digits, such as n3"),
        (tagged(length="ber"), ".tagged", "tag and length are both ber, or neither is"),
        ({"tagged": {"tag": "n4"}}, ".tagged.length", "missing"),
        (tagged(begin="& "), ".tagged.begin", "unknown word; known here: empty, gap, head, length, start"),
        (tagged(start="é"), ".tagged.start", "must be printable ASCII"),
        (tagged(gap=10), ".tagged.gap", "must be a whole number from 0 to 9"),
        (tagged(values="n"), ".tagged.values", "must be one of text, ans, b"),
        ({**tagged(), "encoding": {"text": "hz"}}, ".tagged", "'hz' is not a known charset"),
        (tagged(tags=["0030"]), ".tagged.tags", "must map tags to shapes"),
        (tagged(tags={30: "ans..20"}), ".tagged.tags.30", "the tag: must be text; quote tags of digits"),
        (tagged(tags={"30": "ans..20"}), ".tagged.tags.30", "the tag: wrong length; quote tags of digits"),
        (tagged(tags={"0030": {"is": "n1", "must": "1"}}), ".tagged.tags.0030.must", "unknown word"),
        (tagged(head={"rows": [{"x": "n5"}]}), ".tagged.head", "head.x gets no valid value: missing"),
        (
            tagged(head={"rows": [{"x": "n5"}], "tags": "y"}),
            ".tagged.head",
            "y must be a part of this head, a number",
        ),
        (
            tagged(head={"rows": [{"x": "a5"}], "bytes": "x"}),
            ".tagged.head",
            "x must be a part of this head, a number",
        ),
        (tagged(head={"rows": [{"x": "n5"}], "bits": "x"}), ".tagged.head.bits", "unknown word"),
        (delimited(), ".delimited", "must have rows, or equals for keys"),
        (delimited(rows=[{"x": "n1"}], equals="="), ".delimited", "must have rows, or equals for keys"),
        (delimited(rows=[{"x": "n1"}], keys={}), ".delimited.keys", "is allowed with equals only"),
        (delimited(rows=[]), ".delimited.rows", "must be a list of parts"),
        (delimited(rows=[{"x": "n1"}, {"x": "n1"}]), ".delimited.rows[1].x", "x is there twice"),
        (
            delimited(rows=[{"x": OPTIONAL}, {"y": "n1"}]),
            ".delimited.rows[1].y",
            "x before it is optional",
        ),
        (
            delimited(rows=[{"x": {"is": "n1", "encoding": "bcd"}}]),
            ".delimited.rows[0].x.encoding",
            "unknown word",
        ),
        (
            delimited(rows=[{"x": {"is": "ans3", "must": "a|b"}}]),
            ".delimited.rows[0].x",
            "its values may contain the separator",
        ),
        (delimited(separator="="), ".delimited", "must have rows"),
        (
            delimited(separator="=", rows=[{"x": "z10"}]),
            ".delimited.rows[0].x",
            "its values may contain the separator",
        ),
        (
            delimited(separator="ab", rows=[{"x": "n1"}]),
            ".delimited.separator",
            "must be 1 to 4 ASCII characters",
        ),
        (
            delimited(separator="、", rows=[{"x": "n1"}]),
            ".delimited.separator",
            "must be 1 to 4 ASCII characters",
        ),
        (
            delimited(separator="|||||", rows=[{"x": "n1"}]),
            ".delimited.separator",
            "must be 1 to 4 ASCII characters",
        ),
        (delimited(equals="|"), ".delimited.equals", "must differ from the separator"),
        (delimited(equals="||"), ".delimited.equals", "must differ from the separator"),
        (delimited(equals="=", keys=[]), ".delimited.keys", "must map keys to shapes"),
        (
            delimited(equals="=", keys={"a=b": "n1"}),
            ".delimited.keys",
            "the key a=b must be 1 to 100 characters",
        ),
        (delimited(equals="=", keys={1: "n1"}), ".delimited.keys", "the key 1 must be 1 to 100 characters"),
        (
            delimited(equals="=", keys={"a": {"is": "n1", "send": "1"}}),
            ".delimited.keys.a.send",
            "unknown word",
        ),
        (
            {**delimited(equals="="), "encoding": {"text": "idna"}},
            ".delimited",
            "'idna' is not a known charset",
        ),
        ({"bitmap": {"bits": 12, "parts": {2: "n1"}}}, ".bitmap.bits", "must be a multiple of 8"),
        ({"bitmap": {"bits": 8, "parts": {9: "n1"}}}, ".bitmap.parts", "9 must be a bit, 1 to 8, unquoted"),
        ({"bitmap": {"parts": {"2": "n1"}}}, ".bitmap.parts", "2 must be a bit, 1 to 64, unquoted"),
        ({"bitmap": {"parts": {True: "n1"}}}, ".bitmap.parts", "True must be a bit"),
        ({"bitmap": {"parts": []}}, ".bitmap.parts", "must map bits to shapes"),
        ({"bitmap": {"parts": {}}}, ".bitmap.parts", "must map bits to shapes"),
        ({"bitmap": {"parts": {2: OPTIONAL}}}, ".bitmap.parts.2.optional", "unknown word"),
        ({"bitmap": {"rows": []}}, ".bitmap.rows", "unknown word; known here: bits, parts"),
    ],
)
def test_a_layout_that_cannot_work_is_refused(values, path, reason):
    with pytest.raises(SchemaError) as caught:
        compiled(values)
    assert caught.value.file == "partner.yaml"
    assert caught.value.path == f"layouts.private{path}"
    assert caught.value.reason.startswith(reason) or reason in caught.value.reason


def test_a_layout_has_a_name_that_can_be_addressed():
    with pytest.raises(SchemaError, match=r"d\.yaml: layouts\.a b: the name of a part must be a letter"):
        compile_layout("a b", LAYOUTS["pds"], file="d.yaml")


def test_the_caller_may_say_where_a_layout_stands():
    with pytest.raises(SchemaError, match=r"d\.yaml: original\.fixed: must be a list of parts"):
        compile_layout("original", {"fixed": []}, file="d.yaml", path="original")


def test_groups_stand_inside_each_other_to_a_bound():
    rows = [{"x": "n1"}]
    for _ in range(5):
        rows = [{"group": rows}]
    assert compiled({"fixed": rows}).size_most == 1
    with pytest.raises(SchemaError, match="groups and lists may be nested 5 deep at most"):
        compiled({"fixed": [{"group": rows}]})

"""What is read of a message, and all that no bank's message has: refused before it costs anything."""

import io
import socket
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_collect.files.errors import XmlFileError
from offline_collect.files.iso20022.xml_limits import DEPTH_MAX, TEXT_MAX, TOKEN_MAX, VALUES_MAX
from offline_collect.files.iso20022.xml_records import MessagePlan, read_xml_records

PLAN = MessagePlan(
    "test.001.001.01",
    {"Body/Head": ["Id"], "Body/Part": ["Name", "Why/Code*"], "Body/Part/Item": ["Id", "Amt@Ccy"]},
)
OPEN = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:test.001.001.01"><Body>\n'
CLOSE = "</Body></Document>"
ASK = "; ask the bank to send it again"


def read(text, encoding="utf-8"):
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    found = read_xml_records(io.BytesIO(raw), Path("report.xml"), PLAN)
    return [(each.name, each.line, dict(each.values)) for each in found]


def refusal_of(raw):
    """Why bytes are refused; None if they are read."""
    try:
        read(raw)
    except XmlFileError as error:
        return error
    return None


def refused(text, encoding="utf-8"):
    with pytest.raises(XmlFileError) as error:
        read(text, encoding)
    return str(error.value).removeprefix("report.xml: ")


def test_records_come_with_their_lines_in_the_order_of_the_file():
    inner = (
        "<Head><Id> 1 </Id><Else><Id>2</Id></Else></Head>\n"
        "<Part><Name>A</Name>\n"
        '<Item><Id>3</Id><Amt Ccy="CNY" Else="x">1.00</Amt></Item>\n'
        "<Item><Id/></Item></Part>\n"
        "<Part/>"
    )
    assert read(OPEN + inner + CLOSE) == [
        ("Head", 2, {"Id": "1"}),
        ("Part", 3, {"Name": "A"}),
        ("Item", 4, {"Id": "3", "Amt@Ccy": "CNY", "Amt": "1.00"}),
        ("Item", 5, {"Id": ""}),
        ("Part", 6, {}),
    ]


def test_a_value_may_be_there_twice_only_where_the_message_says_so():
    why = "<Why><Code>A</Code></Why><Why><Code>B</Code></Why>"
    [record] = read_xml_records(
        io.BytesIO(f"{OPEN}<Part>{why}</Part>{CLOSE}".encode()), Path("report.xml"), PLAN
    )
    assert record.all("Why/Code") == ["A", "B"]
    assert record.all("Name") == []
    twice = refused(OPEN + "<Part><Name>A</Name><Name>B</Name></Part>" + CLOSE)
    assert twice == "line 2, element Name: is there twice" + ASK


def test_comments_instructions_and_other_namespaces_are_passed_over():
    inner = '<?x y?><!-- <Id>1</Id> --><Head><o:Id xmlns:o="urn:o">1</o:Id><Id><![CDATA[<2>]]>&amp;&#65;</Id></Head>'
    assert read(OPEN + inner + CLOSE) == [("Head", 2, {"Id": "<2>&A"})]


@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "gb2312", "utf-8", "utf-16"])
def test_chinese_in_the_encodings_that_banks_have(encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    assert read(declared + OPEN + "<Head><Id>王小明</Id></Head>" + CLOSE, encoding) == [
        ("Head", 3, {"Id": "王小明"})
    ]


def test_a_file_may_begin_with_a_byte_order_mark():
    assert read(OPEN + "<Head><Id>王</Id></Head>" + CLOSE, "utf-8-sig") == [("Head", 2, {"Id": "王"})]


def test_chinese_characters_across_the_chunks_of_reading():
    many = "王小明" * 600
    inner = f"<Part><Name>{many}</Name></Part>" * 60
    declared = '<?xml version="1.0" encoding="GB18030"?>'
    assert read(declared + OPEN + inner + CLOSE, "gb18030") == [("Part", 2, {"Name": many})] * 60


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:test.001.001.02"/>', "test.001.001.02"),
        ('<Document xmlns="urn:swift:xsd:test"/>', "urn:swift:xsd:test"),
        ("<Document/>", "Document"),
        ("<html><body/></html>", "html"),
        ('<Body xmlns="urn:iso:std:iso:20022:tech:xsd:test.001.001.01"/>', "test.001.001.01"),
    ],
)
def test_another_message_is_named(start, what):
    wanted = "test.001.001.01"
    assert refused(start) == f"line 1: is {what}, not {wanted}; ask the bank for {wanted}"


ENTITIES = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NO_DOCTYPE = (
    "line 1: has a document type (DOCTYPE), which can define entities; no message of a bank needs it" + ASK
)


@pytest.mark.parametrize(
    "doctype",
    [
        ENTITIES,
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1/evil.dtd">',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>',
        "<!DOCTYPE Document>",
    ],
)
def test_a_document_type_is_refused_and_nothing_is_fetched(doctype, monkeypatch):
    def asked(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", asked)
    assert refused(doctype + OPEN + "<Head><Id>&b;&x;</Id></Head>" + CLOSE) == NO_DOCTYPE


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("<x>" * DEPTH_MAX, f"line 2, element x: stands within more than {DEPTH_MAX} elements"),
        (f"<Head><Id>{'y' * (TEXT_MAX + 1)}", f"line 2, element Id: has more than {TEXT_MAX} characters"),
        (f"<x>{'y' * (TEXT_MAX + 1)}", f"line 2, element x: has more than {TEXT_MAX} characters"),
        (f"<x><![CDATA[{'y' * 500_000}", f"line 2, element x: has more than {TEXT_MAX} characters"),
        (
            f'<Part><Item><Amt Ccy="{"y" * (TEXT_MAX + 1)}"/>',
            f"line 2, element Amt: has more than {TEXT_MAX} characters",
        ),
        (
            "<x " + " ".join(f'a{number}="1"' for number in range(21)) + ">",
            "line 2, element x: has more than 20 attributes",
        ),
        (
            "<Part>" + "<Why><Code>A</Code></Why>" * (VALUES_MAX + 1),
            f"line 2, element Code: is more than the {VALUES_MAX}th value of one record",
        ),
        ("<Part><Item/><Name>A</Name>", "line 2, element Name: stands behind what it must stand before"),
        ("<Part>", "line 2, element Part: is not well-formed XML (no element found)"),
        ("<Part>&b;</Part>", "line 2, element Part: is not well-formed XML (undefined entity)"),
        ("<Part></part>", "line 2, element Part: is not well-formed XML (mismatched tag)"),
        (f"<{'n' * 100}><x>" + "<x>" * DEPTH_MAX, "line 2, element x: stands within"),
    ],
)
def test_what_no_message_of_a_bank_has(inner, reason):
    assert refused(OPEN + inner).startswith(reason)


@pytest.mark.parametrize("start", ["<!--", '<x a="', "<?x ", "<x", "<x a='' "])
def test_a_tag_or_comment_that_would_fill_the_memory(start):
    endless = io.BytesIO((OPEN + start).encode() + b"y" * 4 * TOKEN_MAX)
    with pytest.raises(XmlFileError, match=f"has a tag or comment of more than {TOKEN_MAX} bytes"):
        list(read_xml_records(endless, Path("report.xml"), PLAN))
    assert endless.tell() < 2 * TOKEN_MAX


def test_too_many_elements(monkeypatch):
    monkeypatch.setattr("offline_collect.files.iso20022.xml_records.ELEMENTS_MAX", 1_000)
    reason = "line 2, element x: the file has more than 1000 elements" + ASK
    assert refused(OPEN + "<x/>" * 1_000 + CLOSE) == reason


@pytest.mark.parametrize("raw", [b"", b"H 1", b"\x00\x01", b"PK\x03\x04", b"   "])
def test_what_is_no_xml_at_all(raw):
    assert refused(raw).startswith("line 1: is not well-formed XML (")


def test_an_encoding_that_is_not_read():
    for name in ("Shift_JIS", "no-such"):
        declared = f'<?xml version="1.0" encoding="{name}"?>'
        reason = f"line 1: declares the encoding {name}; ask the bank for UTF-8 or GB18030"
        assert refused(declared + OPEN) == reason


@pytest.mark.parametrize("broken", [b"<Head><Id>\x81\x20</Id></Head>", b"<Head><Id>\x81"])
def test_bytes_that_are_no_text(broken):
    declared = b'<?xml version="1.0" encoding="GBK"?>'
    assert "is no text in GB18030" in refused(declared + OPEN.encode() + broken)
    assert "is not well-formed XML (not well-formed (invalid token))" in refused(
        OPEN.encode() + broken + b"</Id>"
    )


class Endless(io.RawIOBase):
    """A message of many records."""

    def __init__(self, records):
        self._left = records
        self._rest = OPEN.encode()

    def read(self, size):
        while len(self._rest) < size and self._left:
            self._left -= 1
            self._rest += b"<Part><Name>A</Name><Item><Id>1</Id></Item></Part>\n"
            if not self._left:
                self._rest += CLOSE.encode()
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk


def test_memory_does_not_grow_with_the_file():
    def most(records):
        tracemalloc.start()
        assert sum(1 for _ in read_xml_records(Endless(records), Path("report.xml"), PLAN)) == 2 * records
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    assert most(20_000) < 1.2 * most(4_000)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_raise_anything_else(garbage, place):
    inner = '<Head><Id>1</Id></Head><Part><Name>A</Name><Item><Amt Ccy="CNY">1</Amt></Item></Part>'
    whole = (OPEN + inner + CLOSE).encode()
    place %= len(whole)
    found = refusal_of(whole[:place] + garbage + whole[place:])
    assert found is None or found.remedy is not None

"""A bank's file is told apart by its first bytes."""

from io import BytesIO

import pytest

from offline_collect.files.iso20022.first_bytes import begins_as_xml


@pytest.mark.parametrize(
    ("raw", "is_xml"),
    [
        (b"<?xml version='1.0'?>", True),
        (b"\n <Document>", True),
        (b"\xef\xbb\xbf<Document>", True),
        ("<Document>".encode("utf-16"), True),
        ("\ufeff<Document>".encode("utf-16-be"), True),
        (b"HDR018801<", False),
        (b"", False),
    ],
)
def test_a_message_begins_as_xml_does(raw, is_xml):
    stream = BytesIO(raw)
    stream.seek(2)
    assert begins_as_xml(stream) is is_xml
    assert stream.tell() == 0

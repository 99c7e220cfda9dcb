"""A packager of jPOS becomes a dialect that compiles, with comments on the rest; hostile XML is refused."""

import pytest
import yaml

from offline_collect.app.config.schemas import Schemas
from offline_collect.app.tools import jpos_packager
from offline_collect.app.tools.dialect_check import read_dialect
from offline_collect.app.tools.jpos_fields import translated
from offline_collect.app.tools.jpos_packager import PackagerError, dialect_of_packager

FIELD = '<isofield id="{}" length="{}" name="{}" class="org.jpos.iso.{}"{}/>'


def packager(tmp_path, *fields, head=""):
    rows = [FIELD.format(*field, *[""] * (5 - len(field))) for field in fields]
    file = tmp_path / "Partner_Bank.xml"
    file.write_text(
        f"<?xml version='1.0'?>{head}<isopackager>{''.join(rows)}</isopackager>", encoding="utf-8"
    )
    return file


def made(tmp_path, *fields, head=""):
    text = dialect_of_packager(packager(tmp_path, *fields, head=head))
    file = tmp_path / "partner-bank.yaml"
    # Alone these few elements are no dialect: it needs an identity.
    file.write_text(f"{text}\nsent: {{from: none}}\nidentity: [11]\n", encoding="utf-8")
    return text, read_dialect(Schemas(), file)


def test_a_binary_packager(tmp_path):
    doctype = '<!DOCTYPE isopackager SYSTEM "genericpackager.dtd">'
    text, dialect = made(
        tmp_path,
        (0, 4, "MTI", "IFB_NUMERIC"),
        (1, 16, "BIT MAP", "IFB_BITMAP"),
        (2, 19, "PAN", "IFB_LLNUM", ' pad="false"'),
        (3, 6, "CODE", "IFB_NUMERIC", ' pad="true"'),
        (11, 6, "STAN", "IFB_NUMERIC", ' pad="true"'),
        (28, 9, "FEE", "IFB_AMOUNT"),
        (35, 37, "TRACK", "IFB_LLNUM", ' pad="true"'),
        (41, 8, "TERMINAL", "IF_CHAR"),
        (49, 3, "CURRENCY", "IF_CHAR"),
        (52, 8, "PIN", "IFB_BINARY"),
        (55, 255, "CHIP", "IFB_LLLBINARY"),
        (60, 120, "E", "IFB_LLHECHAR"),
        (62, 60, "H", "IFB_LLHCHAR"),
        head=doctype,
    )
    shapes = {number: (each.shape, each.encoding) for number, each in dialect.elements.items()}
    assert shapes == {
        2: ("n..19", "bcd-right"),
        3: ("n6", "bcd"),
        11: ("n6", "bcd"),
        28: ("x+n8", "bcd"),
        35: ("z..37", "bcd"),
        41: ("ans8", "ascii"),
        49: ("an3", "ascii"),
        52: ("b8", "raw"),
        55: ("b..255", "raw"),
        60: ("ans..99", "ebcdic"),
        62: ("ans..60", "ascii"),
    }
    assert (dialect.encoding.mti, dialect.encoding.bitmap, dialect.encoding.prefix) == ("bcd", "raw", "bcd")
    assert "# 60: IFB_LLHECHAR, length 120: a prefix of so many digits says 99 at most" in text
    assert "# 62: its length prefix is binary in the packager" in text


def test_what_cannot_be_translated_stands_in_comments(tmp_path):
    text, dialect = made(
        tmp_path,
        (1, 16, "BIT MAP", "IFE_BITMAP"),
        (11, 6, "STAN", "IFA_NUMERIC"),
        (11, 6, "STAN", "IFA_NUMERIC"),
        (13, 6, "DATE", "IFA_NUMERIC"),
        (48, 99, "ODD\nNAME: x", "IF_TTLL"),
        (60, "x", "NO LENGTH", "IFA_LLCHAR"),
    )
    assert dialect.elements.keys() == {11}
    for comment in (
        "# bitmap: IFE_BITMAP: no dialect has such a one",
        "# 11: STAN -- is in the packager twice; the first one counts",
        "# 13: n6 DATE -- element 13 must be n4, not n6",
        "# 48: ODD NAME: x -- IF_TTLL, length 99: no element can be like it",
        "# 60: NO LENGTH -- IFA_LLCHAR: its length is 'x'",
    ):
        assert comment in text


def test_codes_that_do_not_fit_element_39_are_to_be_filled_in(tmp_path):
    text, dialect = made(tmp_path, (11, 6, "STAN", "IFA_NUMERIC"), (39, 3, "CODE", "IFA_NUMERIC"))
    assert yaml.safe_load(text)["response_codes"] == {"default": "999", "APPROVED": "000"}
    assert dialect.elements[39].shape == "n3"


def test_fields_with_fields_of_their_own_are_noted(tmp_path):
    file = tmp_path / "nested.xml"
    inner = FIELD.format(1, 2, "part", "IFA_NUMERIC", "")
    file.write_text(
        '<isopackager><isofieldpackager id="48" length="99" name="PRIVATE" class="org.jpos.iso.IFA_LLCHAR">'
        f"{inner}</isofieldpackager></isopackager>",
        encoding="utf-8",
    )
    text = dialect_of_packager(file)
    assert (
        "  # 48: has fields of its own in the packager: describe them as a layout\n  48: ans..99 PRIVATE"
        in text
    )


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("IFA_LLNUM", "n..10"),
        ("IFE_LLLNUM", "n...10"),
        ("IFA_LLLLLLBINARY", "b......10"),
        ("IFA_BINARY", "b10"),
        ("IFE_CHAR", "ans10"),
        ("IF_ECHAR", "ans10"),
        ("IFA_AMOUNT", "x+n9"),
        ("IFA_NUM", None),
        ("IFA_LLNUMERIC", None),
        ("IFB_AMOUNT2003", None),
        ("IFA_BITMAP", None),
        ("", None),
    ],
)
def test_classes(kind, shape):
    found = translated(48, kind, 10, padded=True)
    assert (None if found is None else found.shape) == shape


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><isopackager>&x;</isopackager>', "declares entities"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><isopackager>&x;</isopackager>',
            "declares entities",
        ),
        ("<isopackager>", "is not XML that can be read"),
        ("<html/>", "is not a packager of jPOS"),
        ('<isopackager><isofield id="129"/></isopackager>', "must be 0 to 128, not '129'"),
        ("<isopackager>" + 201 * '<isofield id="1"/>' + "</isopackager>", "more than 200 fields"),
        ("<isopackager>" + 300 * "<a>" + 300 * "</a>" + "</isopackager>", None),
    ],
)
def test_what_is_no_packager_is_refused(tmp_path, content, reason):
    file = tmp_path / "x.xml"
    file.write_text(content, encoding="utf-8")
    if reason is None:
        assert "elements:" in dialect_of_packager(file)
        return
    with pytest.raises(PackagerError, match=reason):
        dialect_of_packager(file)


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path, monkeypatch):
    with pytest.raises(PackagerError, match="no such file"):
        dialect_of_packager(tmp_path / "none.xml")
    monkeypatch.setattr(jpos_packager, "SIZE_MAX", 20)
    with pytest.raises(PackagerError, match="is over 20 bytes"):
        dialect_of_packager(packager(tmp_path, (11, 6, "STAN", "IFA_NUMERIC")))

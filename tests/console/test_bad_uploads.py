"""Uploads that are no files of bills: each is refused in plain words on its page, and nothing is imported or left."""

import io
import logging
import zipfile

import pytest

from offline_collect.store import list_imports
from tests.console.browser import text_of

MIB = 1024 * 1024


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


BOMB = zipped(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b" " * (300 * MIB)})
FILES = {
    "empty.xlsx": b"",
    "noise.xlsx": bytes(range(256)) * 64,
    "text.xlsx": b"not a workbook",
    "cut.xlsx": BOMB[: len(BOMB) // 2],
    "bomb.xlsx": BOMB,
    "nothing.xlsx": zipped(**{"a.txt": b"x"}),
    "entities.xlsx": zipped(**{"xl__workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
    "noise.csv": bytes(range(256)) * 64,
    "nul.csv": b"\x00" * 4_096,
    "one_line.csv": b"a," * 200_000,
    "open_quote.csv": b'"' + b"x" * 200_000,
    "titles.csv": "账单编号,客户编号,金额,截止日期\n".encode(),
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(1_000),
    "program.exe": b"MZ" + bytes(1_000),
}
NAMES = [
    "../../etc/passwd.csv",
    "a\\b\\c.csv",
    "x" * 300 + ".csv",
    "<b>.csv",
    "账单.csv",
    " ",
    ".csv",
    "CON.csv",
]


def faults(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def send(browser, name, content):
    files = {"file": (name, content)}
    response = browser.post("/imports/new", {"merchant": "SCHOOL01", "kind": "bills"}, files=files)
    return browser.get(response.headers["location"]) if response.status_code == 303 else response


def imported(store):
    with store.snapshot() as reading:
        return list_imports(reading)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_of_bills_is_refused_in_words(as_user, store, name, caplog):
    response = send(as_user("max"), name, FILES[name])
    said = text_of(response)
    assert response.status_code < 500
    assert "Traceback" not in said
    assert imported(store) == []
    assert faults(caplog) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_is_a_fault_or_leads_out_of_its_folder(as_user, name, caplog):
    content = "账单编号,客户编号,金额,截止日期\nX1,2026030117,10.50,2030-12-31\n".encode()
    response = send(as_user("max"), name, content)
    assert response.status_code < 500
    assert "<b>.csv" not in response.text
    assert faults(caplog) == []


def test_a_field_in_the_place_of_a_file_is_no_file(as_user, store):
    fields = {"merchant": "SCHOOL01", "kind": "bills", "file": "/etc/passwd"}
    response = as_user("max").post("/imports/new", fields)
    assert response.status_code == 422
    assert "no file was chosen" in text_of(response)
    assert imported(store) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        (
            "multipart/form-data; boundary=abc",
            b'--abc\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut',
        ),
        ("multipart/form-data; boundary=abc; charset=no-such", b"--abc--\r\n"),
        ("multipart/form-data; boundary=" + "a" * 5_000, b"--"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"a=%ff%fe&b=\xff"),
        ("application/json", b"{"),
        ("text/plain", b"a=1"),
        ("", b"a=1"),
    ],
)
def test_a_body_that_is_no_form_changes_nothing(as_user, kind, body, caplog):
    response = as_user("max").client.post("/imports/new", content=body, headers={"Content-Type": kind})
    assert response.status_code in {403, 413, 422}
    assert faults(caplog) == []
